package dev.perron.chain;

/// The stationary distribution of a teleporting chain by repeated steps from the restart
/// distribution, until the **error**, not the change, is proven to be small.
public sealed interface PowerIteration {
    /// The error bound is at most the tolerance asked for.
    ///
    /// @param pi the last iterate
    /// @param steps how many steps of the chain were made
    /// @param residual ‖πT - π‖₁ as measured
    /// @param errorBound on ‖π - true π‖₁, see [Teleporting#errorBound(double)]
    record Converged(Distribution pi, int steps, double residual, double errorBound)
            implements PowerIteration {}

    /// Stopped before that: the steps were used up, or rounding allows no smaller bound.
    ///
    /// @param last the last iterate, no answer
    /// @param steps how many steps of the chain were made
    /// @param residual ‖μT - μ‖₁ of `last`
    /// @param errorBound on ‖μ - π‖₁
    record Exhausted(Distribution last, int steps, double residual, double errorBound)
            implements PowerIteration {}

    /// Iterates until ‖μ-π‖₁ ≤ `tolerance` is proven. Rounding forbids tolerances below about
    /// 3nu/(1-α).
    ///
    /// @param tolerance on the L1 error, above 0
    /// @param maxSteps at least 1
    /// @throws IllegalArgumentException if an argument is out of range, or α = 1, where no bound is
    ///   known: ask [StationaryDistribution] then
    static PowerIteration of(Teleporting chain, double tolerance, int maxSteps) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance = %s, must be > 0".formatted(tolerance));
        }
        if (maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps = %d, must be >= 1".formatted(maxSteps));
        }
        if (chain.alpha() == 1) {
            throw new IllegalArgumentException(
                    "alpha = 1, must be below 1 for power iteration with a bound");
        }
        double rounding = chain.rounding();
        boolean attainable = chain.errorBound(0, rounding) <= tolerance;
        double[] mu = chain.restart().toArray();
        double[] next = new double[mu.length];
        for (int steps = 1; ; steps++) {
            chain.step(mu, next);
            double residual = distance(mu, next);
            double bound = chain.errorBound(residual, rounding);
            if (bound <= tolerance) {
                return new Converged(Distribution.proportionalTo(mu), steps, residual, bound);
            }
            // Below its rounding the residual says nothing more, and never will.
            boolean atRest = !attainable && residual <= rounding;
            if (steps == maxSteps || atRest) {
                return new Exhausted(Distribution.proportionalTo(mu), steps, residual, bound);
            }
            double[] done = mu;
            mu = normalised(next);
            next = done;
        }
    }

    private static double distance(double[] mu, double[] nu) {
        double sum = 0;
        for (int i = 0; i < mu.length; i++) {
            sum += Math.abs(mu[i] - nu[i]);
        }
        return sum;
    }

    /// The sum is kept by P, so its rounding errors would add up and never die out.
    private static double[] normalised(double[] mu) {
        double sum = 0;
        for (double m : mu) {
            sum += m;
        }
        for (int i = 0; i < mu.length; i++) {
            mu[i] /= sum;
        }
        return mu;
    }
}
