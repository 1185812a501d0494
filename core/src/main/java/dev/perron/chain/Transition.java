package dev.perron.chain;

/// One step of a chain on n states: everything that holds a row-stochastic P `[n,n]`, however it
/// holds it. Implementations are immutable and safe to use from several threads.
public interface Transition {
    /// The number of states n, at least 1.
    int states();

    /// One step of the law: `out = μP`.
    ///
    /// @param mu `[n]`, not modified
    /// @param out `[n]`, overwritten; another array than `mu`
    void step(double[] mu, double[] out);

    /// One step of the expectation: `out = Pf`, that is `out[i] = Σⱼ p(i,j) f[j]`.
    ///
    /// @param f `[n]`, not modified
    /// @param out `[n]`, overwritten; another array than `f`
    void expectation(double[] f, double[] out);

    /// The law of the next state, given the state now: row `from` of P.
    ///
    /// @param from a state
    /// @param out `[n]`, overwritten
    void row(int from, double[] out);

    /// Whether p(i,j) = 0 for all j > i, as in an attention head that looks only at the past.
    boolean lowerTriangular();

    /// Refuses what is no state.
    ///
    /// @throws IllegalArgumentException if `state` is not one of 0, ..., n-1
    default void requireState(int state) {
        if (state < 0 || state >= states()) {
            throw new IllegalArgumentException(
                    "state %d, must be from 0 to %d".formatted(state, states() - 1));
        }
    }

    /// Refuses a distribution on other states.
    ///
    /// @throws IllegalArgumentException if `mu` is on another number of states
    default void requireSameStates(Distribution mu) {
        if (mu.states() != states()) {
            throw new IllegalArgumentException(
                    "distribution on %d states, must be on %d".formatted(mu.states(), states()));
        }
    }
}
