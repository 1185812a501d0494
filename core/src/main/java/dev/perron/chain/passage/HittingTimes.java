package dev.perron.chain.passage;

import dev.perron.chain.StateSet;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/// How many steps the chain needs on average until it is in a set of states, given where it starts:
/// the least k ≥ 0 with k = 0 on the set and k = 1 + Pk elsewhere.
///
/// @param byState steps `[n]`: 0 on the set, infinite from where the set is missed with a positive
///   probability
public record HittingTimes(List<Double> byState) {
    /// Copies the list.
    public HittingTimes {
        byState = List.copyOf(byState);
    }

    /// The expected times until `target` is hit: an empty one takes for ever. Computed without a
    /// subtraction on a dense copy of the chain, in time O(n³).
    ///
    /// @throws IllegalArgumentException if `target` holds what is no state, or a time is finite but
    ///   beyond the range of doubles
    public static HittingTimes of(Transition chain, Collection<Integer> target) {
        FirstPassage passage = new FirstPassage(chain, StateSet.of(chain, target), new BitSet());
        double[] oneAStep = new double[chain.states()];
        Arrays.fill(oneAStep, 1);
        return new HittingTimes(Arrays.stream(passage.costs(oneAStep)).boxed().toList());
    }
}
