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
/// A lane is a query. The four tiles of e are made once; each sequence picks its weights from them,
/// and the sums over its keys are its own. [VectorBinaryGradients] goes back.
///
/// | letter | is |
/// |---|---|
/// | i, j | query, key, both times |
/// | a, b | symbol of the query, of the key |
/// | c | channel, of D |
/// | s | sequence, of B |
final class VectorBinaryAttention {
    /// Queries and keys of a tile.
    private static final int BLOCK = TransformerKernels.BLOCK;

    /// From `e[b][0]` to `e[b][1]`.
    private static final int OTHER = BLOCK * BLOCK;

    /// Floats of the four tiles.
    static final int SCRATCH = 4 * BLOCK * BLOCK;

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
    private final int[] keyRows = new int[BLOCK]; // of e, by the symbols of a sequence

    VectorBinaryAttention(
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
    }

    void forward(
            float[] values,
            int valuesAt,
            float[] y,
            int yAt,
            float[] sums,
            int sumsAt,
            int[] blocks) {
        for (int i : blocks) {
            clear(y, yAt, sums, sumsAt, i);
            for (int j = Math.max(0, i - window + 1) & -BLOCK; j <= i; j += BLOCK) {
                weights(i, j);
                for (int s = 0; s < batch.sequences(); s++) {
                    int row = symbolsAt + s * stride;
                    for (int r = 0; r < BLOCK; r++) {
                        keyRows[r] = (symbols[row + j + r] > 0 ? 2 * BLOCK + r : r) * BLOCK;
                    }
                    int at = s * batch.sequenceStep();
                    weigh(
                            values,
                            valuesAt + at + j,
                            row + i,
                            y,
                            yAt + at + i,
                            sums,
                            sumsAt + s * stride + i);
                }
            }
            for (int s = 0; s < batch.sequences(); s++) {
                int at = yAt + s * batch.sequenceStep() + i;
                divide(y, at, d, stride, sums, sumsAt + s * stride + i);
            }
        }
    }

    private void clear(float[] y, int yAt, float[] sums, int sumsAt, int i) {
        for (int s = 0; s < batch.sequences(); s++) {
            Arrays.fill(sums, sumsAt + s * stride + i, sumsAt + s * stride + i + BLOCK, 0);
            int at = yAt + s * batch.sequenceStep() + i;
            for (int c = 0; c < d; c++) {
                Arrays.fill(y, at + c * stride, at + c * stride + BLOCK, 0);
            }
        }
    }

    /// The tiles `e[b][a]`, a row a key.
    private void weights(int i, int j) {
        boolean edge = i < j + BLOCK || i + BLOCK - j > window;
        for (int tile = 0; tile < 4; tile++) {
            int at = tile * BLOCK * BLOCK;
            int b = tile / 2;
            int a = tile % 2;
            VectorProducts.multiply(
                    qkv,
                    kAt + b * batch.symbolStep() + j,
                    1,
                    stride,
                    BLOCK,
                    d,
                    qkv,
                    qAt + a * batch.symbolStep() + i,
                    stride,
                    scratch,
                    at,
                    BLOCK,
                    BLOCK,
                    false);
            if (edge) {
                for (int r = 0; r < BLOCK; r++) {
                    int key = j + r - i;
                    forbid(scratch, at + r * BLOCK, BLOCK, key, key + window);
                }
            }
            powers(scratch, at, BLOCK, BLOCK, BLOCK);
        }
    }

    /// Values of a sequence times its weights, and the sums of these: `y[c][t] += Σ
    /// v[c][r]·w[r][t]` over the keys r of a tile, where w is one of e by the symbols of the
    /// sequence.
    private void weigh(
            float[] v, int vAt, int queries, float[] y, int yAt, float[] sums, int sumsAt) {
        int c = 0;
        for (; c + 4 <= d; c += 4) {
            weighFour(
                    v,
                    vAt + c * stride,
                    scratch,
                    keyRows,
                    symbols,
                    queries,
                    y,
                    yAt + c * stride,
                    stride,
                    sums,
                    sumsAt,
                    c == 0);
        }
        for (; c < d; c++) {
            weighOne(
                    v,
                    vAt + c * stride,
                    scratch,
                    keyRows,
                    symbols,
                    queries,
                    y,
                    yAt + c * stride,
                    sums,
                    sumsAt,
                    c == 0);
        }
    }

    private static void weighFour(
            float[] v,
            int v0,
            float[] e,
            int[] rows,
            float[] symbols,
            int symbolsAt,
            float[] y,
            int y0,
            int stride,
            float[] sums,
            int sumsAt,
            boolean first) {
        int y1 = y0 + stride;
        int y2 = y1 + stride;
        int y3 = y2 + stride;
        for (int t = 0; t < BLOCK; t += 2 * VL) {
            VectorMask<Float> a = ones(symbols, symbolsAt + t);
            VectorMask<Float> b = ones(symbols, symbolsAt + t + VL);
            FloatVector sumA = FloatVector.fromArray(LANES, sums, sumsAt + t);
            FloatVector sumB = FloatVector.fromArray(LANES, sums, sumsAt + t + VL);
            FloatVector a0 = FloatVector.fromArray(LANES, y, y0 + t);
            FloatVector a1 = FloatVector.fromArray(LANES, y, y1 + t);
            FloatVector a2 = FloatVector.fromArray(LANES, y, y2 + t);
            FloatVector a3 = FloatVector.fromArray(LANES, y, y3 + t);
            FloatVector b0 = FloatVector.fromArray(LANES, y, y0 + t + VL);
            FloatVector b1 = FloatVector.fromArray(LANES, y, y1 + t + VL);
            FloatVector b2 = FloatVector.fromArray(LANES, y, y2 + t + VL);
            FloatVector b3 = FloatVector.fromArray(LANES, y, y3 + t + VL);
            for (int r = 0; r < BLOCK; r++) {
                int at = rows[r] + t;
                FloatVector wa =
                        FloatVector.fromArray(LANES, e, at)
                                .blend(FloatVector.fromArray(LANES, e, at + OTHER), a);
                FloatVector wb =
                        FloatVector.fromArray(LANES, e, at + VL)
                                .blend(FloatVector.fromArray(LANES, e, at + OTHER + VL), b);
                sumA = sumA.add(wa);
                sumB = sumB.add(wb);
                FloatVector x0 = FloatVector.broadcast(LANES, v[v0 + r]);
                a0 = x0.fma(wa, a0);
                b0 = x0.fma(wb, b0);
                FloatVector x1 = FloatVector.broadcast(LANES, v[v0 + stride + r]);
                a1 = x1.fma(wa, a1);
                b1 = x1.fma(wb, b1);
                FloatVector x2 = FloatVector.broadcast(LANES, v[v0 + 2 * stride + r]);
                a2 = x2.fma(wa, a2);
                b2 = x2.fma(wb, b2);
                FloatVector x3 = FloatVector.broadcast(LANES, v[v0 + 3 * stride + r]);
                a3 = x3.fma(wa, a3);
                b3 = x3.fma(wb, b3);
            }
            if (first) {
                sumA.intoArray(sums, sumsAt + t);
                sumB.intoArray(sums, sumsAt + t + VL);
            }
            a0.intoArray(y, y0 + t);
            a1.intoArray(y, y1 + t);
            a2.intoArray(y, y2 + t);
            a3.intoArray(y, y3 + t);
            b0.intoArray(y, y0 + t + VL);
            b1.intoArray(y, y1 + t + VL);
            b2.intoArray(y, y2 + t + VL);
            b3.intoArray(y, y3 + t + VL);
        }
    }

    private static void weighOne(
            float[] v,
            int v0,
            float[] e,
            int[] rows,
            float[] symbols,
            int symbolsAt,
            float[] y,
            int y0,
            float[] sums,
            int sumsAt,
            boolean first) {
        for (int t = 0; t < BLOCK; t += VL) {
            VectorMask<Float> a = ones(symbols, symbolsAt + t);
            FloatVector sum = FloatVector.fromArray(LANES, sums, sumsAt + t);
            FloatVector a0 = FloatVector.fromArray(LANES, y, y0 + t);
            for (int r = 0; r < BLOCK; r++) {
                int at = rows[r] + t;
                FloatVector w =
                        FloatVector.fromArray(LANES, e, at)
                                .blend(FloatVector.fromArray(LANES, e, at + OTHER), a);
                sum = sum.add(w);
                a0 = FloatVector.broadcast(LANES, v[v0 + r]).fma(w, a0);
            }
            if (first) {
                sum.intoArray(sums, sumsAt + t);
            }
            a0.intoArray(y, y0 + t);
        }
    }

    private static VectorMask<Float> ones(float[] symbols, int at) {
        return FloatVector.fromArray(LANES, symbols, at).compare(VectorOperators.GT, 0.5f);
    }

    /// Sums become what divides by them, and divide.
    private static void divide(float[] y, int at, int d, int stride, float[] sums, int sumsAt) {
        for (int t = 0; t < BLOCK; t += VL) {
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

    /// Nothing is left of the scores of a row but those from `first` to below `last`, where query
    /// and key see each other.
    static void forbid(float[] x, int at, int n, int first, int last) {
        if (first > 0) {
            Arrays.fill(x, at, at + Math.min(n, first), AttentionShape.NEVER);
        }
        if (last < n) {
            Arrays.fill(x, at + Math.max(0, last), at + n, AttentionShape.NEVER);
        }
    }

    /// Scores become powers of two.
    static void powers(float[] x, int at, int rows, int step, int n) {
        for (int r = 0; r < rows; r++) {
            int row = at + r * step;
            for (int t = row; t < row + n; t += VL) {
                VectorFunctions.powerOfTwo(FloatVector.fromArray(LANES, x, t)).intoArray(x, t);
            }
        }
    }
}
