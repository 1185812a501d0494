package dev.perron.attention;

import java.util.Arrays;

/// The softmax of raw scores over the keys that a query sees, computed in double.
public final class Softmax {
    private Softmax() {}

    /// Overwrites rows of scores by rows of attention: `exp(s(i,j)) / Σ exp(s(i,j'))` over the keys
    /// j' that query i sees, 0 for the others, whose scores aren't looked at. A score of -∞ is a
    /// masked key. A row of nothing else becomes one of zeros, as a query that may attend to
    /// nothing has it.
    ///
    /// @param rows holds them `[query · keys + key]`, from its beginning
    /// @param queries how many rows
    /// @param keys entries of a row
    /// @param firstQuery the query of the first row
    /// @param seen by each query
    /// @throws IllegalArgumentException if a score that is seen is NaN or +∞; the message names it
    public static void ofRows(float[] rows, int queries, int keys, int firstQuery, SeenKeys seen) {
        double[] scores = new double[keys];
        for (int i = 0; i < queries; i++) {
            for (int j = 0; j < keys; j++) {
                scores[j] = rows[i * keys + j];
            }
            ofRow(scores, firstQuery + i, seen, rows, i * keys);
        }
    }

    /// The same of one row.
    ///
    /// @param scores `[keys]`, overwritten
    /// @param query whose row it is
    /// @param seen by each query
    /// @param out overwritten by the row, `[keys]` from `at` on
    /// @throws IllegalArgumentException if a score that is seen is NaN or +∞; the message names it
    public static void ofRow(double[] scores, int query, SeenKeys seen, float[] out, int at) {
        int keys = scores.length;
        int first = Math.min(keys, seen.first(query));
        int end = Math.max(first, seen.end(query, keys));
        double most = Double.NEGATIVE_INFINITY;
        for (int j = first; j < end; j++) {
            if (!(scores[j] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "row %d, key %d: a score of %s, must be a number or -Infinity"
                                .formatted(query, j, scores[j]));
            }
            most = Math.max(most, scores[j]);
        }
        Arrays.fill(out, at, at + keys, 0);
        if (most == Double.NEGATIVE_INFINITY) {
            return;
        }
        double sum = 0;
        for (int j = first; j < end; j++) {
            scores[j] = Math.exp(scores[j] - most);
            sum += scores[j];
        }
        for (int j = first; j < end; j++) {
            out[at + j] = (float) (scores[j] / sum);
        }
    }
}
