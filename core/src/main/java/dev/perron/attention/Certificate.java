package dev.perron.attention;

/// How a ranking was computed, and how good it is.
///
/// @param method what computed it
/// @param iterations products with the matrix; 0 for a direct method, unless iteration was tried
///   before elimination took over
/// @param residual ‖πT - π‖₁ as measured
/// @param errorBound proven bound on ‖π - true π‖₁
public record Certificate(Method method, int iterations, double residual, double errorBound) {
    /// What computed it.
    public enum Method {
        /// Repeated steps until the error is proven to be small.
        POWER_ITERATION,
        /// Cycles of a Krylov method, and steps before and after them, until the error is proven to
        /// be small.
        KRYLOV,
        /// One substitution over the rows of a causal head.
        TRIANGULAR_SOLVE,
        /// Subtraction-free elimination.
        ELIMINATION
    }
}
