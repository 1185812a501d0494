package dev.perron.kernel;

import static dev.perron.kernel.VectorProducts.LANES;
import static dev.perron.kernel.VectorProducts.VL;

import jdk.incubator.vector.FloatVector;

import java.util.Arrays;

/// What comes back through [VectorBinaryAttention].
///
/// A lane is a key. Of the sequences with symbol a at query i and b at key j only the sum of what
/// comes from their heads is of interest, `g[a,b][c][i,j] = Σ dy[c][i]`: gradients of queries, keys
/// and values are those of four weights, not of one a sequence. The sequences come in groups of
/// log₂ of the lanes: for a query, a register holds the sums over each subset of a group, and those
/// with symbol b at a key are one of them, picked by a permutation for a register of keys at once.
///
/// | letter | is |
/// |---|---|
/// | i, j | query, key, both times |
/// | a, b | symbol of the query, of the key |
/// | c | channel, of D; in place D stands what is asked of the sum of the row |
/// | s | sequence, of B |
final class VectorBinaryGradients {
    private static final int BLOCK = TransformerKernels.BLOCK;

    /// Keys of a tile.
    private static final int WIDE = 128;

    /// Floats from one row of such a tile to the next, not a power of two.
    private static final int ROW = WIDE + BLOCK / 2;

    /// Queries of a tile; divides a block.
    private static final int QUERIES = 8;

    /// Sequences of a group: a register has a lane for each subset.
    private static final int GROUP = Integer.numberOfTrailingZeros(VL);

    /// Groups that are looked up at once.
    private static final int GROUPS = 4;

    /// Of a query and a channel: registers of a = 0, a group each, and of a = 1.
    private static final int TABLE = 2 * GROUPS * VL;

    /// Of a register of keys and a channel: values of b = 0 and their gradients, then of b = 1. In
    /// place D values are 1, and nothing asks for gradients.
    private static final int CELL = 4 * VL;

    private static final float LN_2 = 0.6931472f;

    /// Of a subset, by lanes: whether the group's sequence k is in it.
    private static final float[] MEMBERS = members();

    private final BinaryAttentionShape batch;
    private final float[] qkv;
    private final int qAt;
    private final int kAt;
    private final float[] symbols; // [B][stride]
    private final int symbolsAt;
    private final float[] scratch;
    private final int d;
    private final int stride;
    private final int window; // of no more than T keys

    // Parts of the scratch.
    private static final int TILE = QUERIES * ROW; // e[a,b]
    private static final int GRADIENTS = 4 * TILE; // of the scores
    private static final int TABLES = 8 * TILE;
    private final int dQueries; // [a][D, QUERIES, VL], then [D, QUERIES]
    private final int cells; // [keys by the register][c][CELL]
    private final int subsets; // [b][groups, stride]: which of a group have symbol b

    VectorBinaryGradients(
            BinaryAttentionShape batch,
            float[] qkv,
            int qAt,
            int kAt,
            float[] symbols,
            int symbolsAt,
            float[] scratch) {
        this.batch = batch;
        this.qkv = qkv;
        this.qAt = qAt;
        this.kAt = kAt;
        this.symbols = symbols;
        this.symbolsAt = symbolsAt;
        this.scratch = scratch;
        d = batch.head().dHead();
        stride = batch.head().stride();
        window = Math.min(batch.head().window(), batch.head().times());
        dQueries = TABLES + QUERIES * tablesOfAQuery(d);
        cells = dQueries + 2 * VectorTimeSums.lanesOf(QUERIES * d) + QUERIES * d;
        subsets = cells + (d + 1) * WIDE / VL * CELL;
    }

    static int scratch(BinaryAttentionShape batch) {
        int d = batch.head().dHead();
        return TABLES
                + QUERIES * tablesOfAQuery(d)
                + 2 * VectorTimeSums.lanesOf(QUERIES * d)
                + QUERIES * d
                + (d + 1) * WIDE / VL * CELL
                + 2 * groups(batch) * batch.head().stride();
    }

    /// So many that they can be looked up by the four.
    private static int groups(BinaryAttentionShape batch) {
        int together = GROUPS * GROUP;
        return (batch.sequences() + together - 1) / together * GROUPS;
    }

    private static int tablesOfAQuery(int d) {
        return (d + 1) * TABLE;
    }

    private static float[] members() {
        float[] in = new float[GROUP * VL];
        for (int k = 0; k < GROUP; k++) {
            for (int lane = 0; lane < VL; lane++) {
                in[k * VL + lane] = lane >> k & 1;
            }
        }
        return in;
    }

    private static int blocksDown(int t) {
        return t & -BLOCK;
    }

    private static int blocksUp(int t) {
        return blocksDown(t + BLOCK - 1);
    }

    void add(
            int vAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            int[] blocks) {
        readSubsets();
        for (int block : blocks) {
            for (int i0 = block; i0 < block + BLOCK; i0 += QUERIES) {
                addTiles(i0, vAt, dy, dyAt, dot, dotAt, dqkv, dqAt, dkAt, dvAt);
            }
        }
    }

    private void addTiles(
            int i0,
            int vAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt) {
        Arrays.fill(scratch, dQueries, dQueries + 2 * VectorTimeSums.lanesOf(QUERIES * d), 0);
        int first = blocksDown(Math.max(0, i0 - window + 1));
        int last = blocksUp(i0 + QUERIES);
        for (int s = 0; s < batch.sequences(); s += GROUPS * GROUP) {
            tables(s, i0, dy, dyAt, dot, dotAt);
            for (int j = first; j < last; j += WIDE) {
                int n = Math.min(last, j + WIDE) - j;
                tile(i0, j, n, subsets + s / GROUP * stride, vAt, dqkv, dkAt, dvAt);
            }
        }
        for (int a = 0; a < 2; a++) {
            addQueryGradients(a, dqkv, dqAt + a * batch.symbolStep() + i0);
        }
    }

    private void readSubsets() {
        int ones = subsets + groups(batch) * stride;
        Arrays.fill(scratch, subsets, ones + groups(batch) * stride, 0);
        for (int s = 0; s < batch.sequences(); s++) {
            int member = 1 << s % GROUP;
            int row = s / GROUP * stride;
            for (int t = 0; t < stride; t++) {
                float symbol = symbols[symbolsAt + s * stride + t];
                scratch[subsets + row + t] += member * (1 - symbol);
                scratch[ones + row + t] += member * symbol;
            }
        }
    }

    private void tile(int i0, int j, int n, int groups, int vAt, float[] dqkv, int dkAt, int dvAt) {
        weightsByKey(i0, j, n);
        readValues(qkv, vAt + j, batch.symbolStep(), d, stride, n, scratch, cells);
        for (int r = 0; r < QUERIES; r++) {
            int table = TABLES + r * tablesOfAQuery(d);
            for (int b = 0; b < 2; b++) {
                int subset = groups + b * groups(batch) * stride + j;
                int weights = b * TILE + r * ROW;
                lookUp(scratch, table, subset, stride, weights, cells + b * CELL / 2, d, n);
            }
        }
        addValueGradients(scratch, cells, d, n, dqkv, dvAt + j, batch.symbolStep(), stride);
        for (int tile = 0; tile < 4; tile++) {
            int a = tile / 2;
            int b = tile % 2;
            int gradients = GRADIENTS + tile * TILE;
            VectorProducts.multiply(
                    qkv,
                    qAt + a * batch.symbolStep() + i0,
                    stride,
                    1,
                    d,
                    QUERIES,
                    scratch,
                    gradients,
                    ROW,
                    dqkv,
                    dkAt + b * batch.symbolStep() + j,
                    stride,
                    n,
                    true);
            VectorTimeSums.addOuter(
                    qkv,
                    kAt + b * batch.symbolStep() + j,
                    stride,
                    d,
                    scratch,
                    gradients,
                    ROW,
                    QUERIES,
                    n,
                    scratch,
                    dQueries + a * VectorTimeSums.lanesOf(QUERIES * d));
        }
    }

    /// The tiles `e[a][b]`, a row a query.
    private void weightsByKey(int i0, int j, int n) {
        boolean edge = j + n > i0 || i0 + QUERIES - j > window;
        for (int tile = 0; tile < 4; tile++) {
            int at = tile * TILE;
            int a = tile / 2;
            int b = tile % 2;
            VectorProducts.multiply(
                    qkv,
                    qAt + a * batch.symbolStep() + i0,
                    1,
                    stride,
                    QUERIES,
                    d,
                    qkv,
                    kAt + b * batch.symbolStep() + j,
                    stride,
                    scratch,
                    at,
                    ROW,
                    n,
                    false);
            if (edge) {
                for (int r = 0; r < QUERIES; r++) {
                    int query = i0 + r - j;
                    VectorBinaryAttention.forbid(
                            scratch, at + r * ROW, n, query - window + 1, query + 1);
                }
            }
            VectorBinaryAttention.powers(scratch, at, QUERIES, ROW, n);
        }
    }

    /// For each query of a tile, the sums over each subset of each group of sequences from s on of
    /// those with symbol a there: `[query][c][a][group][subset]`.
    private void tables(int s, int i0, float[] dy, int dyAt, float[] dot, int dotAt) {
        for (int r = 0; r < QUERIES; r++) {
            int table = TABLES + r * tablesOfAQuery(d);
            for (int c = 0; c <= d; c++) {
                float[] from = c < d ? dy : dot;
                int at = c < d ? dyAt + c * stride : dotAt;
                int step = c < d ? batch.sequenceStep() : stride;
                subsetSums(s, i0 + r, from, at + i0 + r, step, table + c * TABLE);
            }
        }
    }

    private void subsetSums(int s, int i, float[] x, int at, int step, int table) {
        for (int group = 0; group < GROUPS; group++) {
            FloatVector zero = FloatVector.zero(LANES);
            FloatVector one = FloatVector.zero(LANES);
            int first = s + group * GROUP;
            int count = Math.min(GROUP, batch.sequences() - first);
            for (int k = 0; k < count; k++) {
                float value = x[at + (first + k) * step];
                float ones = value * symbols[symbolsAt + (first + k) * stride + i];
                FloatVector in = FloatVector.fromArray(LANES, MEMBERS, k * VL);
                zero = in.fma(FloatVector.broadcast(LANES, value - ones), zero);
                one = in.fma(FloatVector.broadcast(LANES, ones), one);
            }
            zero.intoArray(scratch, table + group * VL);
            one.intoArray(scratch, table + (GROUPS + group) * VL);
        }
    }

    private static void readValues(
            float[] v, int vAt, int symbolStep, int d, int stride, int n, float[] x, int cells) {
        FloatVector zero = FloatVector.zero(LANES);
        for (int t = 0; t < n; t += VL) {
            int first = cells + t / VL * (d + 1) * CELL;
            for (int c = 0; c < d; c++) {
                int cell = first + c * CELL;
                int value = vAt + c * stride + t;
                FloatVector.fromArray(LANES, v, value).intoArray(x, cell);
                zero.intoArray(x, cell + VL);
                FloatVector.fromArray(LANES, v, value + symbolStep).intoArray(x, cell + 2 * VL);
                zero.intoArray(x, cell + 3 * VL);
            }
            FloatVector.broadcast(LANES, 1f).intoArray(x, first + d * CELL);
            FloatVector.broadcast(LANES, 1f).intoArray(x, first + d * CELL + 2 * VL);
        }
    }

    /// For one query, and the keys of a tile with one symbol b: gradients of their two weights, `Σ
    /// g[a][c]·v[c]` with that of the sum of the row, times the weights: those of the scores; and
    /// what the weights pass on to values, `dv[c] += Σ e[a]·g[a][c]` over a.
    ///
    /// Once for each b, rather than for b = 0 by what is left of all: where sums of rows differ by
    /// orders of magnitude, nothing would be left. And four look-ups in one method are too many to
    /// be compiled into it.
    private static void lookUp(
            float[] x, int table, int groups, int stride, int weights, int cells, int d, int n) {
        for (int t = 0; t < n; t += VL) {
            int subset = groups + t;
            FloatVector s0 = FloatVector.fromArray(LANES, x, subset);
            FloatVector s1 = FloatVector.fromArray(LANES, x, subset + stride);
            FloatVector s2 = FloatVector.fromArray(LANES, x, subset + 2 * stride);
            FloatVector s3 = FloatVector.fromArray(LANES, x, subset + 3 * stride);
            FloatVector e0 = FloatVector.fromArray(LANES, x, weights + t);
            FloatVector e1 = FloatVector.fromArray(LANES, x, weights + t + 2 * TILE);
            FloatVector d0 = FloatVector.zero(LANES);
            FloatVector d1 = FloatVector.zero(LANES);
            int first = cells + t / VL * (d + 1) * CELL;
            for (int c = 0; c <= d; c++) {
                int at = table + c * TABLE;
                int cell = first + c * CELL;
                FloatVector g0 = sum(x, at, s0, s1, s2, s3);
                FloatVector g1 = sum(x, at + GROUPS * VL, s0, s1, s2, s3);
                FloatVector v = FloatVector.fromArray(LANES, x, cell);
                d0 = g0.fma(v, d0);
                d1 = g1.fma(v, d1);
                FloatVector dv = FloatVector.fromArray(LANES, x, cell + VL);
                e0.fma(g0, e1.fma(g1, dv)).intoArray(x, cell + VL);
            }
            int out = GRADIENTS + weights + t;
            d0.mul(e0).mul(LN_2).intoArray(x, out);
            d1.mul(e1).mul(LN_2).intoArray(x, out + 2 * TILE);
        }
    }

    /// Of the sums over subsets of four groups, those that the keys pick.
    private static FloatVector sum(
            float[] table, int at, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        FloatVector t0 = FloatVector.fromArray(LANES, table, at);
        FloatVector t1 = FloatVector.fromArray(LANES, table, at + VL);
        FloatVector t2 = FloatVector.fromArray(LANES, table, at + 2 * VL);
        FloatVector t3 = FloatVector.fromArray(LANES, table, at + 3 * VL);
        return s0.selectFrom(t0)
                .add(s1.selectFrom(t1))
                .add(s2.selectFrom(t2).add(s3.selectFrom(t3)));
    }

    private void addQueryGradients(int a, float[] dqkv, int dqAt) {
        int sums = dQueries + 2 * VectorTimeSums.lanesOf(QUERIES * d);
        VectorTimeSums.sumLanes(
                scratch,
                dQueries + a * VectorTimeSums.lanesOf(QUERIES * d),
                d * QUERIES,
                scratch,
                sums);
        for (int c = 0; c < d; c++) {
            for (int r = 0; r < QUERIES; r++) {
                dqkv[dqAt + c * stride + r] += scratch[sums + c * QUERIES + r];
            }
        }
    }

    private static void addValueGradients(
            float[] x, int cells, int d, int n, float[] dv, int dvAt, int symbolStep, int stride) {
        for (int t = 0; t < n; t += VL) {
            for (int c = 0; c < d; c++) {
                int cell = cells + t / VL * (d + 1) * CELL + c * CELL;
                int value = dvAt + c * stride + t;
                FloatVector.fromArray(LANES, dv, value)
                        .add(FloatVector.fromArray(LANES, x, cell + VL))
                        .intoArray(dv, value);
                FloatVector.fromArray(LANES, dv, value + symbolStep)
                        .add(FloatVector.fromArray(LANES, x, cell + 3 * VL))
                        .intoArray(dv, value + symbolStep);
            }
        }
    }
}
