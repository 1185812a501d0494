package dev.perron.kernel;

import static dev.perron.kernel.VectorProducts.LANES;
import static dev.perron.kernel.VectorProducts.VL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Sums over times of products of rows, as gradients of weights, keys and values are: kept by lanes
/// while times go by, and summed over lanes at the end, in an order that is always the same.
///
/// As in [VectorProducts], loops call the Vector API and nothing else, one nest a method.
final class VectorTimeSums {
    private static final VectorMask<Float> UPPER_8 = upper(8);
    private static final VectorMask<Float> UPPER_4 = upper(4);
    private static final VectorMask<Float> UPPER_2 = upper(2);
    private static final VectorMask<Float> UPPER_1 = upper(1);
    private static final VectorShuffle<Float> SWAP_8 = swap(8);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_1 = swap(1);

    private VectorTimeSums() {}

    /// Sums over times that are not yet summed over lanes: of `a[r][t]·b[c][t]` to
    /// `lanes[(r·columns + c)·VL + t mod VL]`.
    ///
    /// @param times a multiple of VL
    static void addOuter(
            float[] a,
            int aAt,
            int aStride,
            int rows,
            float[] b,
            int bAt,
            int bStride,
            int columns,
            int times,
            float[] lanes,
            int lanesAt) {
        for (int r = 0; r < rows; r++) {
            int row = aAt + r * aStride;
            int sums = lanesAt + r * columns * VL;
            boolean four = r + 4 <= rows;
            int c = 0;
            for (; c + 4 <= columns; c += 4) {
                int column = bAt + c * bStride;
                int at = sums + c * VL;
                if (four) {
                    addOuterFour(
                            a, row, aStride, b, column, bStride, times, lanes, at, columns * VL);
                } else {
                    addOuterRow(a, row, b, column, bStride, times, lanes, at);
                }
            }
            for (int k = 0; k < (four ? 4 : 1); k++) {
                for (int left = c; left < columns; left++) {
                    addOuterOne(
                            a,
                            row + k * aStride,
                            b,
                            bAt + left * bStride,
                            times,
                            lanes,
                            sums + (k * columns + left) * VL);
                }
            }
            r += four ? 3 : 0;
        }
    }

    private static void addOuterFour(
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            int bStride,
            int times,
            float[] lanes,
            int s0,
            int step) {
        int s1 = s0 + step;
        int s2 = s1 + step;
        int s3 = s2 + step;
        FloatVector s00 = FloatVector.fromArray(LANES, lanes, s0);
        FloatVector s01 = FloatVector.fromArray(LANES, lanes, s0 + VL);
        FloatVector s02 = FloatVector.fromArray(LANES, lanes, s0 + 2 * VL);
        FloatVector s03 = FloatVector.fromArray(LANES, lanes, s0 + 3 * VL);
        FloatVector s10 = FloatVector.fromArray(LANES, lanes, s1);
        FloatVector s11 = FloatVector.fromArray(LANES, lanes, s1 + VL);
        FloatVector s12 = FloatVector.fromArray(LANES, lanes, s1 + 2 * VL);
        FloatVector s13 = FloatVector.fromArray(LANES, lanes, s1 + 3 * VL);
        FloatVector s20 = FloatVector.fromArray(LANES, lanes, s2);
        FloatVector s21 = FloatVector.fromArray(LANES, lanes, s2 + VL);
        FloatVector s22 = FloatVector.fromArray(LANES, lanes, s2 + 2 * VL);
        FloatVector s23 = FloatVector.fromArray(LANES, lanes, s2 + 3 * VL);
        FloatVector s30 = FloatVector.fromArray(LANES, lanes, s3);
        FloatVector s31 = FloatVector.fromArray(LANES, lanes, s3 + VL);
        FloatVector s32 = FloatVector.fromArray(LANES, lanes, s3 + 2 * VL);
        FloatVector s33 = FloatVector.fromArray(LANES, lanes, s3 + 3 * VL);
        for (int t = 0; t < times; t += VL) {
            FloatVector a0 = FloatVector.fromArray(LANES, a, aAt + t);
            FloatVector a1 = FloatVector.fromArray(LANES, a, aAt + aStride + t);
            FloatVector a2 = FloatVector.fromArray(LANES, a, aAt + 2 * aStride + t);
            FloatVector a3 = FloatVector.fromArray(LANES, a, aAt + 3 * aStride + t);
            FloatVector b0 = FloatVector.fromArray(LANES, b, bAt + t);
            s00 = a0.fma(b0, s00);
            s10 = a1.fma(b0, s10);
            s20 = a2.fma(b0, s20);
            s30 = a3.fma(b0, s30);
            FloatVector b1 = FloatVector.fromArray(LANES, b, bAt + bStride + t);
            s01 = a0.fma(b1, s01);
            s11 = a1.fma(b1, s11);
            s21 = a2.fma(b1, s21);
            s31 = a3.fma(b1, s31);
            FloatVector b2 = FloatVector.fromArray(LANES, b, bAt + 2 * bStride + t);
            s02 = a0.fma(b2, s02);
            s12 = a1.fma(b2, s12);
            s22 = a2.fma(b2, s22);
            s32 = a3.fma(b2, s32);
            FloatVector b3 = FloatVector.fromArray(LANES, b, bAt + 3 * bStride + t);
            s03 = a0.fma(b3, s03);
            s13 = a1.fma(b3, s13);
            s23 = a2.fma(b3, s23);
            s33 = a3.fma(b3, s33);
        }
        s00.intoArray(lanes, s0);
        s01.intoArray(lanes, s0 + VL);
        s02.intoArray(lanes, s0 + 2 * VL);
        s03.intoArray(lanes, s0 + 3 * VL);
        s10.intoArray(lanes, s1);
        s11.intoArray(lanes, s1 + VL);
        s12.intoArray(lanes, s1 + 2 * VL);
        s13.intoArray(lanes, s1 + 3 * VL);
        s20.intoArray(lanes, s2);
        s21.intoArray(lanes, s2 + VL);
        s22.intoArray(lanes, s2 + 2 * VL);
        s23.intoArray(lanes, s2 + 3 * VL);
        s30.intoArray(lanes, s3);
        s31.intoArray(lanes, s3 + VL);
        s32.intoArray(lanes, s3 + 2 * VL);
        s33.intoArray(lanes, s3 + 3 * VL);
    }

    private static void addOuterRow(
            float[] a, int aAt, float[] b, int bAt, int bStride, int times, float[] lanes, int at) {
        FloatVector s0 = FloatVector.fromArray(LANES, lanes, at);
        FloatVector s1 = FloatVector.fromArray(LANES, lanes, at + VL);
        FloatVector s2 = FloatVector.fromArray(LANES, lanes, at + 2 * VL);
        FloatVector s3 = FloatVector.fromArray(LANES, lanes, at + 3 * VL);
        for (int t = 0; t < times; t += VL) {
            FloatVector a0 = FloatVector.fromArray(LANES, a, aAt + t);
            s0 = a0.fma(FloatVector.fromArray(LANES, b, bAt + t), s0);
            s1 = a0.fma(FloatVector.fromArray(LANES, b, bAt + bStride + t), s1);
            s2 = a0.fma(FloatVector.fromArray(LANES, b, bAt + 2 * bStride + t), s2);
            s3 = a0.fma(FloatVector.fromArray(LANES, b, bAt + 3 * bStride + t), s3);
        }
        s0.intoArray(lanes, at);
        s1.intoArray(lanes, at + VL);
        s2.intoArray(lanes, at + 2 * VL);
        s3.intoArray(lanes, at + 3 * VL);
    }

    private static void addOuterOne(
            float[] a, int aAt, float[] b, int bAt, int times, float[] lanes, int at) {
        FloatVector sum = FloatVector.fromArray(LANES, lanes, at);
        for (int t = 0; t < times; t += VL) {
            sum =
                    FloatVector.fromArray(LANES, a, aAt + t)
                            .fma(FloatVector.fromArray(LANES, b, bAt + t), sum);
        }
        sum.intoArray(lanes, at);
    }

    /// Room for so many sums by lanes, in whole groups.
    static int lanesOf(int sums) {
        return (sums + VL - 1) / VL * VL * VL;
    }

    /// Sums over lanes of `count` vectors that lie one after the other; they are lost. In an order
    /// that is always the same, which that of `reduceLanes` isn't: it changes when code is
    /// compiled.
    ///
    /// @param lanes has room for a whole group of VL vectors at the end, too
    static void sumLanes(float[] lanes, int at, int count, float[] sums, int sumsAt) {
        for (int i = 0; i < count; i += VL) {
            int group = at + i * VL;
            if (VL >= 16) {
                fold(lanes, group, 8, UPPER_8, SWAP_8);
            }
            if (VL >= 8) {
                fold(lanes, group, 4, UPPER_4, SWAP_4);
            }
            if (VL >= 4) {
                fold(lanes, group, 2, UPPER_2, SWAP_2);
            }
            fold(lanes, group, 1, UPPER_1, SWAP_1);
            System.arraycopy(lanes, group, sums, sumsAt + i, Math.min(VL, count - i));
        }
    }

    /// Of 2·half vectors makes half as many: each lane, with its neighbour `half` lanes away added,
    /// of the first or the second of two vectors.
    private static void fold(
            float[] lanes, int at, int half, VectorMask<Float> upper, VectorShuffle<Float> swap) {
        for (int i = at; i < at + half * VL; i += VL) {
            FloatVector a = FloatVector.fromArray(LANES, lanes, i);
            FloatVector b = FloatVector.fromArray(LANES, lanes, i + half * VL);
            a.blend(b, upper).add(b.blend(a, upper).rearrange(swap)).intoArray(lanes, i);
        }
    }

    /// The sum over the lanes of one vector, in the same order. Allocates.
    static float sumOfLanes(FloatVector vector) {
        float[] lanes = vector.toArray();
        for (int half = VL / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    private static VectorMask<Float> upper(int half) {
        long bits = 0;
        for (int lane = 0; lane < VL; lane++) {
            bits |= (lane & half) == 0 ? 0 : 1L << lane;
        }
        return VectorMask.fromLong(LANES, bits);
    }

    private static VectorShuffle<Float> swap(int half) {
        return VectorShuffle.fromOp(LANES, lane -> (lane ^ half) & (VL - 1));
    }
}
