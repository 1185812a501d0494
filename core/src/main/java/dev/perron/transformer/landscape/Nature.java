package dev.perron.transformer.landscape;

import dev.perron.transformer.TransformerWeights;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What kind of point of the landscape weights are, to second order.
public sealed interface Nature {
    /// A gradient no longer than this, in nats per unit of a weight, counts as zero.
    double STATIONARY = 1e-7;

    /// The gradient isn't zero.
    record NotStationary(double loss, double gradientNorm) implements Nature {}

    /// A stationary point from which the loss falls in some directions.
    record Saddle(double loss, double gradientNorm, Curvature curvature) implements Nature {}

    /// A stationary point from which the loss rises in every direction.
    record StrictMinimum(double loss, double gradientNorm, Curvature curvature) implements Nature {}

    /// A stationary point from which the loss falls in no direction, but some are flat, so that the
    /// second order doesn't decide whether it is a minimum. Nearby points were tried.
    ///
    /// @param trials points tried, at most [#NEARBY] away in each weight
    /// @param lowest the least loss among them minus that here; not negative, but for rounding, if
    ///   this is a minimum
    record FlatMinimum(
            double loss, double gradientNorm, Curvature curvature, int trials, double lowest)
            implements Nature {
        /// Whether no nearby point was found to be lower by more than rounding.
        public boolean noneLower() {
            return lowest >= -1e-13;
        }
    }

    /// How far away nearby points are in each weight, at most.
    double NEARBY = 1e-3;

    /// L at the point, in nats.
    double loss();

    /// The Euclidean norm of the gradient.
    double gradientNorm();

    /// The nature of a point.
    ///
    /// @throws IllegalArgumentException if the weights are of another configuration, or too many
    ///   for a whole Hessian
    static Nature of(ExpectedLoss expected, TransformerWeights weights) {
        double loss = expected.value(weights);
        double norm = 0;
        for (double slope : expected.gradient(weights)) {
            norm = Math.hypot(norm, slope);
        }
        if (!(norm <= STATIONARY)) {
            return new NotStationary(loss, norm);
        }
        Curvature curvature = Curvature.of(expected.hessian(weights));
        if (curvature.negative() > 0) {
            return new Saddle(loss, norm, curvature);
        }
        if (curvature.zero() == 0) {
            return new StrictMinimum(loss, norm, curvature);
        }
        int trials = 100;
        double lowest = Double.POSITIVE_INFINITY;
        RandomGenerator random = new SplittableRandom(1);
        for (int i = 0; i < trials; i++) {
            double[] nearby = weights.toArray();
            for (int j = 0; j < nearby.length; j++) {
                nearby[j] += NEARBY * (2 * random.nextDouble() - 1);
            }
            TransformerWeights there = TransformerWeights.of(weights.layout(), nearby);
            lowest = Math.min(lowest, expected.value(there) - loss);
        }
        return new FlatMinimum(loss, norm, curvature, trials, lowest);
    }
}
