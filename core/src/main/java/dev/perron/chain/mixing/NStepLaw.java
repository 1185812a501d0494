package dev.perron.chain.mixing;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

/// The law of the chain after a number of steps, μPᵗ.
///
/// @param law where it is then
/// @param steps t
public record NStepLaw(Distribution law, long steps) {
    /// Beyond so many steps, and more than n, P is squared instead of applied step by step.
    private static final int MOST_PASSES = 4096;

    /// The law after `steps` steps from `start`. Many steps are made by squaring P, which is dense
    /// and takes O(n³) for each doubling.
    ///
    /// @throws IllegalArgumentException if `start` is on another number of states, or `steps` is
    ///   negative
    public static NStepLaw of(Transition chain, Distribution start, long steps) {
        chain.requireSameStates(start);
        if (steps < 0) {
            throw new IllegalArgumentException("%d steps, must be at least 0".formatted(steps));
        }
        double[] mu = start.toArray();
        double[] next = new double[mu.length];
        long left = steps;
        Transition power = chain;
        while (left > Math.max(MOST_PASSES, mu.length)) {
            if ((left & 1) == 1) {
                power.step(mu, next);
                mu = next.clone();
            }
            power = StochasticMatrix.product(power, power);
            left >>= 1;
        }
        for (; left > 0; left--) {
            power.step(mu, next);
            double[] exchanged = mu;
            mu = next;
            next = exchanged;
        }
        return new NStepLaw(Distribution.proportionalTo(mu), steps);
    }
}
