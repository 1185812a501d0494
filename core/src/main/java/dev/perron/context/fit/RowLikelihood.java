package dev.perron.context.fit;

import java.util.Arrays;

/// The mean loss of one row at a point w, its gradient, and products with its Hessian: each one
/// pass over the entries of the contexts, without a K x K matrix. Mutable scratch of one fit.
final class RowLikelihood {
    private final RowCounts counts;
    private final double ridge; // of the mean loss
    private final double[] share; // [K] of the outcomes
    private final double[] e; // [K] exp(w - max w)
    private final double[] scale; // [contexts] n(s) / (n Z(s))
    private final double[] inverse; // [contexts] 1 / Z(s)
    private final double[] mean; // [K] E[p]
    private final double[] gradient; // [K]
    private final double[] scratch; // [K]

    RowLikelihood(RowCounts counts, double ridge) {
        int k = counts.tokens();
        this.counts = counts;
        this.ridge = ridge / counts.samples();
        this.share = new double[k];
        long[] outcomes = counts.outcomes();
        for (int j = 0; j < k; j++) {
            share[j] = (double) outcomes[j] / counts.samples();
        }
        e = new double[k];
        scale = new double[counts.contexts()];
        inverse = new double[counts.contexts()];
        mean = new double[k];
        gradient = new double[k];
        scratch = new double[k];
    }

    /// Moves to w.
    ///
    /// @return the mean loss there, up to the constant Σ log m(y)
    double moveTo(double[] w) {
        int k = w.length;
        double most = Arrays.stream(w).max().orElse(0);
        for (int j = 0; j < k; j++) {
            e[j] = Math.exp(w[j] - most);
        }
        Arrays.fill(mean, 0);
        double loss = most;
        for (int s = 0; s < scale.length; s++) {
            int end = counts.start(s + 1);
            double z = 0;
            for (int i = counts.start(s); i < end; i++) {
                z += counts.mass(i) * e[counts.token(i)];
            }
            double part = (double) counts.times(s) / counts.samples();
            loss += part * Math.log(z);
            inverse[s] = 1 / z;
            scale[s] = part / z;
            for (int i = counts.start(s); i < end; i++) {
                mean[counts.token(i)] += scale[s] * counts.mass(i);
            }
        }
        for (int j = 0; j < k; j++) {
            mean[j] *= e[j];
            gradient[j] = mean[j] - share[j] + ridge * w[j];
            loss += w[j] * (ridge / 2 * w[j] - share[j]);
        }
        return loss;
    }

    /// The gradient `[K]` where it is, not copied.
    double[] gradient() {
        return gradient;
    }

    /// The mean of p `[K]` where it is, plus the ridge: the diagonal of a matrix that is at least
    /// the Hessian, and near it where contexts have many tokens. Not for tokens that no context
    /// has.
    void diagonal(double[] out) {
        for (int j = 0; j < out.length; j++) {
            out[j] = mean[j] + ridge;
        }
    }

    /// How much more often each token came out than is expected where it is: log of the ratio.
    void surprise(double[] out) {
        for (int j = 0; j < out.length; j++) {
            double seen = share[j] * counts.samples();
            double expected = mean[j] * counts.samples();
            out[j] = Math.log((seen + 0.5) / (expected + 0.5));
        }
    }

    /// H v.
    void hessianTimes(double[] v, double[] out) {
        int k = v.length;
        for (int j = 0; j < k; j++) {
            scratch[j] = e[j] * v[j];
        }
        Arrays.fill(out, 0);
        for (int s = 0; s < scale.length; s++) {
            int end = counts.start(s + 1);
            double dot = 0;
            for (int i = counts.start(s); i < end; i++) {
                dot += counts.mass(i) * scratch[counts.token(i)];
            }
            double part = scale[s] * inverse[s] * dot;
            for (int i = counts.start(s); i < end; i++) {
                out[counts.token(i)] += part * counts.mass(i);
            }
        }
        for (int j = 0; j < k; j++) {
            out[j] = mean[j] * v[j] - e[j] * out[j] + ridge * v[j];
        }
    }

    /// H `[K,K]`, row-major.
    double[] hessian() {
        int k = e.length;
        double[] h = new double[k * k];
        for (int s = 0; s < scale.length; s++) {
            double part = scale[s] * inverse[s];
            for (int i = counts.start(s); i < counts.start(s + 1); i++) {
                int row = counts.token(i);
                double weight = part * counts.mass(i) * e[row];
                for (int j = counts.start(s); j <= i; j++) {
                    h[row * k + counts.token(j)] -= weight * counts.mass(j) * e[counts.token(j)];
                }
            }
        }
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < i; j++) {
                h[j * k + i] = h[i * k + j];
            }
            h[i * k + i] += mean[i] + ridge;
        }
        return h;
    }

    /// The constant that [#moveTo] leaves out: -Σ log m(y) / n.
    double constant() {
        double sum = 0;
        for (int i = 0; i < counts.start(counts.contexts()); i++) {
            if (counts.wins(i) > 0) {
                sum += counts.wins(i) * Math.log(counts.mass(i));
            }
        }
        return -sum / counts.samples();
    }
}
