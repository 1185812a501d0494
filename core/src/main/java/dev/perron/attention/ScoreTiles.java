package dev.perron.attention;

import static dev.perron.kernel.ChainKernels.PANEL;

import dev.perron.kernel.ChainKernels;

/// A head's scores, times log2(e), so that they are exponents of 2: made tile by tile of a few rows
/// by a panel of keys, and never kept.
final class ScoreTiles {
    /// Rows for which a panel of keys stays in the cache.
    private static final int BLOCK = 64;

    private static final int GROUP = 4;

    static final double LOG2_E = 1 / Math.log(2);

    private final ChainKernels kernels = ChainKernels.active();
    private final float[] queries; // [n, d]
    private final PackedKeys keys;
    private final int channels;
    private final Scoring scoring;
    private final int head;

    /// @param queries `[n, d]`
    /// @param head its number in the layer, of what is added to scores
    ScoreTiles(float[] queries, PackedKeys keys, int channels, Scoring scoring, int head) {
        this.queries = queries;
        this.keys = keys;
        this.channels = channels;
        this.scoring = scoring;
        this.head = head;
    }

    int channels() {
        return channels;
    }

    Scoring scoring() {
        return scoring;
    }

    /// What is done with the part of row i that begins at key `key`: `tile[at .. at+width)`. The
    /// panel that it is in begins in the tile at the multiple of PANEL before `at`.
    @FunctionalInterface
    interface Part {
        void of(int i, int key, double[] tile, int at, int width);
    }

    /// Goes over some rows: all panels that have one of the keys `from <= j < to`.
    void over(int first, int end, int from, int to, Part part) {
        int n = keys.keys();
        SeenKeys seen = scoring.seen();
        double[] block = new double[Math.min(BLOCK, end - first) * channels];
        double[] tile = new double[GROUP * PANEL];
        for (int top = first; top < end; top += BLOCK) {
            int bottom = Math.min(top + BLOCK, end);
            widen(top, bottom - top, block);
            int visible = Math.min(to, seen.end(bottom - 1, n));
            int begin = Math.max(from, seen.first(top));
            for (int key = begin / PANEL * PANEL; key < visible; key += PANEL) {
                for (int i = top; i < bottom; i += GROUP) {
                    int rows = Math.min(GROUP, bottom - i);
                    kernels.scores(
                            block,
                            (i - top) * channels,
                            rows,
                            keys.panels(),
                            keys.panel(key),
                            channels,
                            tile);
                    for (int r = 0; r < rows; r++) {
                        int left = Math.max(key, seen.first(i + r));
                        int width = Math.min(key + PANEL, seen.end(i + r, n)) - left;
                        if (width > 0) {
                            int at = r * PANEL + left - key;
                            add(i + r, left, tile, at, width);
                            part.of(i + r, left, tile, at, width);
                        }
                    }
                }
            }
        }
    }

    /// Goes over one row as a whole, with the same scores to the last bit.
    void over(int i, Part part) {
        int n = keys.keys();
        int first = scoring.seen().first(i);
        int end = scoring.seen().end(i, n);
        double[] query = new double[channels];
        double[] tile = new double[PANEL];
        widen(i, 1, query);
        for (int key = first / PANEL * PANEL; key < end; key += PANEL) {
            kernels.scores(query, 0, 1, keys.panels(), keys.panel(key), channels, tile);
            int left = Math.max(key, first);
            int width = Math.min(key + PANEL, end) - left;
            add(i, left, tile, left - key, width);
            part.of(i, left, tile, left - key, width);
        }
    }

    private void add(int i, int key, double[] tile, int at, int width) {
        if (scoring.added().isPresent()) {
            scoring.added().get().add(head, i, LOG2_E, key, tile, at, width);
        }
    }

    /// Queries in double, times the scale and log2(e).
    private void widen(int from, int count, double[] out) {
        for (int x = 0; x < count * channels; x++) {
            out[x] = queries[from * channels + x] * (scoring.scale() * LOG2_E);
        }
    }

    /// Whether later keys may all be masked by what is added: only the rows can tell.
    boolean mayBeMasked() {
        return scoring.added().map(added -> added.mayBeCausal(head, keys.keys())).orElse(false);
    }
}
