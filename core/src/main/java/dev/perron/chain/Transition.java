package dev.perron.chain;

import java.util.Arrays;

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

    /// One step of several laws: `outs[k] = mus[k]P`. One pass over P where P is held in memory,
    /// and the same numbers as one by one, up to rounding.
    ///
    /// @param mus `[vectors][n]`, not modified
    /// @param outs `[vectors][n]`, overwritten; other arrays than `mus`
    default void steps(double[][] mus, double[][] outs) {
        for (int k = 0; k < mus.length; k++) {
            step(mus[k], outs[k]);
        }
    }

    /// One step of several expectations: `outs[k] = P fs[k]`.
    ///
    /// @param fs `[vectors][n]`, not modified
    /// @param outs `[vectors][n]`, overwritten; other arrays than `fs`
    default void expectations(double[][] fs, double[][] outs) {
        for (int k = 0; k < fs.length; k++) {
            expectation(fs[k], outs[k]);
        }
    }

    /// What some rows have part in a step of several laws: `outs[k] += Σ mus[k][i] P(i,·)` over
    /// `first <= i < end`.
    ///
    /// @param mus `[vectors][n]`, not modified
    /// @param outs `[vectors][n]`, added to; other arrays than `mus`
    default void addRows(int first, int end, double[][] mus, double[][] outs) {
        double[] row = new double[states()];
        for (int i = first; i < end; i++) {
            row(i, row);
            for (int k = 0; k < mus.length; k++) {
                for (int j = 0; j < row.length; j++) {
                    outs[k][j] += mus[k][i] * row[j];
                }
            }
        }
    }

    /// p(from, to).
    default double probability(int from, int to) {
        requireState(to);
        double[] row = new double[states()];
        row(from, row);
        return row[to];
    }

    /// The entries p(i,j) with `first <= i,j < end`, a square of m = end - first rows on the
    /// diagonal: `out[(i - first)·m + j - first] = p(i,j)`.
    ///
    /// @param out `[m, m]` or longer, overwritten
    default void square(int first, int end, double[] out) {
        int m = end - first;
        double[] row = new double[states()];
        for (int i = first; i < end; i++) {
            row(i, row);
            System.arraycopy(row, first, out, (i - first) * m, m);
        }
    }

    /// A bound on |row sum - 1| over all rows, as sums of doubles see it. Measured by one product
    /// unless the chain knows it by how it was made.
    default double rowSumError() {
        double[] ones = new double[states()];
        Arrays.fill(ones, 1);
        double[] sums = new double[states()];
        expectation(ones, sums);
        double worst = 0;
        for (double sum : sums) {
            worst = Math.max(worst, Math.abs(sum - 1));
        }
        return worst;
    }

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
