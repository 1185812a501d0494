package dev.perron.chain;

/// A distribution on its way to the stationary one of a teleporting chain, with its residual: what
/// every iteration shares. Each move costs one product with P, and so does the start; the sums that
/// rounding is judged by cost one more, which isn't counted.
final class TeleportedIterate {
    private final Teleporting chain;
    private final double tolerance;
    private final int maxProducts;
    private final double rounding;
    private final boolean attainable;
    private double[] mu; // [n], sum 1
    private double[] next; // [n], μT
    private double residual;
    private int products;

    /// At the restart distribution.
    ///
    /// @throws IllegalArgumentException if an argument is out of range, or α = 1
    TeleportedIterate(Teleporting chain, double tolerance, int maxProducts, String method) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance = %s, must be > 0".formatted(tolerance));
        }
        if (maxProducts < 1) {
            throw new IllegalArgumentException(
                    "maxSteps = %d, must be >= 1".formatted(maxProducts));
        }
        if (chain.alpha() == 1) {
            throw new IllegalArgumentException(
                    "alpha = 1, must be below 1 for %s with a bound".formatted(method));
        }
        this.chain = chain;
        this.tolerance = tolerance;
        this.maxProducts = maxProducts;
        this.rounding = chain.rounding();
        this.attainable = chain.errorBound(0, rounding) <= tolerance;
        this.mu = chain.restart().toArray();
        this.next = new double[mu.length];
        measure();
    }

    Teleporting chain() {
        return chain;
    }

    Distribution distribution() {
        return Distribution.proportionalTo(mu);
    }

    int products() {
        return products;
    }

    /// How many products are left.
    int left() {
        return maxProducts - products;
    }

    /// Tells of products that were made elsewhere.
    void count(int made) {
        products += made;
    }

    /// ‖μT - μ‖₁.
    double residual() {
        return residual;
    }

    double errorBound() {
        return chain.errorBound(residual, rounding);
    }

    /// The residual that ends it: because it proves the tolerance, or because it is down to its
    /// rounding where that forbids such a proof.
    double residualWanted() {
        return attainable ? tolerance * (1 - chain.alpha()) - rounding : rounding;
    }

    boolean proven() {
        return errorBound() <= tolerance;
    }

    /// Proven, or no more can be done: the products are used up, or the residual is below its
    /// rounding, where it says nothing more and never will.
    boolean done() {
        return proven() || left() < 1 || (!attainable && residual <= rounding);
    }

    /// μ to μT.
    void step() {
        double[] before = mu;
        mu = normalised(next);
        next = before;
        measure();
    }

    /// μT - μ, a row vector `[n]` whose sum is zero.
    double[] change() {
        double[] change = new double[mu.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = next[i] - mu[i];
        }
        return change;
    }

    /// μ to μ + x, its negative entries cut off (which brings it nearer to π, as π has none); but μ
    /// stays if its residual is the smaller one. Costs a product either way.
    void moveBy(double[] x) {
        double[] candidate = new double[mu.length];
        for (int i = 0; i < candidate.length; i++) {
            candidate[i] = Math.max(0, mu[i] + x[i]);
        }
        double[] oldMu = mu;
        double[] oldNext = next;
        double oldResidual = residual;
        mu = normalised(candidate);
        next = new double[mu.length];
        measure();
        if (!(residual < oldResidual)) {
            mu = oldMu;
            next = oldNext;
            residual = oldResidual;
        }
    }

    private void measure() {
        chain.step(mu, next);
        products++;
        residual = 0;
        for (int i = 0; i < mu.length; i++) {
            residual += Math.abs(mu[i] - next[i]);
        }
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
