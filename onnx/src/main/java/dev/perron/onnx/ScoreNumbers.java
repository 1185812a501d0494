package dev.perron.onnx;

import dev.perron.attention.AddedScores;

import java.util.Optional;

/// Numbers that are added to scores, `[heads, queries, n]`, where one head or one query stands for
/// all.
final class ScoreNumbers {
    /// A tensor is seen as one buffer, which has at most 2 GB.
    private static final int MOST = Integer.MAX_VALUE / Float.BYTES;

    private final int heads;
    private final int queries;
    private final int n;
    private final float[] values;

    /// @param values `[heads, queries, n]`, not copied
    ScoreNumbers(int heads, int queries, int n, float[] values) {
        this.heads = heads;
        this.queries = queries;
        this.n = n;
        this.values = values;
    }

    /// Whether so many fit in an array.
    static boolean fit(long heads, long queries, int n) {
        return (double) heads * queries * n <= MOST;
    }

    private float value(int head, int query, int key) {
        int row = (heads == 1 ? 0 : head) * queries + (queries == 1 ? 0 : query);
        return values[row * n + key];
    }

    /// What both add.
    ///
    /// @return empty if it is too large for an array
    Optional<ScoreNumbers> plus(ScoreNumbers other) {
        int moreHeads = Math.max(heads, other.heads);
        int moreQueries = Math.max(queries, other.queries);
        if (!fit(moreHeads, moreQueries, n)) {
            return Optional.empty();
        }
        float[] sum = new float[moreHeads * moreQueries * n];
        for (int h = 0; h < moreHeads; h++) {
            for (int i = 0; i < moreQueries; i++) {
                for (int j = 0; j < n; j++) {
                    sum[(h * moreQueries + i) * n + j] = value(h, i, j) + other.value(h, i, j);
                }
            }
        }
        return Optional.of(new ScoreNumbers(moreHeads, moreQueries, n, sum));
    }

    /// For a head; nothing where all are 0.
    Optional<AddedScores> toAdded() {
        for (float value : values) {
            if (value != 0) {
                return Optional.of(AddedScores.of(heads, queries, n, values));
            }
        }
        return Optional.empty();
    }
}
