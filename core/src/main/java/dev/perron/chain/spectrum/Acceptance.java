package dev.perron.chain.spectrum;

/// When an eigenvalue counts as found.
///
/// @param tolerance on the residual ‖Ax - λx‖ of a unit x, relative to |λ|
/// @param floor what |λ| counts as if it is smaller
/// @param dismissed what comes after this by its order's key needn't be found, once its residual
///   leaves little doubt that it does
record Acceptance(double tolerance, double floor, double dismissed) {
    Acceptance(double tolerance, double floor) {
        this(tolerance, floor, Double.NEGATIVE_INFINITY);
    }

    /// The same, sharper.
    Acceptance sharper(double factor) {
        return new Acceptance(tolerance / factor, floor, dismissed);
    }

    /// The same, where what comes after `value` is of no interest.
    Acceptance before(Eigenvalue value, EigenvalueOrder order) {
        return new Acceptance(tolerance, floor, order.key(value));
    }

    /// By what factor a residual is too large.
    double excess(double residual, Eigenvalue value, EigenvalueOrder order) {
        double ordinary = relative(residual, value) / tolerance;
        double distance = dismissed - order.key(value);
        return distance > 0 ? Math.min(ordinary, 1000 * residual / distance) : ordinary;
    }

    /// A residual, relative to |λ| or the floor.
    double relative(double residual, Eigenvalue value) {
        return residual / Math.max(value.modulus(), floor);
    }

    /// Whether an eigenvalue is of no interest.
    boolean dismisses(Eigenvalue value, EigenvalueOrder order) {
        return order.key(value) <= dismissed + EigenvalueOrder.EQUAL / 1000;
    }
}
