package dev.perron.attention;

/// What is added to a layer's scores before the softmax: a bias on positions, or a mask, which is
/// -∞ on a key that a query doesn't see. `[heads, queries, keys]`, where one head or one query
/// stands for all. Immutable.
public final class AddedScores {
    private final int heads;
    private final int queries;
    private final int keys;
    private final float[] values; // [heads, queries, keys]

    private AddedScores(int heads, int queries, int keys, float[] values) {
        this.heads = heads;
        this.queries = queries;
        this.keys = keys;
        this.values = values;
    }

    /// These numbers, checked.
    ///
    /// @param heads how many, 1 for the same of all heads
    /// @param queries how many, 1 for the same of all queries
    /// @param keys how many, at least 1
    /// @param values `[heads, queries, keys]`; not copied, since it may be as large as attention,
    ///   and not to be changed afterwards
    /// @throws IllegalArgumentException if the sizes don't fit, or a value is NaN or +∞
    public static AddedScores of(int heads, int queries, int keys, float[] values) {
        if (heads < 1
                || queries < 1
                || keys < 1
                || values.length != (double) heads * queries * keys) {
            throw new IllegalArgumentException(
                    "%d numbers to add to scores, must be %d heads x %d queries x %d keys, each at least 1"
                            .formatted(values.length, heads, queries, keys));
        }
        for (int x = 0; x < values.length; x++) {
            if (!(values[x] < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "added to the score of head %d, query %d, key %d: %s, must be a number or -Infinity"
                                .formatted(
                                        x / keys / queries,
                                        x / keys % queries,
                                        x % keys,
                                        values[x]));
            }
        }
        return new AddedScores(heads, queries, keys, values);
    }

    /// How many numbers it holds.
    public int size() {
        return values.length;
    }

    /// What is added to the score of a key.
    ///
    /// @throws IllegalArgumentException if there is no such head, query or key
    public double value(int head, int query, int key) {
        requireLess("head", head, heads);
        requireLess("query", query, queries);
        if (key < 0 || key >= keys) {
            throw new IllegalArgumentException(
                    "key %d, must be from 0 to %d".formatted(key, keys - 1));
        }
        return values[row(head, query) + key];
    }

    private static void requireLess(String what, int number, int count) {
        if (number < 0 || (count > 1 && number >= count)) {
            throw new IllegalArgumentException(
                    "%s %d, must be from 0 to %d".formatted(what, number, count - 1));
        }
    }

    /// @throws IllegalArgumentException if it isn't of so many heads on n tokens
    void requireFit(int layerHeads, int n) {
        boolean fits =
                (heads == 1 || heads == layerHeads) && (queries == 1 || queries == n) && keys == n;
        if (!fits) {
            throw new IllegalArgumentException(
                    "%d heads x %d queries x %d keys to add to scores, must be 1 or %d, 1 or %d, and %d"
                            .formatted(heads, queries, keys, layerHeads, n, n));
        }
    }

    /// Where a query's numbers begin.
    private int row(int head, int query) {
        return ((heads == 1 ? 0 : head) * queries + (queries == 1 ? 0 : query)) * keys;
    }

    /// Adds them to a part of a row.
    ///
    /// @param factor what they are multiplied by
    /// @param scores added to, from `at` on
    /// @param key the part's first
    /// @param width its keys
    void add(int head, int query, double factor, int key, double[] scores, int at, int width) {
        int from = row(head, query) + key;
        for (int j = 0; j < width; j++) {
            scores[at + j] += factor * values[from + j];
        }
    }

    /// Whether a head's later keys may all be masked for each query: none has a number from which a
    /// softmax usually comes back.
    boolean mayBeCausal(int head, int n) {
        for (int i = 0; i < n; i++) {
            int from = row(head, i);
            for (int j = i + 1; j < n; j++) {
                if (values[from + j] > -100) {
                    return false;
                }
            }
        }
        return true;
    }
}
