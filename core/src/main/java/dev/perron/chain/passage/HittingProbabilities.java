package dev.perron.chain.passage;

import dev.perron.chain.StateSet;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/// How likely the chain is ever to be in a set of states, given where it starts: the least h ≥ 0
/// with h = 1 on the set and h = Ph elsewhere.
///
/// @param byState `[n]`: 1 on the set, exactly 0 where it can't be reached and exactly 1 where it
///   can't be missed
public record HittingProbabilities(List<Double> byState) {
    /// Copies the list.
    public HittingProbabilities {
        byState = List.copyOf(byState);
    }

    /// The probabilities of hitting `target`: an empty one is never hit. Computed without a
    /// subtraction on a dense copy of the chain, in time O(n³).
    ///
    /// @throws IllegalArgumentException if `target` holds what is no state, or a state goes on only
    ///   with a probability below 1e-301, where doubles end
    public static HittingProbabilities of(Transition chain, Collection<Integer> target) {
        FirstPassage passage = new FirstPassage(chain, StateSet.of(chain, target), new BitSet());
        return new HittingProbabilities(Arrays.stream(passage.probabilities()).boxed().toList());
    }
}
