package dev.perron.transformer.landscape;

import dev.perron.transformer.SymmetricEigen;
import dev.perron.transformer.TransformerWeights;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What kind of point of the landscape weights are, to second order.
public sealed interface Nature {
    /// A gradient no longer than this, in nats per unit of a weight, counts as zero.
    double STATIONARY = 1e-7;

    /// The gradient isn't zero.
    record NotStationary(double loss, double gradientNorm, Curvature curvature) implements Nature {}

    /// A stationary point from which the loss falls in some directions.
    record Saddle(double loss, double gradientNorm, Curvature curvature) implements Nature {}

    /// A stationary point from which the loss rises in every direction.
    record StrictMinimum(double loss, double gradientNorm, Curvature curvature) implements Nature {}

    /// A stationary point from which the loss falls in no direction to second order, but some are
    /// flat, so that the second order doesn't decide whether it is a minimum. So points were tried:
    /// a random way in the flat directions, and from there a step down the gradient, which finds
    /// what lies lower although each direction alone leads nowhere.
    ///
    /// @param trials points tried, their coordinates in flat directions normal of deviation
    ///   [#FLAT_REACH]
    /// @param lowest the least loss among them minus that here; not negative, but for rounding, if
    ///   this is a minimum
    record Flat(double loss, double gradientNorm, Curvature curvature, int trials, double lowest)
            implements Nature {
        /// Whether none of the points was lower by more than rounding: as far as can be seen a
        /// minimum, with others of equal loss about it.
        public boolean noneLower() {
            return lowest >= -1e-13;
        }
    }

    /// How far out points in flat directions are tried.
    double FLAT_REACH = 0.1;

    /// L at the point, in nats.
    double loss();

    /// The Euclidean norm of the gradient.
    double gradientNorm();

    /// Of the Hessian.
    Curvature curvature();

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
        SymmetricEigen eigen = SymmetricEigen.of(expected.hessian(weights));
        Curvature curvature = Curvature.of(eigen);
        if (!(norm <= STATIONARY)) {
            return new NotStationary(loss, norm, curvature);
        }
        if (curvature.negative() > 0) {
            return new Saddle(loss, norm, curvature);
        }
        if (curvature.zero() == 0) {
            return new StrictMinimum(loss, norm, curvature);
        }
        int trials = 40;
        double lowest = Double.POSITIVE_INFINITY;
        RandomGenerator random = new SplittableRandom(1);
        for (int i = 0; i < trials; i++) {
            double[] there = weights.toArray();
            for (int k = 0; k < curvature.zero(); k++) { // ascending, and none is negative
                double far = FLAT_REACH * random.nextGaussian();
                double[] direction = eigen.vector(k);
                for (int j = 0; j < there.length; j++) {
                    there[j] += far * direction[j];
                }
            }
            if (curvature.positive() > 0) { // else there is no length of a step
                double[] slope = expected.gradient(TransformerWeights.of(weights.layout(), there));
                for (int j = 0; j < there.length; j++) {
                    there[j] -= slope[j] / curvature.greatest();
                }
            }
            TransformerWeights below = TransformerWeights.of(weights.layout(), there);
            lowest = Math.min(lowest, expected.value(below) - loss);
        }
        return new Flat(loss, norm, curvature, trials, lowest);
    }
}
