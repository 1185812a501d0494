package dev.perron.context.fit;

/// How a row is fitted.
///
/// @param ridge precision of a Gaussian prior on w around 0: the penalty on the sum of the losses
///   is ridge ‖w‖² / 2; 0 for maximum likelihood
/// @param tolerance on the Newton decrement of the mean loss, above 0; the loss is then within half
///   its square of the smallest, in nats
/// @param iterations at most
public record FitOptions(double ridge, double tolerance, int iterations) {
    /// Checks them.
    ///
    /// @throws IllegalArgumentException if `ridge` is negative, `tolerance` not positive, one of
    ///   them not finite, or `iterations` below 1
    public FitOptions {
        if (!(ridge >= 0 && ridge < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "ridge = %s, must be at least 0 and finite".formatted(ridge));
        }
        if (!(tolerance > 0 && tolerance < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "tolerance = %s, must be positive and finite".formatted(tolerance));
        }
        if (iterations < 1) {
            throw new IllegalArgumentException(
                    "%d iterations, must be at least 1".formatted(iterations));
        }
    }

    /// Maximum likelihood to a decrement of 1e-8, in 100 iterations at most.
    public static FitOptions maximumLikelihood() {
        return new FitOptions(0, 1e-8, 100);
    }

    /// The same with a ridge.
    ///
    /// @throws IllegalArgumentException as the constructor
    public FitOptions withRidge(double precision) {
        return new FitOptions(precision, tolerance, iterations);
    }
}
