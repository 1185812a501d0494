package dev.perron.chain;

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
    /// @param state one of the states outside, from which it never comes back
    record NeverReturns(int state) implements StochasticComplement {}

    /// The chain watched on the states `kept`.
    ///
    /// @param kept distinct states, at least one
    /// @throws IllegalArgumentException if `kept` is empty, repeats a state, or holds what is none
    static StochasticComplement of(Transition chain, List<Integer> kept) {
        int n = chain.states();
        int[] order = keptFirst(chain, kept);
        double[] a = new double[Math.multiplyExact(n, n)];
        double[] row = new double[n];
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

    private static int[] keptFirst(Transition chain, List<Integer> kept) {
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("no states kept, must be at least 1");
        }
        boolean[] seen = new boolean[chain.states()];
        int[] order = new int[chain.states()];
        int at = 0;
        for (int state : kept) {
            chain.requireState(state);
            if (seen[state]) {
                throw new IllegalArgumentException("state %d is kept twice".formatted(state));
            }
            seen[state] = true;
            order[at++] = state;
        }
        for (int state = 0; state < seen.length; state++) {
            if (!seen[state]) {
                order[at++] = state;
            }
        }
        return order;
    }
}
