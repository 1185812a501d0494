package dev.perron.attention;

import java.util.Arrays;
import java.util.List;

/// What becomes of rows of attention that aren't distributions. An empty row is one of zeros or of
/// NaN: what a model gives a query that may attend to nothing, such as padding. A row with a
/// negative or infinite entry is refused under every policy: it isn't attention after the softmax.
public enum RowPolicy {
    /// They are refused.
    STRICT,
    /// Rows are divided by their sums, whatever these are; empty ones are refused.
    RENORMALIZE,
    /// Tokens with an empty row are no states; other rows are divided by what is left of them.
    DROP_EMPTY,
    /// A token with an empty row attends to itself; other rows are divided by their sums.
    SELF_LOOP,
    /// A token with an empty row attends to all tokens equally; other rows are divided by their
    /// sums.
    UNIFORM;

    /// Whether empty rows are taken.
    public boolean takesEmpty() {
        return switch (this) {
            case STRICT, RENORMALIZE -> false;
            case DROP_EMPTY, SELF_LOOP, UNIFORM -> true;
        };
    }

    /// Writes what an empty row becomes; nothing under policies that have no such rows left.
    ///
    /// @param rows `[query · n + key]`, changed in the empty rows alone
    /// @param empty the queries with an empty row
    public void fillEmpty(float[] rows, int n, List<Integer> empty) {
        for (int i : empty) {
            switch (this) {
                case SELF_LOOP -> {
                    Arrays.fill(rows, i * n, (i + 1) * n, 0);
                    rows[i * n + i] = 1;
                }
                case UNIFORM -> Arrays.fill(rows, i * n, (i + 1) * n, 1f / n);
                case STRICT, RENORMALIZE, DROP_EMPTY -> {}
            }
        }
    }
}
