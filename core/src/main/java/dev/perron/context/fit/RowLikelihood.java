package dev.perron.context.fit;

import java.util.Arrays;

/// The mean loss of one row at a point w, its gradient, and products with its Hessian: each one
/// pass over the entries of the contexts, without a K x K matrix. Mutable scratch of one fit.
final class RowLikelihood {
    private final RowCounts counts;
    private final int[] start; // of the counts, as are the next two
    private final int[] token;
    private final int[] mass;
    private final double[] times; // [contexts] n(s) / n
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
        this.start = counts.starts();
        this.token = counts.entryTokens();
        this.mass = counts.masses();
        this.times = new double[counts.contexts()];
        for (int s = 0; s < times.length; s++) {
            times[s] = (double) counts.times(s) / counts.samples();
        }
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
        // Local names: a store into one array makes the JIT read fields anew.
        int[] start = this.start;
        int[] token = this.token;
        int[] mass = this.mass;
        double[] e = this.e;
        double[] mean = this.mean;
        double loss = most;
        for (int s = 0; s < scale.length; s++) {
            int end = start[s + 1];
            double z = 0;
            for (int i = start[s]; i < end; i++) {
                z += mass[i] * e[token[i]];
            }
            double part = times[s];
            loss += part * Math.log(z);
            inverse[s] = 1 / z;
            double each = part / z;
            scale[s] = each;
            for (int i = start[s]; i < end; i++) {
                mean[token[i]] += each * mass[i];
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

    /// H v.
    void hessianTimes(double[] v, double[] out) {
        int k = v.length;
        for (int j = 0; j < k; j++) {
            scratch[j] = e[j] * v[j];
        }
        Arrays.fill(out, 0);
        int[] start = this.start;
        int[] token = this.token;
        int[] mass = this.mass;
        double[] scratch = this.scratch;
        for (int s = 0; s < scale.length; s++) {
            int end = start[s + 1];
            double dot = 0;
            for (int i = start[s]; i < end; i++) {
                dot += mass[i] * scratch[token[i]];
            }
            double part = scale[s] * inverse[s] * dot;
            for (int i = start[s]; i < end; i++) {
                out[token[i]] += part * mass[i];
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
}
