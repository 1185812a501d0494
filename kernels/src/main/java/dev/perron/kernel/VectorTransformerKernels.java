package dev.perron.kernel;

import static dev.perron.kernel.VectorProducts.LANES;
import static dev.perron.kernel.VectorProducts.VL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/// The same with the Vector API, a lane a time, so that no sum over channels crosses lanes.
final class VectorTransformerKernels implements TransformerKernels {
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, LANES.vectorShape());

    private static final float EPSILON = 1e-5f;
    private static final float LN_2 = 0.6931472f;
    private static final float LOG2_E = 1.442695f;
    private static final float BELL = 0.3989423f; // 1/√(2π)

    @Override
    public String describe() {
        return "vector, " + LANES.vectorBitSize() + " bit";
    }

    @Override
    public void linear(
            float[] w,
            int wAt,
            int out,
            int in,
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int stride,
            int from,
            int to,
            boolean add) {
        VectorProducts.multiply(
                w,
                wAt,
                in,
                1,
                out,
                in,
                x,
                xAt + from,
                stride,
                y,
                yAt + from,
                stride,
                to - from,
                add);
    }

    @Override
    public void linearBackward(
            float[] w,
            int wAt,
            int out,
            int in,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            int stride,
            int from,
            int to,
            boolean add) {
        VectorProducts.multiply(
                w,
                wAt,
                1,
                in,
                in,
                out,
                dy,
                dyAt + from,
                stride,
                dx,
                dxAt + from,
                stride,
                to - from,
                add);
    }

    @Override
    public void linearGradient(
            float[] dy,
            int dyAt,
            int out,
            float[] x,
            int xAt,
            int in,
            float[] dw,
            int dwAt,
            int stride,
            int from,
            int to) {
        float[] lanes = new float[VectorTimeSums.lanesOf(4 * in)];
        float[] sums = new float[4 * in];
        for (int o = 0; o < out; o += 4) {
            int rows = Math.min(4, out - o);
            VectorTimeSums.addOuter(
                    dy,
                    dyAt + o * stride + from,
                    stride,
                    rows,
                    x,
                    xAt + from,
                    stride,
                    in,
                    to - from,
                    lanes,
                    0);
            VectorTimeSums.sumLanes(lanes, 0, rows * in, sums, 0);
            for (int i = 0; i < rows * in; i++) {
                dw[dwAt + o * in + i] += sums[i];
            }
            Arrays.fill(lanes, 0);
        }
    }

    @Override
    public void rowSums(
            float[] x, int xAt, int rows, float[] sums, int sumsAt, int stride, int from, int to) {
        for (int r = 0; r < rows; r++) {
            FloatVector sum = FloatVector.zero(LANES);
            for (int t = from; t < to; t += VL) {
                sum = sum.add(FloatVector.fromArray(LANES, x, xAt + r * stride + t));
            }
            sums[sumsAt + r] += VectorTimeSums.sumOfLanes(sum);
        }
    }

    @Override
    public void norm(
            float[] x,
            int xAt,
            int d,
            float[] gain,
            int gainAt,
            float[] y,
            int yAt,
            int stride,
            int from,
            int to) {
        for (int t = from; t < to; t += VL) {
            FloatVector mean = mean(x, xAt + t, d, stride);
            FloatVector scale = scale(x, xAt + t, d, stride, mean);
            for (int c = 0; c < d; c++) {
                FloatVector.fromArray(LANES, x, xAt + c * stride + t)
                        .sub(mean)
                        .mul(scale)
                        .mul(gain[gainAt + c])
                        .intoArray(y, yAt + c * stride + t);
            }
        }
    }

    private static FloatVector mean(float[] x, int at, int d, int stride) {
        FloatVector sum = FloatVector.zero(LANES);
        for (int c = 0; c < d; c++) {
            sum = sum.add(FloatVector.fromArray(LANES, x, at + c * stride));
        }
        return sum.mul(1f / d);
    }

    /// One by the root of the variance.
    private static FloatVector scale(float[] x, int at, int d, int stride, FloatVector mean) {
        FloatVector squares = FloatVector.zero(LANES);
        for (int c = 0; c < d; c++) {
            FloatVector off = FloatVector.fromArray(LANES, x, at + c * stride).sub(mean);
            squares = off.fma(off, squares);
        }
        return FloatVector.broadcast(LANES, 1f)
                .div(squares.mul(1f / d).add(EPSILON).lanewise(VectorOperators.SQRT));
    }

    @Override
    public void normBackward(
            float[] x,
            int xAt,
            int d,
            float[] gain,
            int gainAt,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            float[] dgain,
            int dgainAt,
            int stride,
            int from,
            int to) {
        float[] lanes = new float[VectorTimeSums.lanesOf(d)];
        for (int t = from; t < to; t += VL) {
            FloatVector mean = mean(x, xAt + t, d, stride);
            FloatVector scale = scale(x, xAt + t, d, stride, mean);
            normBackwardAt(
                    x, xAt + t, d, gain, gainAt, dy, dyAt + t, dx, dxAt + t, lanes, stride, mean,
                    scale);
        }
        VectorTimeSums.sumLanes(lanes, 0, d, lanes, 0);
        for (int c = 0; c < d; c++) {
            dgain[dgainAt + c] += lanes[c];
        }
    }

    private static void normBackwardAt(
            float[] x,
            int xAt,
            int d,
            float[] gain,
            int gainAt,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            float[] lanes,
            int stride,
            FloatVector mean,
            FloatVector scale) {
        FloatVector sum = FloatVector.zero(LANES);
        FloatVector along = FloatVector.zero(LANES);
        for (int c = 0; c < d; c++) {
            FloatVector normal =
                    FloatVector.fromArray(LANES, x, xAt + c * stride).sub(mean).mul(scale);
            FloatVector given = FloatVector.fromArray(LANES, dy, dyAt + c * stride);
            FloatVector dNormal = given.mul(gain[gainAt + c]);
            sum = sum.add(dNormal);
            along = dNormal.fma(normal, along);
            given.fma(normal, FloatVector.fromArray(LANES, lanes, c * VL)).intoArray(lanes, c * VL);
        }
        FloatVector part = FloatVector.broadcast(LANES, 1f / d);
        sum = sum.mul(part);
        along = along.mul(part);
        for (int c = 0; c < d; c++) {
            FloatVector normal =
                    FloatVector.fromArray(LANES, x, xAt + c * stride).sub(mean).mul(scale);
            FloatVector.fromArray(LANES, dy, dyAt + c * stride)
                    .mul(gain[gainAt + c])
                    .sub(sum)
                    .sub(normal.mul(along))
                    .fma(scale, FloatVector.fromArray(LANES, dx, dxAt + c * stride))
                    .intoArray(dx, dxAt + c * stride);
        }
    }

    @Override
    public void gelu(
            float[] x, int xAt, float[] y, int yAt, int rows, int stride, int from, int to) {
        for (int r = 0; r < rows; r++) {
            int row = r * stride;
            for (int t = row + from; t < row + to; t += VL) {
                FloatVector input = FloatVector.fromArray(LANES, x, xAt + t);
                FloatVector bell = VectorFunctions.bell(input);
                FloatVector below = VectorFunctions.normalBelow(input, bell);
                input.mul(below).intoArray(y, yAt + t);
                input.mul(bell)
                        .fma(FloatVector.broadcast(LANES, BELL), below)
                        .intoArray(x, xAt + t);
            }
        }
    }

    @Override
    public void multiply(
            float[] x, int xAt, float[] y, int yAt, int rows, int stride, int from, int to) {
        for (int r = 0; r < rows; r++) {
            for (int t = r * stride + from; t < r * stride + to; t += VL) {
                FloatVector.fromArray(LANES, y, yAt + t)
                        .mul(FloatVector.fromArray(LANES, x, xAt + t))
                        .intoArray(y, yAt + t);
            }
        }
    }

    @Override
    public void minusDots(
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int rows,
            float[] out,
            int outAt,
            int stride,
            int from,
            int to) {
        for (int t = from; t < to; t += VL) {
            FloatVector sum = FloatVector.zero(LANES);
            for (int r = 0; r < rows; r++) {
                int at = r * stride + t;
                sum =
                        FloatVector.fromArray(LANES, x, xAt + at)
                                .fma(FloatVector.fromArray(LANES, y, yAt + at), sum);
            }
            sum.neg().intoArray(out, outAt + t);
        }
    }

    @Override
    public double crossEntropy(
            float[] logits,
            int at,
            int tokens,
            int[] targets,
            int targetsAt,
            float weight,
            int stride,
            int from,
            int to) {
        FloatVector loss = FloatVector.zero(LANES);
        for (int t = from; t < to; t += VL) {
            IntVector target = IntVector.fromArray(INTS, targets, targetsAt + t);
            FloatVector most = FloatVector.fromArray(LANES, logits, at + t);
            for (int v = 1; v < tokens; v++) {
                most = most.max(FloatVector.fromArray(LANES, logits, at + v * stride + t));
            }
            FloatVector sum = FloatVector.zero(LANES);
            FloatVector wanted = FloatVector.zero(LANES);
            for (int v = 0; v < tokens; v++) {
                int entry = at + v * stride + t;
                FloatVector logit = FloatVector.fromArray(LANES, logits, entry).sub(most);
                wanted = wanted.blend(logit, target.eq(v).cast(LANES));
                FloatVector power = VectorFunctions.powerOfTwo(logit.mul(LOG2_E));
                power.intoArray(logits, entry);
                sum = sum.add(power);
            }
            VectorMask<Float> none = target.lt(0).cast(LANES);
            FloatVector each = VectorFunctions.log2(sum).mul(LN_2).sub(wanted);
            loss = loss.add(each.blend(0f, none));
            FloatVector scale = FloatVector.broadcast(LANES, weight).div(sum).blend(0f, none);
            FloatVector off = FloatVector.broadcast(LANES, weight).blend(0f, none);
            for (int v = 0; v < tokens; v++) {
                int entry = at + v * stride + t;
                FloatVector p = FloatVector.fromArray(LANES, logits, entry).mul(scale);
                p.blend(p.sub(off), target.eq(v).cast(LANES)).intoArray(logits, entry);
            }
        }
        return VectorTimeSums.sumOfLanes(loss);
    }

    @Override
    public void attention(
            AttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] byDistance,
            float[] y,
            int yAt,
            float[] logSums,
            int logSumsAt,
            float[] scratch) {
        new VectorAttention(shape, qkv, qAt, kAt, vAt, byDistance, scratch)
                .forward(y, yAt, logSums, logSumsAt);
    }

    @Override
    public void attentionBackward(
            AttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] byDistance,
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
            float[] dByDistance,
            float[] scratch) {
        new VectorAttention(shape, qkv, qAt, kAt, vAt, byDistance, scratch)
                .backward(
                        logSums,
                        logSumsAt,
                        dy,
                        dyAt,
                        dot,
                        dotAt,
                        dqkv,
                        dqAt,
                        dkAt,
                        dvAt,
                        dByDistance);
    }

    @Override
    public void choose(
            float[] symbols,
            int symbolsAt,
            float[] x,
            int zeroAt,
            int oneAt,
            float[] y,
            int yAt,
            int rows,
            int stride,
            int from,
            int to) {
        for (int t = from; t < to; t += VL) {
            VectorMask<Float> ones =
                    FloatVector.fromArray(LANES, symbols, symbolsAt + t)
                            .compare(VectorOperators.GT, 0.5f);
            for (int r = 0; r < rows; r++) {
                int at = r * stride + t;
                FloatVector.fromArray(LANES, x, zeroAt + at)
                        .blend(FloatVector.fromArray(LANES, x, oneAt + at), ones)
                        .intoArray(y, yAt + at);
            }
        }
    }

    @Override
    public void binaryAttention(
            BinaryAttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            float[] symbols,
            int symbolsAt,
            float[] values,
            int valuesAt,
            float[] y,
            int yAt,
            float[] sums,
            int sumsAt,
            int[] blocks,
            float[] scratch) {
        new VectorBinaryAttention(shape, qkv, qAt, kAt, symbols, symbolsAt, scratch)
                .forward(values, valuesAt, y, yAt, sums, sumsAt, blocks);
    }

    @Override
    public void binaryAttentionBackward(
            BinaryAttentionShape shape,
            float[] qkv,
            int qAt,
            int kAt,
            int vAt,
            float[] symbols,
            int symbolsAt,
            float[] dy,
            int dyAt,
            float[] dot,
            int dotAt,
            float[] dqkv,
            int dqAt,
            int dkAt,
            int dvAt,
            int[] blocks,
            float[] scratch) {
        new VectorBinaryGradients(shape, qkv, qAt, kAt, symbols, symbolsAt, scratch)
                .add(vAt, dy, dyAt, dot, dotAt, dqkv, dqAt, dkAt, dvAt, blocks);
    }

    @Override
    public int binaryAttentionScratch(BinaryAttentionShape shape) {
        return Math.max(VectorBinaryAttention.SCRATCH, VectorBinaryGradients.scratch(shape));
    }

    @Override
    public int attentionScratch(int dHead) {
        return VectorAttention.scratch(dHead);
    }
}
