package dev.perron.chain.passage;

import dev.perron.chain.StateSet;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.TimeReversal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/// How far the chain is on its way from one set of states to another.
///
/// Source: Metzner, Schütte, Vanden-Eijnden, "Transition path theory for Markov jump processes",
/// Multiscale Modeling and Simulation 7 (2009).
///
/// @param byState probabilities `[n]`
public record Committor(List<Double> byState) {
    /// Copies the list.
    public Committor {
        byState = List.copyOf(byState);
    }

    /// The forward committor: the probability of being in `to` before in `from`; 0 on `from`, 1 on
    /// `to`, and 0 from where neither is ever reached.
    ///
    /// @throws IllegalArgumentException if a state is in both sets or is none, or a state goes on
    ///   only with a probability below 1e-301
    public static Committor forward(
            Transition chain, Collection<Integer> from, Collection<Integer> to) {
        return before(chain, to, from);
    }

    /// The backward committor: the probability that the chain, which has run for ever, was last in
    /// `from` rather than in `to`; 1 on `from`, 0 on `to`. It is a forward one of the reversed
    /// chain.
    ///
    /// @param reversed the chain backwards, from [TimeReversal#of(Transition)]
    /// @throws IllegalArgumentException as above
    public static Committor backward(
            TimeReversal.Reversed reversed, Collection<Integer> from, Collection<Integer> to) {
        return before(reversed.chain(), from, to);
    }

    private static Committor before(
            Transition chain, Collection<Integer> first, Collection<Integer> other) {
        BitSet target = StateSet.of(chain, first);
        BitSet avoided = StateSet.of(chain, other);
        if (target.intersects(avoided)) {
            target.and(avoided);
            throw new IllegalArgumentException(
                    "states %s are in both sets, must be in one".formatted(target));
        }
        double[] probabilities = new FirstPassage(chain, target, avoided).probabilities();
        return new Committor(Arrays.stream(probabilities).boxed().toList());
    }
}
