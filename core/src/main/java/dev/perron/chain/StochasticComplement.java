package dev.perron.chain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The chain watched only while it is in some of its states, steps outside them not counted: P₁₁ +
/// P₁₂(I - P₂₂)⁻¹P₂₁, computed without a subtraction. Its stationary distribution is that of the
/// whole chain, restricted and renormalised.
///
/// Source: Meyer, "Stochastic complementation, uncoupling Markov chains, and the theory of nearly
/// reducible systems", SIAM Review 31 (1989).
public sealed interface StochasticComplement {
    /// The watched chain.
    ///
    /// @param chain on the kept states, in the order in which they were given
    record Watched(StochasticMatrix chain) implements StochasticComplement {}

    /// The chain may go out of the kept states for ever, so it can't be watched there.
    ///
    /// @param state one of the states outside that the kept ones reach, from which it comes back
    ///   never, or with a probability below 1e-301, where doubles end
    record NeverReturns(int state) implements StochasticComplement {}

    /// The chain watched on the states `kept`. Where those never go, it doesn't matter whether the
    /// chain would come back: padding that nobody attends to can always be left out.
    ///
    /// @param kept distinct states, at least one
    /// @throws IllegalArgumentException if `kept` is empty, repeats a state, or holds what is none
    static StochasticComplement of(Transition chain, List<Integer> kept) {
        requireDistinctStates(chain, kept);
        int[] order = withAllTheyReach(chain, kept);
        int n = order.length;
        double[] a = new double[Math.multiplyExact(n, n)];
        double[] row = new double[chain.states()];
        for (int i = 0; i < n; i++) {
            chain.row(order[i], row);
            for (int j = 0; j < n; j++) {
                a[i * n + j] = row[order[j]];
            }
        }
        int m = kept.size();
        Elimination elimination = new Elimination(n, a);
        int stuck = elimination.downTo(m);
        if (stuck >= 0) {
            return new NeverReturns(order[stuck]);
        }
        double[] watched = new double[Math.multiplyExact(m, m)];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                watched[i * m + j] = elimination.remaining(i, j);
            }
        }
        return new Watched(StochasticMatrix.owning(m, watched));
    }

    private static void requireDistinctStates(Transition chain, List<Integer> kept) {
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("no states kept, must be at least 1");
        }
        BitSet seen = new BitSet();
        for (int state : kept) {
            chain.requireState(state);
            if (seen.get(state)) {
                throw new IllegalArgumentException(
                        "state %d is kept twice, must be once".formatted(state));
            }
            seen.set(state);
        }
    }

    /// The kept states in their order, then the others that can be reached from them.
    private static int[] withAllTheyReach(Transition chain, List<Integer> kept) {
        List<Integer> reached = new ArrayList<>(kept);
        BitSet seen = new BitSet();
        kept.forEach(seen::set);
        double[] row = new double[chain.states()];
        for (int at = 0; at < reached.size(); at++) {
            chain.row(reached.get(at), row);
            for (int j = 0; j < row.length; j++) {
                if (row[j] > 0 && !seen.get(j)) {
                    seen.set(j);
                    reached.add(j);
                }
            }
        }
        return reached.stream().mapToInt(Integer::intValue).toArray();
    }
}
