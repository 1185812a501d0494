package dev.perron.context.fit;

import dev.perron.chain.Distribution;
import dev.perron.context.Cholesky;

import java.util.Arrays;
import java.util.Optional;

/// Newton's method for one row. The Hessian is a graph Laplacian, the mean of diag(p) - p pᵀ: up to
/// [#DENSE] tokens it is made and factored (with 11ᵀ added, along which nothing changes); above,
/// the step comes from conjugate gradients, preconditioned by the mean of p, each a pass over the
/// contexts.
final class NewtonFit {
    private static final int DENSE = 32;
    private static final double ARMIJO = 1e-4;

    /// Below it a full step is right, and losses are too near each other to be compared.
    private static final double SURE = 1e-5;

    private static final int HALVINGS = 40;

    private final RowCounts counts;
    private final FitOptions options;
    private final RowLikelihood likelihood;
    private final int k;

    NewtonFit(RowCounts counts, FitOptions options) {
        this.counts = counts;
        this.options = options;
        this.likelihood = new RowLikelihood(counts, options.ridge());
        this.k = counts.tokens();
    }

    RowFit run() {
        double[] w = start();
        double[] direction = new double[k];
        double[] next = new double[k];
        double loss = likelihood.moveTo(w);
        for (int done = 0; ; done++) {
            double[] gradient = likelihood.gradient();
            double norm = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
            newtonStep(gradient, direction);
            double squared = Math.max(0, dot(gradient, direction));
            boolean converged = squared <= options.tolerance() * options.tolerance();
            if (converged || done == options.iterations()) {
                double penalty = penalty(w);
                double risk = loss - penalty - counts.logMasses() / counts.samples();
                Certificate certificate =
                        new Certificate(
                                counts.samples(),
                                counts.contexts(),
                                risk,
                                penalty,
                                norm,
                                Math.sqrt(squared),
                                done);
                return converged
                        ? new RowFit.Converged(counts.query(), law(w), certificate)
                        : new RowFit.NotConverged(counts.query(), law(w), certificate);
            }
            double step = 1;
            move(w, direction, step, next);
            double there = likelihood.moveTo(next);
            for (int halved = 0;
                    squared > SURE * SURE
                            && halved < HALVINGS
                            && !(there <= loss - ARMIJO * step * squared);
                    halved++) {
                step /= 2;
                move(w, direction, step, next);
                there = likelihood.moveTo(next);
            }
            System.arraycopy(next, 0, w, 0, k);
            loss = there;
        }
    }

    /// Where each token comes out about as often as it did, were the others as likely as one
    /// another.
    private double[] start() {
        long[] outcomes = counts.outcomes();
        double[] w = counts.expected();
        for (int j = 0; j < k; j++) {
            w[j] = Math.log((outcomes[j] + 0.5) / (w[j] + 0.5));
        }
        move(w, w, 0, w);
        return w;
    }

    private double penalty(double[] w) {
        return options.ridge() / counts.samples() / 2 * dot(w, w);
    }

    private void newtonStep(double[] gradient, double[] direction) {
        if (k <= DENSE) {
            double[] h = likelihood.hessian();
            double size = 0;
            for (int i = 0; i < k; i++) {
                size += h[i * k + i] / k;
            }
            for (int i = 0; i < k * k; i++) {
                h[i] += size / k;
            }
            Optional<Cholesky> factor = Cholesky.of(k, h);
            if (factor.isPresent()) {
                System.arraycopy(factor.get().solve(gradient), 0, direction, 0, k);
                return;
            }
        }
        conjugateGradients(gradient, direction);
    }

    /// Hx = g to a residual that falls with the gradient, so that convergence stays quadratic, but
    /// not below what the tolerance asks of the next gradient. Any iterate is a direction of
    /// descent.
    private void conjugateGradients(double[] gradient, double[] x) {
        double[] diagonal = new double[k];
        likelihood.diagonal(diagonal);
        double[] residual = gradient.clone();
        double[] z = new double[k];
        double[] direction = new double[k];
        double[] product = new double[k];
        Arrays.fill(x, 0);
        double rz = 0;
        for (int j = 0; j < k; j++) {
            z[j] = residual[j] / diagonal[j];
            direction[j] = z[j];
            rz += residual[j] * z[j];
        }
        double size = Math.sqrt(rz);
        double forcing = Math.min(0.25, Math.max(size, options.tolerance() / (2 * size)));
        double enough = forcing * forcing * rz;
        for (int i = 0; i < 2 * k && rz > enough; i++) {
            likelihood.hessianTimes(direction, product);
            double curvature = dot(direction, product);
            if (!(curvature > 0)) {
                return;
            }
            double alpha = rz / curvature;
            double before = rz;
            rz = 0;
            for (int j = 0; j < k; j++) {
                x[j] += alpha * direction[j];
                residual[j] -= alpha * product[j];
                z[j] = residual[j] / diagonal[j];
                rz += residual[j] * z[j];
            }
            for (int j = 0; j < k; j++) {
                direction[j] = z[j] + rz / before * direction[j];
            }
        }
    }

    /// w - step·direction, its mean taken out: without a ridge it says nothing, with one it is 0 at
    /// the optimum.
    private static void move(double[] w, double[] direction, double step, double[] out) {
        double mean = 0;
        for (int j = 0; j < w.length; j++) {
            out[j] = w[j] - step * direction[j];
            mean += out[j] / w.length;
        }
        for (int j = 0; j < w.length; j++) {
            out[j] -= mean;
        }
    }

    private static Distribution law(double[] w) {
        double most = Arrays.stream(w).max().orElse(0);
        return Distribution.proportionalTo(
                Arrays.stream(w)
                        .map(x -> Math.max(Double.MIN_NORMAL, Math.exp(x - most)))
                        .toArray());
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
