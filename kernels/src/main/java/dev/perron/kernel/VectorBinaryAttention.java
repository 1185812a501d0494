package dev.perron.kernel;

import static dev.perron.kernel.VectorProducts.LANES;
import static dev.perron.kernel.VectorProducts.VL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

import java.util.Arrays;

/// Causal attention of many sequences of two symbols, whose queries, keys and values depend on the
/// symbol and the time alone. Then a score is one of four, by the symbols of its query and its key,
/// whatever the sequence is: `e[a,b][i,j] = 2^(q[a][i]·k[b][j])`.
///
/// Forward a lane is a query. The four tiles of e are made once; each sequence picks its weights
/// from them, and the sums over its keys are its own.
///
/// Backward a lane is a key. Of the sequences with symbol a at query i and b at key j only the sum
/// of what comes from their heads is of interest, `g[a,b][c][i,j] = Σ dy[c][i]`: gradients of
/// queries, keys, values are those of four weights, not of one a sequence. The sequences come in
/// groups of log₂ of the lanes: for a query, a register holds the sums over each subset of a group,
/// and those with b = 1 at a key are one of them, picked by a permutation for a register of keys at
/// once. b = 0 is the rest.
///
/// | letter | is |
/// |---|---|
/// | i, j | query, key, both times |
/// | a, b | symbol of the query, of the key |
/// | c | channel, of D; D itself stands for the gradient of the sum of the row |
/// | s | sequence, of B |
final class VectorBinaryAttention {
    /// Queries of a tile forward, keys of one backward.
    private static final int WIDE = 128;

    /// Floats from one row of a tile to the next, not a power of two.
    private static final int ROW = WIDE + TransformerKernels.BLOCK / 2;

    /// Keys of a tile forward.
    private static final int KEYS = 16;

    /// Queries of a tile backward; divides a block.
    private static final int QUERIES = 8;

    /// Sequences of a group: a register has a lane for each subset.
    private static final int GROUP = Integer.numberOfTrailingZeros(VL);

    /// Groups that are looked up at once.
    private static final int GROUPS = 4;

    /// Of a query and a channel: registers of a = 0, a group each, and of a = 1, then the sum over
    /// all sequences of a = 0, and of a = 1, in each lane.
    private static final int TABLE = (2 * GROUPS + 2) * VL;

    /// Of a register of keys and a channel: values of b = 0 and of b = 1, then their gradients. In
    /// place D values are 1, and nothing asks for gradients.
    private static final int CELL = 4 * VL;

    private static final float LN_2 = 0.6931472f;

    /// Of a subset, by lanes: whether the group's sequence k is in it.
    private static final float[] MEMBERS = members();

    private final AttentionShape shape;
    private final BinaryAttentionShape batch;
    private final float[] qkv;
    private final int qAt;
    private final int kAt;
    private final float[] symbols; // [B][stride]
    private final int symbolsAt;
    private final float[] scratch;
    private final int d;
    private final int stride;
    private final int[] chosenRows = new int[KEYS];

    // Parts of the scratch.
    private static final int CHOSEN = 4 * KEYS * ROW; // forward: weights of one sequence
    private static final int TILE = QUERIES * ROW; // backward: e[a,b]
    private static final int GRADIENTS = 4 * TILE; // of the scores
    private static final int TABLES = 8 * TILE;
    private final int dQueries; // [a][D, QUERIES, VL], then [D, QUERIES]
    private final int cells; // [keys by the register][c][CELL]
    private final int subsets; // [groups, stride]: which of a group have symbol 1

    VectorBinaryAttention(
            BinaryAttentionShape batch,
            float[] qkv,
            int qAt,
            int kAt,
            float[] symbols,
            int symbolsAt,
            float[] scratch) {
        this.batch = batch;
        this.shape = batch.head();
        this.qkv = qkv;
        this.qAt = qAt;
        this.kAt = kAt;
        this.symbols = symbols;
        this.symbolsAt = symbolsAt;
        this.scratch = scratch;
        d = shape.dHead();
        stride = shape.stride();
        dQueries = TABLES + QUERIES * tablesOfAQuery(d);
        cells = dQueries + 2 * VectorTimeSums.lanesOf(QUERIES * d) + QUERIES * d;
        subsets = cells + (d + 1) * WIDE / VL * CELL;
    }

    static int scratch(BinaryAttentionShape batch) {
        int d = batch.head().dHead();
        int backward =
                TABLES
                        + QUERIES * tablesOfAQuery(d)
                        + 2 * VectorTimeSums.lanesOf(QUERIES * d)
                        + QUERIES * d
                        + (d + 1) * WIDE / VL * CELL
                        + groups(batch) * batch.head().stride();
        return Math.max(CHOSEN + KEYS * ROW, backward);
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
        return t & -TransformerKernels.BLOCK;
    }

    private static int blocksUp(int t) {
        return blocksDown(t + TransformerKernels.BLOCK - 1);
    }

    void forward(
            float[] values,
            int valuesAt,
            float[] y,
            int yAt,
            float[] sums,
            int sumsAt,
            int from,
            int to) {
        for (int i0 = from; i0 < to; i0 += WIDE) {
            int iEnd = Math.min(to, i0 + WIDE);
            clear(y, yAt, sums, sumsAt, i0, iEnd);
            int first = Math.max(0, i0 - shape.window() + 1) & -KEYS;
            for (int j = first; j < iEnd; j += KEYS) {
                int queries = Math.max(i0, blocksDown(j));
                int n = iEnd - queries;
                weights(j, queries, n);
                for (int s = 0; s < batch.sequences(); s++) {
                    int row = symbolsAt + s * stride;
                    for (int r = 0; r < KEYS; r++) {
                        int b = symbols[row + j + r] > 0 ? 1 : 0;
                        chosenRows[r] = (2 * b * KEYS + r) * ROW;
                    }
                    choose(
                            scratch,
                            chosenRows,
                            KEYS * ROW,
                            symbols,
                            row + queries,
                            CHOSEN,
                            n,
                            sums,
                            sumsAt + s * stride + queries);
                    VectorProducts.multiply(
                            values,
                            valuesAt + s * batch.sequenceStep() + j,
                            stride,
                            1,
                            d,
                            KEYS,
                            scratch,
                            CHOSEN,
                            ROW,
                            y,
                            yAt + s * batch.sequenceStep() + queries,
                            stride,
                            n,
                            true);
                }
            }
            for (int s = 0; s < batch.sequences(); s++) {
                divide(
                        y,
                        yAt + s * batch.sequenceStep() + i0,
                        d,
                        stride,
                        sums,
                        sumsAt + s * stride + i0,
                        iEnd - i0);
            }
        }
    }

    private void clear(float[] y, int yAt, float[] sums, int sumsAt, int i0, int iEnd) {
        for (int s = 0; s < batch.sequences(); s++) {
            Arrays.fill(sums, sumsAt + s * stride + i0, sumsAt + s * stride + iEnd, 0);
            int at = yAt + s * batch.sequenceStep();
            for (int c = 0; c < d; c++) {
                Arrays.fill(y, at + c * stride + i0, at + c * stride + iEnd, 0);
            }
        }
    }

    /// The tiles `e[b][a]`, a row a key.
    private void weights(int j, int queries, int n) {
        boolean edge = queries < j + KEYS || queries + n - j > shape.window();
        for (int tile = 0; tile < 4; tile++) {
            int at = tile * KEYS * ROW;
            int b = tile / 2;
            int a = tile % 2;
            VectorProducts.multiply(
                    qkv,
                    kAt + b * batch.symbolStep() + j,
                    1,
                    stride,
                    KEYS,
                    d,
                    qkv,
                    qAt + a * batch.symbolStep() + queries,
                    stride,
                    scratch,
                    at,
                    ROW,
                    n,
                    false);
            if (edge) {
                for (int r = 0; r < KEYS; r++) {
                    int key = j + r - queries;
                    forbid(at + r * ROW, n, key, key + shape.window());
                }
            }
            powers(scratch, at, KEYS, n);
        }
    }

    /// Weights of a sequence, `e[b][a]` by its symbols, and their sums a query.
    private static void choose(
            float[] e,
            int[] rows,
            int otherSymbol,
            float[] symbols,
            int symbolsAt,
            int chosen,
            int n,
            float[] sums,
            int sumsAt) {
        for (int t = 0; t < n; t += VL) {
            VectorMask<Float> one =
                    FloatVector.fromArray(LANES, symbols, symbolsAt + t)
                            .compare(VectorOperators.GT, 0.5f);
            FloatVector sum = FloatVector.fromArray(LANES, sums, sumsAt + t);
            for (int r = 0; r < KEYS; r++) {
                int at = rows[r] + t;
                FloatVector weight =
                        FloatVector.fromArray(LANES, e, at)
                                .blend(FloatVector.fromArray(LANES, e, at + otherSymbol), one);
                weight.intoArray(e, chosen + r * ROW + t);
                sum = sum.add(weight);
            }
            sum.intoArray(sums, sumsAt + t);
        }
    }

    /// Sums become what divides by them, and divide.
    private static void divide(
            float[] y, int at, int d, int stride, float[] sums, int sumsAt, int n) {
        for (int t = 0; t < n; t += VL) {
            FloatVector by =
                    FloatVector.broadcast(LANES, 1f)
                            .div(FloatVector.fromArray(LANES, sums, sumsAt + t));
            by.intoArray(sums, sumsAt + t);
            for (int c = 0; c < d; c++) {
                int row = at + c * stride + t;
                FloatVector.fromArray(LANES, y, row).mul(by).intoArray(y, row);
            }
        }
    }

    void backward(
            int vAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            int from,
            int to) {
        readSubsets();
        for (int i0 = from; i0 < to; i0 += QUERIES) {
            Arrays.fill(scratch, dQueries, dQueries + 2 * VectorTimeSums.lanesOf(QUERIES * d), 0);
            int first = blocksDown(Math.max(0, i0 - shape.window() + 1));
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
    }

    private void readSubsets() {
        Arrays.fill(scratch, subsets, subsets + groups(batch) * stride, 0);
        for (int s = 0; s < batch.sequences(); s++) {
            int member = 1 << s % GROUP;
            int row = subsets + s / GROUP * stride;
            for (int t = 0; t < stride; t++) {
                scratch[row + t] += member * symbols[symbolsAt + s * stride + t];
            }
        }
    }

    private void tile(int i0, int j, int n, int groups, int vAt, float[] dqkv, int dkAt, int dvAt) {
        weightsByKey(i0, j, n);
        readValues(qkv, vAt + j, batch.symbolStep(), d, stride, n, scratch, cells);
        for (int r = 0; r < QUERIES; r++) {
            lookUp(
                    scratch,
                    TABLES + r * tablesOfAQuery(d),
                    groups + j,
                    stride,
                    r * ROW,
                    cells,
                    d,
                    n);
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
        boolean edge = j + n > i0 || i0 + QUERIES - j > shape.window();
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
                    forbid(at + r * ROW, n, query - shape.window() + 1, query + 1);
                }
            }
            powers(scratch, at, QUERIES, n);
        }
    }

    /// Nothing is left of the scores of a row but those from `first` to below `last`, where query
    /// and key see each other.
    private void forbid(int at, int n, int first, int last) {
        if (first > 0) {
            Arrays.fill(scratch, at, at + Math.min(n, first), AttentionShape.NEVER);
        }
        if (last < n) {
            Arrays.fill(scratch, at + Math.max(0, last), at + n, AttentionShape.NEVER);
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
        float all = 0;
        float allOnes = 0;
        for (int group = 0; group < GROUPS; group++) {
            FloatVector zero = FloatVector.zero(LANES);
            FloatVector one = zero;
            int first = s + group * GROUP;
            int count = Math.min(GROUP, batch.sequences() - first);
            for (int k = 0; k < count; k++) {
                float value = x[at + (first + k) * step];
                float ones = value * symbols[symbolsAt + (first + k) * stride + i];
                FloatVector in = FloatVector.fromArray(LANES, MEMBERS, k * VL);
                zero = in.fma(FloatVector.broadcast(LANES, value - ones), zero);
                one = in.fma(FloatVector.broadcast(LANES, ones), one);
                all += value - ones;
                allOnes += ones;
            }
            zero.intoArray(scratch, table + group * VL);
            one.intoArray(scratch, table + (GROUPS + group) * VL);
        }
        FloatVector.broadcast(LANES, all).intoArray(scratch, table + 2 * GROUPS * VL);
        FloatVector.broadcast(LANES, allOnes).intoArray(scratch, table + (2 * GROUPS + 1) * VL);
    }

    private static void readValues(
            float[] v, int vAt, int symbolStep, int d, int stride, int n, float[] x, int cells) {
        for (int t = 0; t < n; t += VL) {
            for (int c = 0; c < d; c++) {
                int cell = cells + t / VL * (d + 1) * CELL + c * CELL;
                int value = vAt + c * stride + t;
                FloatVector.fromArray(LANES, v, value).intoArray(x, cell);
                FloatVector.fromArray(LANES, v, value + symbolStep).intoArray(x, cell + VL);
                FloatVector.zero(LANES).intoArray(x, cell + 2 * VL);
                FloatVector.zero(LANES).intoArray(x, cell + 3 * VL);
            }
            int sum = cells + t / VL * (d + 1) * CELL + d * CELL;
            FloatVector.broadcast(LANES, 1f).intoArray(x, sum);
            FloatVector.broadcast(LANES, 1f).intoArray(x, sum + VL);
        }
    }

    /// For one query and all keys of a tile: gradients of the four weights, `Σ g[a,b][c]·v[b][c]`
    /// with that of the sum of the row, times the weights: those of the scores; and what the
    /// weights pass on to values, `dv[b][c] += Σ e[a,b]·g[a,b][c]` over a.
    private static void lookUp(
            float[] x, int table, int groups, int stride, int weights, int cells, int d, int n) {
        for (int t = 0; t < n; t += VL) {
            int subset = groups + t;
            FloatVector s0 = FloatVector.fromArray(LANES, x, subset);
            FloatVector s1 = FloatVector.fromArray(LANES, x, subset + stride);
            FloatVector s2 = FloatVector.fromArray(LANES, x, subset + 2 * stride);
            FloatVector s3 = FloatVector.fromArray(LANES, x, subset + 3 * stride);
            int e = weights + t;
            FloatVector e00 = FloatVector.fromArray(LANES, x, e);
            FloatVector e01 = FloatVector.fromArray(LANES, x, e + TILE);
            FloatVector e10 = FloatVector.fromArray(LANES, x, e + 2 * TILE);
            FloatVector e11 = FloatVector.fromArray(LANES, x, e + 3 * TILE);
            FloatVector d00 = FloatVector.zero(LANES);
            FloatVector d01 = d00;
            FloatVector d10 = d00;
            FloatVector d11 = d00;
            int first = cells + t / VL * (d + 1) * CELL;
            for (int c = 0; c <= d; c++) {
                int at = table + c * TABLE;
                int cell = first + c * CELL;
                FloatVector g01 = sum(x, at, s0, s1, s2, s3);
                FloatVector g11 = sum(x, at + GROUPS * VL, s0, s1, s2, s3);
                FloatVector g00 = FloatVector.fromArray(LANES, x, at + 2 * GROUPS * VL).sub(g01);
                FloatVector g10 =
                        FloatVector.fromArray(LANES, x, at + (2 * GROUPS + 1) * VL).sub(g11);
                FloatVector v0 = FloatVector.fromArray(LANES, x, cell);
                FloatVector v1 = FloatVector.fromArray(LANES, x, cell + VL);
                d00 = g00.fma(v0, d00);
                d01 = g01.fma(v1, d01);
                d10 = g10.fma(v0, d10);
                d11 = g11.fma(v1, d11);
                FloatVector dv0 = FloatVector.fromArray(LANES, x, cell + 2 * VL);
                FloatVector dv1 = FloatVector.fromArray(LANES, x, cell + 3 * VL);
                e00.fma(g00, e10.fma(g10, dv0)).intoArray(x, cell + 2 * VL);
                e01.fma(g01, e11.fma(g11, dv1)).intoArray(x, cell + 3 * VL);
            }
            int out = GRADIENTS + e;
            d00.mul(e00).mul(LN_2).intoArray(x, out);
            d01.mul(e01).mul(LN_2).intoArray(x, out + TILE);
            d10.mul(e10).mul(LN_2).intoArray(x, out + 2 * TILE);
            d11.mul(e11).mul(LN_2).intoArray(x, out + 3 * TILE);
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
                        .add(FloatVector.fromArray(LANES, x, cell + 2 * VL))
                        .intoArray(dv, value);
                FloatVector.fromArray(LANES, dv, value + symbolStep)
                        .add(FloatVector.fromArray(LANES, x, cell + 3 * VL))
                        .intoArray(dv, value + symbolStep);
            }
        }
    }

    /// Scores become powers of two.
    private static void powers(float[] x, int at, int rows, int n) {
        for (int r = 0; r < rows; r++) {
            for (int t = at + r * ROW; t < at + r * ROW + n; t += VL) {
                VectorFunctions.powerOfTwo(FloatVector.fromArray(LANES, x, t)).intoArray(x, t);
            }
        }
    }
}
