package dev.perron.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Right products. One vector: eight rows at a time, so that it is loaded once for all of them.
/// Several: four rows by four vectors, whose sixteen sums stay in registers.
final class VectorDots {
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;

    /// As many floats as there are doubles in a register, so that one widens into the other.
    private static final VectorSpecies<Float> NARROW =
            VectorSpecies.of(float.class, VectorShape.forBitSize(WIDE.vectorBitSize() / 2));

    private static final int LANES = WIDE.length();

    private VectorDots() {}

    static void dots(
            float[] p, int first, int end, int stride, double[][] fs, double[][] outs, int width) {
        int tiled = width - width % LANES;
        int fours = fs.length / 4 * 4;
        for (int i = first; i < end && fours > 0; i += 4) {
            for (int k = 0; k < fours; k += 4) {
                tile(
                        p,
                        i,
                        end,
                        stride,
                        fs[k],
                        fs[k + 1],
                        fs[k + 2],
                        fs[k + 3],
                        outs[k],
                        outs[k + 1],
                        outs[k + 2],
                        outs[k + 3],
                        tiled);
            }
        }
        for (int k = fours; k < fs.length; k++) {
            for (int i = first; i < end; i += 8) {
                eightRows(p, i, end, stride, fs[k], outs[k], tiled);
            }
        }
        if (tiled < width) {
            for (int k = 0; k < fs.length; k++) {
                addRest(p, first, end, stride, fs[k], outs[k], tiled, width);
            }
        }
    }

    static void dots(
            double[] p, int first, int end, int stride, double[] f, double[] out, int width) {
        int tiled = width - width % LANES;
        for (int i = first; i < end; i += 8) {
            eightRows(p, i, end, stride, f, out, tiled);
        }
        for (int i = first; i < end && tiled < width; i++) {
            for (int j = tiled; j < width; j++) {
                out[i] += p[i * stride + j] * f[j];
            }
        }
    }

    private static void addRest(
            float[] p,
            int first,
            int end,
            int stride,
            double[] f,
            double[] out,
            int from,
            int width) {
        for (int i = first; i < end; i++) {
            for (int j = from; j < width; j++) {
                out[i] += p[i * stride + j] * f[j];
            }
        }
    }

    /// Rows after the last are the last again, and so are their sums.
    private static void tile(
            float[] p,
            int i,
            int end,
            int stride,
            double[] f0,
            double[] f1,
            double[] f2,
            double[] f3,
            double[] out0,
            double[] out1,
            double[] out2,
            double[] out3,
            int width) {
        int i1 = Math.min(i + 1, end - 1);
        int i2 = Math.min(i + 2, end - 1);
        int i3 = Math.min(i + 3, end - 1);
        DoubleVector s00 = DoubleVector.zero(WIDE);
        DoubleVector s01 = DoubleVector.zero(WIDE);
        DoubleVector s02 = DoubleVector.zero(WIDE);
        DoubleVector s03 = DoubleVector.zero(WIDE);
        DoubleVector s10 = DoubleVector.zero(WIDE);
        DoubleVector s11 = DoubleVector.zero(WIDE);
        DoubleVector s12 = DoubleVector.zero(WIDE);
        DoubleVector s13 = DoubleVector.zero(WIDE);
        DoubleVector s20 = DoubleVector.zero(WIDE);
        DoubleVector s21 = DoubleVector.zero(WIDE);
        DoubleVector s22 = DoubleVector.zero(WIDE);
        DoubleVector s23 = DoubleVector.zero(WIDE);
        DoubleVector s30 = DoubleVector.zero(WIDE);
        DoubleVector s31 = DoubleVector.zero(WIDE);
        DoubleVector s32 = DoubleVector.zero(WIDE);
        DoubleVector s33 = DoubleVector.zero(WIDE);
        for (int j = 0; j < width; j += LANES) {
            DoubleVector g0 = DoubleVector.fromArray(WIDE, f0, j);
            DoubleVector g1 = DoubleVector.fromArray(WIDE, f1, j);
            DoubleVector g2 = DoubleVector.fromArray(WIDE, f2, j);
            DoubleVector g3 = DoubleVector.fromArray(WIDE, f3, j);
            DoubleVector p0 = widened(p, i * stride + j);
            s00 = p0.fma(g0, s00);
            s01 = p0.fma(g1, s01);
            s02 = p0.fma(g2, s02);
            s03 = p0.fma(g3, s03);
            DoubleVector p1 = widened(p, i1 * stride + j);
            s10 = p1.fma(g0, s10);
            s11 = p1.fma(g1, s11);
            s12 = p1.fma(g2, s12);
            s13 = p1.fma(g3, s13);
            DoubleVector p2 = widened(p, i2 * stride + j);
            s20 = p2.fma(g0, s20);
            s21 = p2.fma(g1, s21);
            s22 = p2.fma(g2, s22);
            s23 = p2.fma(g3, s23);
            DoubleVector p3 = widened(p, i3 * stride + j);
            s30 = p3.fma(g0, s30);
            s31 = p3.fma(g1, s31);
            s32 = p3.fma(g2, s32);
            s33 = p3.fma(g3, s33);
        }
        out0[i] = s00.reduceLanes(VectorOperators.ADD);
        out0[i1] = s10.reduceLanes(VectorOperators.ADD);
        out0[i2] = s20.reduceLanes(VectorOperators.ADD);
        out0[i3] = s30.reduceLanes(VectorOperators.ADD);
        out1[i] = s01.reduceLanes(VectorOperators.ADD);
        out1[i1] = s11.reduceLanes(VectorOperators.ADD);
        out1[i2] = s21.reduceLanes(VectorOperators.ADD);
        out1[i3] = s31.reduceLanes(VectorOperators.ADD);
        out2[i] = s02.reduceLanes(VectorOperators.ADD);
        out2[i1] = s12.reduceLanes(VectorOperators.ADD);
        out2[i2] = s22.reduceLanes(VectorOperators.ADD);
        out2[i3] = s32.reduceLanes(VectorOperators.ADD);
        out3[i] = s03.reduceLanes(VectorOperators.ADD);
        out3[i1] = s13.reduceLanes(VectorOperators.ADD);
        out3[i2] = s23.reduceLanes(VectorOperators.ADD);
        out3[i3] = s33.reduceLanes(VectorOperators.ADD);
    }

    private static void eightRows(
            float[] p, int i, int end, int stride, double[] f, double[] out, int width) {
        int i1 = Math.min(i + 1, end - 1);
        int i2 = Math.min(i + 2, end - 1);
        int i3 = Math.min(i + 3, end - 1);
        int i4 = Math.min(i + 4, end - 1);
        int i5 = Math.min(i + 5, end - 1);
        int i6 = Math.min(i + 6, end - 1);
        int i7 = Math.min(i + 7, end - 1);
        DoubleVector s0 = DoubleVector.zero(WIDE);
        DoubleVector s1 = DoubleVector.zero(WIDE);
        DoubleVector s2 = DoubleVector.zero(WIDE);
        DoubleVector s3 = DoubleVector.zero(WIDE);
        DoubleVector s4 = DoubleVector.zero(WIDE);
        DoubleVector s5 = DoubleVector.zero(WIDE);
        DoubleVector s6 = DoubleVector.zero(WIDE);
        DoubleVector s7 = DoubleVector.zero(WIDE);
        for (int j = 0; j < width; j += LANES) {
            DoubleVector g = DoubleVector.fromArray(WIDE, f, j);
            s0 = widened(p, i * stride + j).fma(g, s0);
            s1 = widened(p, i1 * stride + j).fma(g, s1);
            s2 = widened(p, i2 * stride + j).fma(g, s2);
            s3 = widened(p, i3 * stride + j).fma(g, s3);
            s4 = widened(p, i4 * stride + j).fma(g, s4);
            s5 = widened(p, i5 * stride + j).fma(g, s5);
            s6 = widened(p, i6 * stride + j).fma(g, s6);
            s7 = widened(p, i7 * stride + j).fma(g, s7);
        }
        out[i] = s0.reduceLanes(VectorOperators.ADD);
        out[i1] = s1.reduceLanes(VectorOperators.ADD);
        out[i2] = s2.reduceLanes(VectorOperators.ADD);
        out[i3] = s3.reduceLanes(VectorOperators.ADD);
        out[i4] = s4.reduceLanes(VectorOperators.ADD);
        out[i5] = s5.reduceLanes(VectorOperators.ADD);
        out[i6] = s6.reduceLanes(VectorOperators.ADD);
        out[i7] = s7.reduceLanes(VectorOperators.ADD);
    }

    private static void eightRows(
            double[] p, int i, int end, int stride, double[] f, double[] out, int width) {
        int i1 = Math.min(i + 1, end - 1);
        int i2 = Math.min(i + 2, end - 1);
        int i3 = Math.min(i + 3, end - 1);
        int i4 = Math.min(i + 4, end - 1);
        int i5 = Math.min(i + 5, end - 1);
        int i6 = Math.min(i + 6, end - 1);
        int i7 = Math.min(i + 7, end - 1);
        DoubleVector s0 = DoubleVector.zero(WIDE);
        DoubleVector s1 = DoubleVector.zero(WIDE);
        DoubleVector s2 = DoubleVector.zero(WIDE);
        DoubleVector s3 = DoubleVector.zero(WIDE);
        DoubleVector s4 = DoubleVector.zero(WIDE);
        DoubleVector s5 = DoubleVector.zero(WIDE);
        DoubleVector s6 = DoubleVector.zero(WIDE);
        DoubleVector s7 = DoubleVector.zero(WIDE);
        for (int j = 0; j < width; j += LANES) {
            DoubleVector g = DoubleVector.fromArray(WIDE, f, j);
            s0 = widened(p, i * stride + j).fma(g, s0);
            s1 = widened(p, i1 * stride + j).fma(g, s1);
            s2 = widened(p, i2 * stride + j).fma(g, s2);
            s3 = widened(p, i3 * stride + j).fma(g, s3);
            s4 = widened(p, i4 * stride + j).fma(g, s4);
            s5 = widened(p, i5 * stride + j).fma(g, s5);
            s6 = widened(p, i6 * stride + j).fma(g, s6);
            s7 = widened(p, i7 * stride + j).fma(g, s7);
        }
        out[i] = s0.reduceLanes(VectorOperators.ADD);
        out[i1] = s1.reduceLanes(VectorOperators.ADD);
        out[i2] = s2.reduceLanes(VectorOperators.ADD);
        out[i3] = s3.reduceLanes(VectorOperators.ADD);
        out[i4] = s4.reduceLanes(VectorOperators.ADD);
        out[i5] = s5.reduceLanes(VectorOperators.ADD);
        out[i6] = s6.reduceLanes(VectorOperators.ADD);
        out[i7] = s7.reduceLanes(VectorOperators.ADD);
    }

    private static DoubleVector widened(float[] p, int at) {
        return (DoubleVector)
                FloatVector.fromArray(NARROW, p, at).convertShape(VectorOperators.F2D, WIDE, 0);
    }

    private static DoubleVector widened(double[] p, int at) {
        return DoubleVector.fromArray(WIDE, p, at);
    }
}
