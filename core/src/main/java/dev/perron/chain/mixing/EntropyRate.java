package dev.perron.chain.mixing;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;

/// How unpredictable the next state of a stationary chain is: -Σ π(i) Σ p(i,j) log p(i,j).
///
/// @param nats from 0, every step is certain, to log n
public record EntropyRate(double nats) {
    /// The entropy rate under a stationary distribution of the chain.
    ///
    /// @throws IllegalArgumentException if `pi` is on another number of states
    public static EntropyRate of(Transition chain, Distribution pi) {
        chain.requireSameStates(pi);
        double[] row = new double[chain.states()];
        double sum = 0;
        for (int i = 0; i < row.length; i++) {
            if (pi.mass(i) > 0) {
                chain.row(i, row);
                sum += pi.mass(i) * Distribution.proportionalTo(row).entropy();
            }
        }
        return new EntropyRate(sum);
    }
}
