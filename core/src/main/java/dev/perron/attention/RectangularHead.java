package dev.perron.attention;

import java.util.List;

/// One head whose queries and keys are not the same tokens: cross attention, or new tokens that
/// look at a cache of earlier ones. `A` `[queries, keys]`, after the softmax. It is no chain: a
/// step leads from one set into another one. [TwoStepChain] goes there and back. Immutable.
public final class RectangularHead {
    private final int layer;
    private final int number;
    private final int queries;
    private final int keys;
    private final float[] rows; // [query · keys + key]
    private final double[] scale; // [query], 1 / sum of the row
    private final double worstRow;

    /// @param worstRow what rows were off by before
    private RectangularHead(
            int layer,
            int number,
            int queries,
            int keys,
            float[] rows,
            double[] sums,
            double worstRow) {
        this.layer = layer;
        this.number = number;
        this.queries = queries;
        this.keys = keys;
        this.rows = rows;
        this.scale = new double[queries];
        for (int i = 0; i < queries; i++) {
            scale[i] = 1 / sums[i];
        }
        this.worstRow = worstRow;
    }

    private static double[] sums(int queries, int keys, float[] rows, String name) {
        double[] sums = new double[queries];
        for (int i = 0; i < queries; i++) {
            for (int j = 0; j < keys; j++) {
                float a = rows[i * keys + j];
                if (!(a >= 0 && a < Float.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException(
                            "%s row %d, key %d: %s, must be finite and >= 0"
                                    .formatted(name, i, j, a));
                }
                sums[i] += a;
            }
        }
        return sums;
    }

    /// A head as a model gave it, checked.
    ///
    /// @param layer its layer's number in the model
    /// @param number its own in the layer
    /// @param queries how many, at least 1
    /// @param rows `[queries, keys]`, copied; a row is divided by its own sum
    /// @param precision in which the model computed them
    /// @throws IllegalArgumentException if the sizes don't fit, or a row isn't a distribution
    public static RectangularHead of(
            int layer, int number, int queries, float[] rows, Precision precision) {
        if (queries < 1 || rows.length == 0 || rows.length % queries != 0) {
            throw new IllegalArgumentException(
                    "L%dH%d: %d entries in %d rows, must be as many in each, at least 1"
                            .formatted(layer, number, rows.length, queries));
        }
        String name = "L%dH%d".formatted(layer, number);
        int keys = rows.length / queries;
        double[] sums = sums(queries, keys, rows, name);
        double worst = 0;
        for (int i = 0; i < queries; i++) {
            double off = Math.abs(sums[i] - 1);
            if (!(off <= precision.tolerance())) {
                throw new IllegalArgumentException(
                        "%s row %d: sums to %s, must be 1 within %s"
                                .formatted(name, i, sums[i], precision.tolerance()));
            }
            worst = Math.max(worst, off);
        }
        return new RectangularHead(layer, number, queries, keys, rows.clone(), sums, worst);
    }

    /// The same head on fewer keys, each row divided by what is left of it.
    ///
    /// @param kept which keys, ascending, not empty
    /// @throws IllegalArgumentException if a query attends to none of them
    public RectangularHead onKeys(List<Integer> kept) {
        float[] left = new float[queries * kept.size()];
        for (int i = 0; i < queries; i++) {
            for (int j = 0; j < kept.size(); j++) {
                left[i * kept.size() + j] = rows[i * keys + kept.get(j)];
            }
        }
        double[] sums = sums(queries, kept.size(), left, name());
        for (int i = 0; i < queries; i++) {
            if (!(sums[i] > 0)) {
                throw new IllegalArgumentException(
                        "%s row %d: no attention to the %d keys that are left, must be some"
                                .formatted(name(), i, kept.size()));
            }
        }
        return new RectangularHead(layer, number, queries, kept.size(), left, sums, worstRow);
    }

    /// The largest |row sum - 1|, before rows were divided by their sums.
    public double worstRow() {
        return worstRow;
    }

    /// `L5H3`.
    public String name() {
        return "L" + layer + "H" + number;
    }

    /// The layer's number in the model.
    public int layer() {
        return layer;
    }

    /// The head's number in its layer.
    public int number() {
        return number;
    }

    /// How many tokens look.
    public int queries() {
        return queries;
    }

    /// How many tokens are looked at.
    public int keys() {
        return keys;
    }

    /// The attention that query `query` pays to key `key`; over all keys they sum to 1.
    ///
    /// @throws IllegalArgumentException if there is no such query or key
    public double attention(int query, int key) {
        if (query < 0 || query >= queries || key < 0 || key >= keys) {
            throw new IllegalArgumentException(
                    "query %d, key %d, must be from 0 to %d and to %d"
                            .formatted(query, key, queries - 1, keys - 1));
        }
        return rows[query * keys + key] * scale[query];
    }
}
