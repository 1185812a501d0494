package dev.perron.attention;

import static dev.perron.kernel.ChainKernels.PANEL;

import dev.perron.chain.Transition;
import dev.perron.kernel.ChainKernels;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// One head as a chain on n tokens, without its matrix: rows softmax(q(i)·k(j)·scale) over the keys
/// that i may attend to, made from Q and K when they are needed and never kept. Takes memory n·d
/// rather than n², and time n²·d a step. What is [added][AddedScores] to scores is kept as it is
/// given, which may be n² by itself, but the same for all heads. Immutable.
///
/// Scores are summed in double and each row divided by its own sum, so that also large scores give
/// an exact chain, where a float32 softmax is off by its scores' rounding. [#step], [#expectation]
/// and [#row] see the same entries to the last bit.
///
/// Grouped queries: which keys belong to a head is the caller's choice of K, or [#ofLayer]'s.
public final class QueryKeyHead implements Transition {
    private final ChainKernels kernels = ChainKernels.active();
    private final int n;
    private final ScoreTiles tiles;
    private final double[] largest; // [n], the largest score of each row, times log2(e)
    private final double[] weight; // [n], 1 / Σ 2^(score - largest)
    private final boolean causal;

    private QueryKeyHead(
            float[] queries, PackedKeys keys, int channels, Scoring scoring, int head) {
        this.n = keys.keys();
        this.tiles = new ScoreTiles(queries, keys, channels, scoring, head);
        this.largest = new double[n];
        this.weight = new double[n];
        sumRows();
        this.causal = scoring.seen().causal() || n == 1 || (tiles.mayBeMasked() && noLaterKeys());
    }

    /// The head of these queries and keys, scaled by 1/√d as usual.
    ///
    /// @param queries `[n, d]`, n at least 1
    /// @param keys `[n, d]`
    /// @param channels d, at least 1
    /// @throws IllegalArgumentException if the sizes don't fit, or an entry is infinite or NaN
    public static QueryKeyHead of(float[] queries, float[] keys, int channels, Mask mask) {
        return of(queries, keys, channels, mask, usualScale(channels));
    }

    /// The same with another scale.
    ///
    /// @param scale what scores q(i)·k(j) are multiplied by, from -1e100 to 1e100
    /// @throws IllegalArgumentException if the sizes don't fit, or a number is infinite or NaN
    public static QueryKeyHead of(
            float[] queries, float[] keys, int channels, Mask mask, double scale) {
        return ofLayer(queries, 1, keys, 1, channels, mask, scale).getFirst();
    }

    /// All heads of a layer, scaled by 1/√d. With fewer key heads than query heads (grouped
    /// queries), head h has the keys `h / (heads / keyHeads)`, as in Llama; they are kept once.
    ///
    /// @param queries `[heads, n, d]`, n at least 1
    /// @param keys `[keyHeads, n, d]`
    /// @param keyHeads a divisor of `heads`
    /// @param channels d, at least 1
    /// @throws IllegalArgumentException if the sizes don't fit, or an entry is infinite or NaN
    public static List<QueryKeyHead> ofLayer(
            float[] queries, int heads, float[] keys, int keyHeads, int channels, Mask mask) {
        return ofLayer(queries, heads, keys, keyHeads, channels, mask, usualScale(channels));
    }

    /// The same with another scale.
    ///
    /// @param scale what scores q(i)·k(j) are multiplied by, from -1e100 to 1e100
    /// @throws IllegalArgumentException if the sizes don't fit, or a number is infinite or NaN
    public static List<QueryKeyHead> ofLayer(
            float[] queries,
            int heads,
            float[] keys,
            int keyHeads,
            int channels,
            Mask mask,
            double scale) {
        return ofLayer(
                queries, heads, keys, keyHeads, channels, Scoring.of(SeenKeys.of(mask), scale));
    }

    /// The same with other scores: of a window of keys, or with something added.
    ///
    /// @param scoring how scores are made
    /// @throws IllegalArgumentException if the sizes don't fit, a number is infinite or NaN, or a
    ///   query has no key that isn't masked
    public static List<QueryKeyHead> ofLayer(
            float[] queries, int heads, float[] keys, int keyHeads, int channels, Scoring scoring) {
        if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0) {
            throw new IllegalArgumentException(
                    "%d heads of queries on %d of keys, must be a multiple of them"
                            .formatted(heads, keyHeads));
        }
        int n = tokens("queries", queries, heads, channels);
        int keyTokens = tokens("keys", keys, keyHeads, channels);
        if (keyTokens != n) {
            throw new IllegalArgumentException(
                    "keys of %d tokens for queries of %d, must be the same tokens"
                            .formatted(keyTokens, n));
        }
        scoring.added().ifPresent(added -> added.requireFit(heads, n));
        List<PackedKeys> packed =
                IntStream.range(0, keyHeads)
                        .mapToObj(g -> new PackedKeys(keys, g * n * channels, n, channels))
                        .toList();
        return IntStream.range(0, heads)
                .mapToObj(
                        h ->
                                new QueryKeyHead(
                                        Arrays.copyOfRange(
                                                queries, h * n * channels, (h + 1) * n * channels),
                                        packed.get(h / (heads / keyHeads)),
                                        channels,
                                        scoring,
                                        h))
                .toList();
    }

    /// d, the channels of a query or a key.
    public int channels() {
        return tiles.channels();
    }

    /// How scores are made.
    public Scoring scoring() {
        return tiles.scoring();
    }

    /// Which keys a query may attend to.
    public SeenKeys seen() {
        return tiles.scoring().seen();
    }

    /// Whether a query may attend to later keys.
    public Mask mask() {
        return seen().mask();
    }

    /// What scores are multiplied by.
    public double scale() {
        return tiles.scoring().scale();
    }

    /// log Σ exp(score), the logarithm of what the row of `query` was divided by, in nats.
    ///
    /// @throws IllegalArgumentException if `query` is none of the n tokens
    public double logSumExp(int query) {
        requireState(query);
        return largest[query] / ScoreTiles.LOG2_E - Math.log(weight[query]);
    }

    @Override
    public int states() {
        return n;
    }

    @Override
    public void step(double[] mu, double[] out) {
        steps(new double[][] {mu}, new double[][] {out});
    }

    @Override
    public void steps(double[][] mus, double[][] outs) {
        for (double[] out : outs) {
            Arrays.fill(out, 0, n, 0);
        }
        addRows(0, n, mus, outs);
    }

    @Override
    public void addRows(int first, int end, double[][] mus, double[][] outs) {
        if (mus.length == 0) {
            return;
        }
        masses(
                first,
                end,
                0,
                n,
                (i, key, tile, at, width) -> {
                    for (int k = 0; k < mus.length; k++) {
                        kernels.addScaled(mus[k][i] * weight[i], tile, at, outs[k], key, width);
                    }
                });
    }

    @Override
    public void expectation(double[] f, double[] out) {
        expectations(new double[][] {f}, new double[][] {out});
    }

    @Override
    public void expectations(double[][] fs, double[][] outs) {
        if (fs.length == 0) {
            return;
        }
        for (double[] out : outs) {
            Arrays.fill(out, 0, n, 0);
        }
        double[] part = new double[PANEL];
        masses(
                0,
                n,
                0,
                n,
                (i, key, tile, at, width) -> {
                    System.arraycopy(tile, at, part, 0, width);
                    for (int k = 0; k < fs.length; k++) {
                        outs[k][i] += kernels.dot(fs[k], key, part, width);
                    }
                });
        for (double[] out : outs) {
            for (int i = 0; i < n; i++) {
                out[i] *= weight[i];
            }
        }
    }

    @Override
    public double probability(int from, int to) {
        requireState(from);
        requireState(to);
        double[] entry = new double[1];
        copyEntries(from, from + 1, to, to + 1, entry);
        return entry[0];
    }

    @Override
    public void square(int first, int end, double[] out) {
        copyEntries(first, end, first, end, out);
    }

    /// @param out `[rows, keys]`, overwritten
    private void copyEntries(int first, int end, int from, int to, double[] out) {
        int columns = to - from;
        Arrays.fill(out, 0, (end - first) * columns, 0);
        masses(
                first,
                end,
                from,
                to,
                (i, key, tile, at, width) -> {
                    for (int j = Math.max(key, from); j < Math.min(key + width, to); j++) {
                        out[(i - first) * columns + j - from] = tile[at + j - key] * weight[i];
                    }
                });
    }

    /// Known without a pass, from what the kernels promise: powers of two are within 1e-13 of their
    /// size, both in the sum that a row is divided by and in the row. The sum is made of n/64 sums
    /// of at most 64 terms, (63 + n/64)u. At each of them the rest may be scaled down by e^-x, for
    /// (3 + 2x)u of what is left of it: as n is below 2³¹, less than 46u of the sum, for all of
    /// them less than nu. Differences of scores are rounded, which is less than 2 ln n u of a row.
    @Override
    public double rowSumError() {
        return 2e-13 + (n + 256) * 0x1p-53;
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        Arrays.fill(out, 0, n, 0);
        tiles.over(
                from,
                (i, key, tile, at, width) -> {
                    kernels.powersOfTwo(tile, 0, largest[i]);
                    for (int j = 0; j < width; j++) {
                        out[key + j] = tile[at + j] * weight[i];
                    }
                });
    }

    @Override
    public boolean lowerTriangular() {
        return causal;
    }

    /// Looks at all entries above the diagonal.
    private boolean noLaterKeys() {
        boolean[] found = {false};
        masses(
                0,
                n,
                0,
                n,
                (i, key, tile, at, width) -> {
                    for (int j = Math.max(key, i + 1); j < key + width; j++) {
                        found[0] |= tile[at + j - key] > 0;
                    }
                });
        return !found[0];
    }

    /// The largest score and the sum of each row, in one pass: what was summed before a larger
    /// score turned up is scaled down.
    private void sumRows() {
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        double[] sum = new double[n];
        double[] ones = new double[PANEL];
        Arrays.fill(ones, 1);
        tiles.over(
                0,
                n,
                0,
                n,
                (i, _, tile, at, width) -> {
                    double most = Math.max(largest[i], largest(tile, at, width));
                    if (most == Double.NEGATIVE_INFINITY) {
                        return; // all masked so far
                    }
                    sum[i] *= Math.exp((largest[i] - most) / ScoreTiles.LOG2_E);
                    largest[i] = most;
                    // A window may begin within a panel; powers are taken of whole ones.
                    kernels.powersOfTwo(tile, at / PANEL * PANEL, most);
                    sum[i] += kernels.dot(tile, at, ones, width);
                });
        for (int i = 0; i < n; i++) {
            if (largest[i] == Double.NEGATIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "query %d: -Infinity is added to all its scores, must see at least one key"
                                .formatted(i));
            }
            weight[i] = 1 / sum[i];
        }
    }

    /// Goes over some rows in tiles of 2 to the power of scores less the row's largest: all panels
    /// that have one of the keys `from <= j < to`. Entries are these times the row's weight.
    private void masses(int first, int end, int from, int to, ScoreTiles.Part part) {
        tiles.over(
                first,
                end,
                from,
                to,
                (i, key, tile, at, width) -> {
                    kernels.powersOfTwo(tile, at / PANEL * PANEL, largest[i]);
                    part.of(i, key, tile, at, width);
                });
    }

    /// By fours, since each comparison waits for the one before.
    private static double largest(double[] tile, int at, int width) {
        double a = Double.NEGATIVE_INFINITY;
        double b = a;
        double c = a;
        double d = a;
        int j = at;
        for (; j + 4 <= at + width; j += 4) {
            a = Math.max(a, tile[j]);
            b = Math.max(b, tile[j + 1]);
            c = Math.max(c, tile[j + 2]);
            d = Math.max(d, tile[j + 3]);
        }
        for (; j < at + width; j++) {
            a = Math.max(a, tile[j]);
        }
        return Math.max(Math.max(a, b), Math.max(c, d));
    }

    private static double usualScale(int channels) {
        return 1 / Math.sqrt(Math.max(1, channels));
    }

    private static int tokens(String name, float[] values, int heads, int channels) {
        if (channels < 1) {
            throw new IllegalArgumentException(
                    "%d channels, must be at least 1".formatted(channels));
        }
        long each = (long) heads * channels;
        if (values.length == 0 || values.length % each != 0) {
            throw new IllegalArgumentException(
                    "%s: %d numbers, must be a multiple of %d heads x %d channels and not 0"
                            .formatted(name, values.length, heads, channels));
        }
        int n = (int) (values.length / each);
        for (int x = 0; x < values.length; x++) {
            if (!Float.isFinite(values[x])) {
                throw new IllegalArgumentException(
                        "%s: head %d, token %d, channel %d: %s, must be finite"
                                .formatted(
                                        name,
                                        x / (n * channels),
                                        x / channels % n,
                                        x % channels,
                                        values[x]));
            }
        }
        return n;
    }
}
