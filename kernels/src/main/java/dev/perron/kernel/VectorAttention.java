package dev.perron.kernel;

import static dev.perron.kernel.VectorProducts.LANES;
import static dev.perron.kernel.VectorProducts.VL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

import java.util.Arrays;

/// Causal attention of one head in tiles of keys by queries that stay in the nearest cache, a lane
/// a query. A tile of scores is a product, becomes weights in place, and goes into the next
/// product; no T x T matrix is kept. The backward pass makes each tile of weights again from the
/// sums of the rows, and keeps gradients of keys and values by lanes until a tile's last query.
///
/// Where queries and keys are so short that no score can leave ±80 (by Cauchy and Schwarz), weights
/// are powers of the scores as they are; else each row's maximum is looked for first, by a pass of
/// its own.
final class VectorAttention {
    /// Queries of a tile.
    private static final int QUERIES = 256;

    /// Floats from one key's row of a tile to the next. Not a power of two: rows would all fall on
    /// the same few lines of the nearest cache.
    private static final int ROW = QUERIES + TransformerKernels.BLOCK / 2;

    /// Keys of a tile at most; divides a block, so that only one block of queries is on the
    /// diagonal.
    private static final int MOST_KEYS = 16;

    private static final float LN_2 = 0.6931472f;

    private static final float SAFE = 80;

    private final AttentionShape shape;
    private final float[] qkv;
    private final int qAt;
    private final int kAt;
    private final int vAt;
    private final float[] byDistance;
    private final float[] scratch;
    private final int d;
    private final int stride;
    private final int end; // of the last block
    private final int keys; // of a tile

    // Parts of the scratch.
    private final int weights = 0; // [keys, ROW]
    private final int gradients; // of the weights, then of the scores, [keys, ROW]
    private final int dKeys; // [D, keys, VL]
    private final int dValues;

    VectorAttention(
            AttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] byDistance,
            float[] scratch) {
        this.shape = shape;
        this.qkv = qkv;
        this.qAt = qAt;
        this.kAt = kAt;
        this.vAt = vAt;
        this.byDistance = byDistance;
        this.scratch = scratch;
        d = shape.dHead();
        stride = shape.stride();
        end = blocksUp(shape.times());
        keys = keysOfATile(d);
        gradients = weights + keys * ROW;
        dKeys = gradients + keys * ROW;
        dValues = dKeys + VectorTimeSums.lanesOf(keys * d);
    }

    static int scratch(int d) {
        int keys = keysOfATile(d);
        return 2 * (keys * ROW + VectorTimeSums.lanesOf(keys * d));
    }

    /// So many that their gradients, of 2D vectors each, stay in the nearest cache.
    private static int keysOfATile(int d) {
        int fitting = 128 / d;
        return fitting >= MOST_KEYS ? MOST_KEYS : fitting >= 8 ? 8 : 4;
    }

    private static int blocksDown(int t) {
        return t & -TransformerKernels.BLOCK;
    }

    private static int blocksUp(int t) {
        return blocksDown(t + TransformerKernels.BLOCK - 1);
    }

    /// The first block that has a query which sees a key of this tile.
    private static int firstQuery(int key) {
        return blocksDown(key);
    }

    /// The end of the last block that has one.
    private int queryEnd(int key) {
        return (int) Math.min(end, blocksUp(key + keys - 1) + (long) blocksUp(shape.window()));
    }

    void forward(float[] y, int yAt, float[] logSums, int logSumsAt) {
        boolean safe = scoresAreSmall();
        Arrays.fill(logSums, logSumsAt, logSumsAt + end, 0);
        for (int c = 0; c < d; c++) {
            Arrays.fill(y, yAt + c * stride, yAt + c * stride + end, 0);
        }
        for (int i0 = 0; i0 < end; i0 += QUERIES) {
            int iEnd = Math.min(end, i0 + QUERIES);
            int first = Math.max(0, i0 - shape.window() + 1) & -keys;
            if (!safe) {
                Arrays.fill(logSums, logSumsAt + i0, logSumsAt + iEnd, AttentionShape.NEVER);
                for (int j = first; j < iEnd; j += keys) {
                    raiseMaxima(j, i0, iEnd, logSums, logSumsAt);
                }
                negate(logSums, logSumsAt + i0, iEnd - i0);
            }
            Arrays.fill(scratch, gradients, gradients + QUERIES, 0);
            for (int j = first; j < iEnd; j += keys) {
                addValues(j, i0, iEnd, logSums, logSumsAt, y, yAt);
            }
            for (int c = 0; c < d; c++) {
                divide(y, yAt + c * stride + i0, scratch, gradients, iEnd - i0);
            }
            subtractLogarithms(logSums, logSumsAt + i0, scratch, gradients, iEnd - i0);
        }
    }

    /// Scores of a tile, from the first query that sees one of its keys.
    private int scores(int j, int i0, int iEnd) {
        int from = Math.max(i0, firstQuery(j));
        int to = Math.min(iEnd, queryEnd(j));
        int n = to - from;
        if (n <= 0) {
            return 0;
        }
        VectorProducts.multiply(
                qkv,
                kAt + j,
                1,
                stride,
                keys,
                d,
                qkv,
                qAt + from,
                stride,
                scratch,
                weights,
                ROW,
                n,
                false);
        if (shape.biased()) {
            addByDistance(j, from, 0, n);
        } else {
            if (from < j + keys) {
                addByDistance(j, from, 0, Math.min(n, TransformerKernels.BLOCK));
            }
            int cut = Math.max(0, blocksDown(j + shape.window()) - from);
            if (shape.window() < shape.times() && cut < n) {
                addByDistance(j, from, cut, n);
            }
        }
        return n;
    }

    private void raiseMaxima(int j, int i0, int iEnd, float[] most, int mostAt) {
        int n = scores(j, i0, iEnd);
        int from = Math.max(i0, firstQuery(j));
        for (int r = 0; r < keys; r++) {
            raise(most, mostAt + from, scratch, weights + r * ROW, n);
        }
    }

    private void addValues(
            int j, int i0, int iEnd, float[] shift, int shiftAt, float[] y, int yAt) {
        int n = scores(j, i0, iEnd);
        int from = Math.max(i0, firstQuery(j));
        weigh(scratch, weights, keys, n, shift, shiftAt + from, gradients + from - i0);
        VectorProducts.multiply(
                qkv,
                vAt + j,
                stride,
                1,
                d,
                keys,
                scratch,
                weights,
                ROW,
                y,
                yAt + from,
                stride,
                n,
                true);
    }

    void backward(
            float[] logSums,
            int logSumsAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            float[] dByDistance) {
        for (int c = 0; c < d; c++) {
            Arrays.fill(dqkv, dqAt + c * stride, dqAt + c * stride + end, 0);
        }
        for (int j = 0; j < end; j += keys) {
            Arrays.fill(scratch, dKeys, dValues + keys * d * VL, 0);
            int iEnd = queryEnd(j);
            for (int i = firstQuery(j); i < iEnd; i += QUERIES) {
                int n = scores(j, i, Math.min(iEnd, i + QUERIES));
                VectorProducts.multiply(
                        qkv, vAt + j, 1, stride, keys, d, dy, dyAt + i, stride, scratch, gradients,
                        ROW, n, false);
                weighGradients(
                        scratch,
                        weights,
                        gradients,
                        keys,
                        n,
                        logSums,
                        logSumsAt + i,
                        dot,
                        dotAt + i);
                VectorProducts.multiply(
                        qkv, kAt + j, stride, 1, d, keys, scratch, gradients, ROW, dqkv, dqAt + i,
                        stride, n, true);
                VectorTimeSums.addOuter(
                        qkv, qAt + i, stride, d, scratch, gradients, ROW, keys, n, scratch, dKeys);
                VectorTimeSums.addOuter(
                        dy, dyAt + i, stride, d, scratch, weights, ROW, keys, n, scratch, dValues);
                if (shape.biased()) {
                    addGradientByDistance(dByDistance, j, i, n);
                }
            }
            sumLanes(dqkv, dkAt + j, dvAt + j);
        }
        for (int c = 0; c < d; c++) {
            scale(dqkv, dqAt + c * stride, end, LN_2);
        }
    }

    private void sumLanes(float[] dqkv, int dkAt, int dvAt) {
        VectorTimeSums.sumLanes(scratch, dKeys, d * keys, scratch, weights);
        VectorTimeSums.sumLanes(scratch, dValues, d * keys, scratch, gradients);
        for (int c = 0; c < d; c++) {
            for (int r = 0; r < keys; r++) {
                dqkv[dkAt + c * stride + r] = LN_2 * scratch[weights + c * keys + r];
                dqkv[dvAt + c * stride + r] = scratch[gradients + c * keys + r];
            }
        }
    }

    private boolean scoresAreSmall() {
        double bound = longest(qAt) * longest(kAt);
        if (shape.biased()) {
            double most = 0;
            int distances = Math.min(shape.window(), shape.times());
            for (int distance = 0; distance < distances; distance++) {
                most = Math.max(most, Math.abs(byDistance[shape.distanceAt(distance)]));
            }
            bound += most;
        }
        return bound < SAFE; // false also for NaN
    }

    private double longest(int at) {
        FloatVector most = FloatVector.zero(LANES);
        for (int t = 0; t < end; t += VL) {
            FloatVector square = FloatVector.zero(LANES);
            for (int c = 0; c < d; c++) {
                FloatVector x = FloatVector.fromArray(LANES, qkv, at + c * stride + t);
                square = x.fma(x, square);
            }
            most = most.max(square);
        }
        return Math.sqrt(most.reduceLanes(VectorOperators.MAX));
    }

    private void addByDistance(int j, int from, int cut, int n) {
        for (int r = 0; r < keys; r++) {
            int table = shape.distanceAt(from - j - r);
            for (int t = cut; t < n; t += VL) {
                int at = weights + r * ROW + t;
                FloatVector.fromArray(LANES, scratch, at)
                        .add(FloatVector.fromArray(LANES, byDistance, table + t))
                        .intoArray(scratch, at);
            }
        }
    }

    private void addGradientByDistance(float[] dByDistance, int j, int from, int n) {
        for (int r = 0; r < keys; r++) {
            int table = shape.distanceAt(from - j - r);
            for (int t = 0; t < n; t += VL) {
                FloatVector.fromArray(LANES, scratch, gradients + r * ROW + t)
                        .mul(LN_2)
                        .add(FloatVector.fromArray(LANES, dByDistance, table + t))
                        .intoArray(dByDistance, table + t);
            }
        }
    }

    /// Scores become weights `2^(score + shift)`, and are added up a query.
    private static void weigh(
            float[] x, int at, int keys, int n, float[] shift, int shiftAt, int sumsAt) {
        for (int t = 0; t < n; t += VL) {
            FloatVector by = FloatVector.fromArray(LANES, shift, shiftAt + t);
            FloatVector sum = FloatVector.fromArray(LANES, x, sumsAt + t);
            for (int r = 0; r < keys; r++) {
                int entry = at + r * ROW + t;
                FloatVector weight =
                        VectorFunctions.powerOfTwo(FloatVector.fromArray(LANES, x, entry).add(by));
                weight.intoArray(x, entry);
                sum = sum.add(weight);
            }
            sum.intoArray(x, sumsAt + t);
        }
    }

    /// Scores become weights, and gradients in the weights those in the scores: `p·(dp + dot)`.
    private static void weighGradients(
            float[] x,
            int weights,
            int gradients,
            int keys,
            int n,
            float[] logSums,
            int logSumsAt,
            float[] dot,
            int dotAt) {
        for (int t = 0; t < n; t += VL) {
            FloatVector by = FloatVector.fromArray(LANES, logSums, logSumsAt + t);
            FloatVector less = FloatVector.fromArray(LANES, dot, dotAt + t);
            for (int r = 0; r < keys; r++) {
                int entry = r * ROW + t;
                FloatVector weight =
                        VectorFunctions.powerOfTwo(
                                FloatVector.fromArray(LANES, x, weights + entry).add(by));
                weight.intoArray(x, weights + entry);
                FloatVector.fromArray(LANES, x, gradients + entry)
                        .add(less)
                        .mul(weight)
                        .intoArray(x, gradients + entry);
            }
        }
    }

    private static void raise(float[] most, int at, float[] x, int xAt, int n) {
        for (int t = 0; t < n; t += VL) {
            FloatVector.fromArray(LANES, most, at + t)
                    .max(FloatVector.fromArray(LANES, x, xAt + t))
                    .intoArray(most, at + t);
        }
    }

    private static void negate(float[] x, int at, int n) {
        for (int t = at; t < at + n; t++) {
            x[t] = -x[t];
        }
    }

    private static void scale(float[] x, int at, int n, float by) {
        for (int t = at; t < at + n; t++) {
            x[t] *= by;
        }
    }

    private static void divide(float[] y, int at, float[] by, int byAt, int n) {
        for (int t = 0; t < n; t++) {
            y[at + t] /= by[byAt + t];
        }
    }

    private static void subtractLogarithms(float[] x, int at, float[] of, int ofAt, int n) {
        for (int t = 0; t < n; t += VL) {
            FloatVector.fromArray(LANES, x, at + t)
                    .sub(VectorFunctions.log2(FloatVector.fromArray(LANES, of, ofAt + t)))
                    .intoArray(x, at + t);
        }
    }
}
