package dev.perron.chain.stationary;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

/// How far a stationary chain is from looking the same backwards: detailed balance asks π(i)p(i,j)
/// = π(j)p(j,i) for every pair.
///
/// @param largestViolation largest |π(i)p(i,j) - π(j)p(j,i)|, a probability; 0 for a reversible
///   chain
/// @param from a state of the worst pair
/// @param to the other
public record Reversibility(double largestViolation, int from, int to) {
    /// The largest violation of detailed balance under a stationary distribution. Takes n² doubles.
    ///
    /// @throws IllegalArgumentException if `pi` is on another number of states
    public static Reversibility of(Transition chain, Distribution pi) {
        chain.requireSameStates(pi);
        StochasticMatrix p = StochasticMatrix.copyOf(chain);
        Reversibility worst = new Reversibility(0, 0, 0);
        for (int i = 0; i < p.states(); i++) {
            for (int j = 0; j < i; j++) {
                double there = pi.mass(i) * p.probability(i, j);
                double back = pi.mass(j) * p.probability(j, i);
                if (Math.abs(there - back) > worst.largestViolation()) {
                    worst = new Reversibility(Math.abs(there - back), i, j);
                }
            }
        }
        return worst;
    }
}
