package dev.perron.chain;

import java.util.List;

/// The chain on some of its states, as if the others weren't there: their columns go, and each row
/// left is divided by what it has left. The chain of the softmax over the other keys alone; unlike
/// a [StochasticComplement] it doesn't keep the stationary distribution.
public sealed interface Restriction {
    /// The chain on the kept states. It holds no rows, but asks the whole chain.
    ///
    /// @param chain on the kept states, in the order in which they were given
    record Renormalised(Transition chain) implements Restriction {}

    /// A row has nothing left to divide by.
    ///
    /// @param state a kept state that only others follow on
    record NothingLeft(int state) implements Restriction {}

    /// The restriction to the states `kept`. Takes n doubles beside the chain, and one pass over
    /// its rows.
    ///
    /// @param kept distinct states, at least one
    /// @throws IllegalArgumentException if `kept` is empty, repeats a state, or holds what is none
    static Restriction of(Transition chain, List<Integer> kept) {
        KeptStates states = new KeptStates(chain, kept);
        double[] scale = new double[kept.size()];
        double[] row = new double[chain.states()];
        for (int i = 0; i < scale.length; i++) {
            chain.row(states.at(i), row);
            double left = 0;
            for (int j = 0; j < scale.length; j++) {
                left += row[states.at(j)];
            }
            if (!(left >= Elimination.SMALLEST)) {
                return new NothingLeft(states.at(i));
            }
            scale[i] = 1 / left;
        }
        return new Renormalised(new RestrictedChain(chain, states, scale));
    }
}
