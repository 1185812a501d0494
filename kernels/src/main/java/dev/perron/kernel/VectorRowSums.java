package dev.perron.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/// Left products. One vector: eight rows at a time, so that what they are added to is loaded and
/// stored once for all of them. Several: tiles of five vectors by four registers, whose sums stay
/// in registers over a block of rows.
final class VectorRowSums {
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;

    /// As many floats as there are doubles in a register, so that one widens into the other.
    private static final VectorSpecies<Float> NARROW =
            VectorSpecies.of(float.class, VectorShape.forBitSize(WIDE.vectorBitSize() / 2));

    private static final int LANES = WIDE.length();

    /// Rows whose last columns are still in the cache when all of them have been read.
    private static final int NEAR = 64;

    /// For the columns after the last whole register: four doubles.
    private static final VectorSpecies<Double> WIDE_REST = DoubleVector.SPECIES_256;

    private static final VectorSpecies<Float> NARROW_REST = FloatVector.SPECIES_128;

    /// Vectors of a tile.
    private static final int FIVE = 5;

    /// Columns of a tile.
    private static final int TILE = 4 * LANES;

    /// Rows of a tile. More of them load and store the sums less often, but where rows are 4 KB
    /// apart, or a multiple, they push each other out of the cache.
    private static final int BLOCK = 16;

    private VectorRowSums() {}

    static void add(
            double[][] weights,
            float[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width) {
        int tiled = width < TILE ? 0 : weights.length / FIVE * FIVE;
        if (tiled > 0) {
            double[][] rest = new double[FIVE][TILE];
            for (int i = first; i < end; i += BLOCK) {
                addTiles(weights, tiled, p, i, Math.min(i + BLOCK, end), stride, ys, width, rest);
            }
        }
        for (int k = tiled; k < weights.length; k++) {
            addToOne(weights[k], p, first, end, stride, ys[k], width);
        }
    }

    /// @param rest zeros `[FIVE][TILE]`, left as zeros
    private static void addTiles(
            double[][] weights,
            int vectors,
            float[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width,
            double[][] rest) {
        int last = width - width % TILE;
        for (int j = 0; j < last; j += TILE) {
            for (int k = 0; k < vectors; k += FIVE) {
                tile(
                        weights[k],
                        weights[k + 1],
                        weights[k + 2],
                        weights[k + 3],
                        weights[k + 4],
                        p,
                        j,
                        first,
                        end,
                        stride,
                        ys[k],
                        ys[k + 1],
                        ys[k + 2],
                        ys[k + 3],
                        ys[k + 4],
                        j);
            }
        }
        if (last == width) {
            return;
        }
        // One more tile that ends where the rows do; what it has in common with another is dropped.
        int from = width - TILE;
        for (int k = 0; k < vectors; k += FIVE) {
            tile(
                    weights[k],
                    weights[k + 1],
                    weights[k + 2],
                    weights[k + 3],
                    weights[k + 4],
                    p,
                    from,
                    first,
                    end,
                    stride,
                    rest[0],
                    rest[1],
                    rest[2],
                    rest[3],
                    rest[4],
                    0);
            for (int v = 0; v < FIVE; v++) {
                for (int j = last; j < width; j++) {
                    ys[k + v][j] += rest[v][j - from];
                }
                Arrays.fill(rest[v], 0);
            }
        }
    }

    /// Adds five sums of rows, of their entries from `at` on, to five vectors from `j` on.
    private static void tile(
            double[] a0,
            double[] a1,
            double[] a2,
            double[] a3,
            double[] a4,
            float[] p,
            int at,
            int first,
            int end,
            int stride,
            double[] y0,
            double[] y1,
            double[] y2,
            double[] y3,
            double[] y4,
            int j) {
        DoubleVector s00 = DoubleVector.fromArray(WIDE, y0, j);
        DoubleVector s01 = DoubleVector.fromArray(WIDE, y0, j + LANES);
        DoubleVector s02 = DoubleVector.fromArray(WIDE, y0, j + 2 * LANES);
        DoubleVector s03 = DoubleVector.fromArray(WIDE, y0, j + 3 * LANES);
        DoubleVector s10 = DoubleVector.fromArray(WIDE, y1, j);
        DoubleVector s11 = DoubleVector.fromArray(WIDE, y1, j + LANES);
        DoubleVector s12 = DoubleVector.fromArray(WIDE, y1, j + 2 * LANES);
        DoubleVector s13 = DoubleVector.fromArray(WIDE, y1, j + 3 * LANES);
        DoubleVector s20 = DoubleVector.fromArray(WIDE, y2, j);
        DoubleVector s21 = DoubleVector.fromArray(WIDE, y2, j + LANES);
        DoubleVector s22 = DoubleVector.fromArray(WIDE, y2, j + 2 * LANES);
        DoubleVector s23 = DoubleVector.fromArray(WIDE, y2, j + 3 * LANES);
        DoubleVector s30 = DoubleVector.fromArray(WIDE, y3, j);
        DoubleVector s31 = DoubleVector.fromArray(WIDE, y3, j + LANES);
        DoubleVector s32 = DoubleVector.fromArray(WIDE, y3, j + 2 * LANES);
        DoubleVector s33 = DoubleVector.fromArray(WIDE, y3, j + 3 * LANES);
        DoubleVector s40 = DoubleVector.fromArray(WIDE, y4, j);
        DoubleVector s41 = DoubleVector.fromArray(WIDE, y4, j + LANES);
        DoubleVector s42 = DoubleVector.fromArray(WIDE, y4, j + 2 * LANES);
        DoubleVector s43 = DoubleVector.fromArray(WIDE, y4, j + 3 * LANES);
        for (int i = first; i < end; i++) {
            int row = i * stride + at;
            DoubleVector p0 = widened(p, row);
            DoubleVector p1 = widened(p, row + LANES);
            DoubleVector p2 = widened(p, row + 2 * LANES);
            DoubleVector p3 = widened(p, row + 3 * LANES);
            DoubleVector b0 = DoubleVector.broadcast(WIDE, a0[i]);
            s00 = p0.fma(b0, s00);
            s01 = p1.fma(b0, s01);
            s02 = p2.fma(b0, s02);
            s03 = p3.fma(b0, s03);
            DoubleVector b1 = DoubleVector.broadcast(WIDE, a1[i]);
            s10 = p0.fma(b1, s10);
            s11 = p1.fma(b1, s11);
            s12 = p2.fma(b1, s12);
            s13 = p3.fma(b1, s13);
            DoubleVector b2 = DoubleVector.broadcast(WIDE, a2[i]);
            s20 = p0.fma(b2, s20);
            s21 = p1.fma(b2, s21);
            s22 = p2.fma(b2, s22);
            s23 = p3.fma(b2, s23);
            DoubleVector b3 = DoubleVector.broadcast(WIDE, a3[i]);
            s30 = p0.fma(b3, s30);
            s31 = p1.fma(b3, s31);
            s32 = p2.fma(b3, s32);
            s33 = p3.fma(b3, s33);
            DoubleVector b4 = DoubleVector.broadcast(WIDE, a4[i]);
            s40 = p0.fma(b4, s40);
            s41 = p1.fma(b4, s41);
            s42 = p2.fma(b4, s42);
            s43 = p3.fma(b4, s43);
        }
        s00.intoArray(y0, j);
        s01.intoArray(y0, j + LANES);
        s02.intoArray(y0, j + 2 * LANES);
        s03.intoArray(y0, j + 3 * LANES);
        s10.intoArray(y1, j);
        s11.intoArray(y1, j + LANES);
        s12.intoArray(y1, j + 2 * LANES);
        s13.intoArray(y1, j + 3 * LANES);
        s20.intoArray(y2, j);
        s21.intoArray(y2, j + LANES);
        s22.intoArray(y2, j + 2 * LANES);
        s23.intoArray(y2, j + 3 * LANES);
        s30.intoArray(y3, j);
        s31.intoArray(y3, j + LANES);
        s32.intoArray(y3, j + 2 * LANES);
        s33.intoArray(y3, j + 3 * LANES);
        s40.intoArray(y4, j);
        s41.intoArray(y4, j + LANES);
        s42.intoArray(y4, j + 2 * LANES);
        s43.intoArray(y4, j + 3 * LANES);
    }

    private static void addToOne(
            double[] a, float[] p, int first, int end, int stride, double[] y, int width) {
        int tiled = width - width % LANES;
        for (int top = first; top < end; top += NEAR) {
            int bottom = Math.min(top + NEAR, end);
            for (int i = top; i < bottom; i += 8) {
                eightRows(a, i, bottom, p, stride, y, tiled);
            }
            if (tiled < width) {
                addRest(a, p, top, bottom, stride, y, tiled, width);
            }
        }
    }

    /// The columns after the last whole register.
    private static void addRest(
            double[] a,
            float[] p,
            int first,
            int end,
            int stride,
            double[] y,
            int from,
            int width) {
        int narrow = NARROW_REST.length();
        int j = from;
        for (; j + narrow <= width; j += narrow) {
            addColumns(a, p, first, end, stride, y, j);
        }
        for (; j < width; j++) {
            double even = 0;
            double odd = 0;
            int i = first;
            for (; i + 1 < end; i += 2) {
                even += a[i] * p[i * stride + j];
                odd += a[i + 1] * p[(i + 1) * stride + j];
            }
            if (i < end) {
                even += a[i] * p[i * stride + j];
            }
            y[j] += even + odd;
        }
    }

    /// Four columns.
    private static void addColumns(
            double[] a, float[] p, int first, int end, int stride, double[] y, int j) {
        DoubleVector even = DoubleVector.fromArray(WIDE_REST, y, j);
        DoubleVector odd = DoubleVector.zero(WIDE_REST);
        int i = first;
        for (; i + 1 < end; i += 2) {
            even = few(p, i * stride + j).fma(DoubleVector.broadcast(WIDE_REST, a[i]), even);
            odd =
                    few(p, (i + 1) * stride + j)
                            .fma(DoubleVector.broadcast(WIDE_REST, a[i + 1]), odd);
        }
        if (i < end) {
            even = few(p, i * stride + j).fma(DoubleVector.broadcast(WIDE_REST, a[i]), even);
        }
        even.add(odd).intoArray(y, j);
    }

    private static DoubleVector few(float[] p, int at) {
        return (DoubleVector)
                FloatVector.fromArray(NARROW_REST, p, at)
                        .convertShape(VectorOperators.F2D, WIDE_REST, 0);
    }

    private static void eightRows(
            double[] a, int i, int end, float[] p, int stride, double[] y, int width) {
        int p0 = i * stride;
        int p1 = Rows.at(i + 1, end, stride);
        int p2 = Rows.at(i + 2, end, stride);
        int p3 = Rows.at(i + 3, end, stride);
        int p4 = Rows.at(i + 4, end, stride);
        int p5 = Rows.at(i + 5, end, stride);
        int p6 = Rows.at(i + 6, end, stride);
        int p7 = Rows.at(i + 7, end, stride);
        double a0 = a[i];
        double a1 = Rows.weight(a, i + 1, end);
        double a2 = Rows.weight(a, i + 2, end);
        double a3 = Rows.weight(a, i + 3, end);
        double a4 = Rows.weight(a, i + 4, end);
        double a5 = Rows.weight(a, i + 5, end);
        double a6 = Rows.weight(a, i + 6, end);
        double a7 = Rows.weight(a, i + 7, end);
        for (int j = 0; j < width; j += LANES) {
            DoubleVector even = DoubleVector.fromArray(WIDE, y, j);
            DoubleVector odd = widened(p, p1 + j).mul(DoubleVector.broadcast(WIDE, a1));
            even = widened(p, p0 + j).fma(DoubleVector.broadcast(WIDE, a0), even);
            odd = widened(p, p3 + j).fma(DoubleVector.broadcast(WIDE, a3), odd);
            even = widened(p, p2 + j).fma(DoubleVector.broadcast(WIDE, a2), even);
            odd = widened(p, p5 + j).fma(DoubleVector.broadcast(WIDE, a5), odd);
            even = widened(p, p4 + j).fma(DoubleVector.broadcast(WIDE, a4), even);
            odd = widened(p, p7 + j).fma(DoubleVector.broadcast(WIDE, a7), odd);
            even = widened(p, p6 + j).fma(DoubleVector.broadcast(WIDE, a6), even);
            even.add(odd).intoArray(y, j);
        }
    }

    static void addToOne(
            double[] a, double[] p, int first, int end, int stride, double[] y, int width) {
        for (int i = first; i < end; i += 8) {
            eightRows(a, i, end, p, stride, y, width);
        }
    }

    private static void eightRows(
            double[] a, int i, int end, double[] p, int stride, double[] y, int width) {
        int p0 = i * stride;
        int p1 = Rows.at(i + 1, end, stride);
        int p2 = Rows.at(i + 2, end, stride);
        int p3 = Rows.at(i + 3, end, stride);
        int p4 = Rows.at(i + 4, end, stride);
        int p5 = Rows.at(i + 5, end, stride);
        int p6 = Rows.at(i + 6, end, stride);
        int p7 = Rows.at(i + 7, end, stride);
        double a0 = a[i];
        double a1 = Rows.weight(a, i + 1, end);
        double a2 = Rows.weight(a, i + 2, end);
        double a3 = Rows.weight(a, i + 3, end);
        double a4 = Rows.weight(a, i + 4, end);
        double a5 = Rows.weight(a, i + 5, end);
        double a6 = Rows.weight(a, i + 6, end);
        double a7 = Rows.weight(a, i + 7, end);
        int j = 0;
        for (int last = width - LANES; j <= last; j += LANES) {
            DoubleVector even = DoubleVector.fromArray(WIDE, y, j);
            DoubleVector odd = widened(p, p1 + j).mul(DoubleVector.broadcast(WIDE, a1));
            even = widened(p, p0 + j).fma(DoubleVector.broadcast(WIDE, a0), even);
            odd = widened(p, p3 + j).fma(DoubleVector.broadcast(WIDE, a3), odd);
            even = widened(p, p2 + j).fma(DoubleVector.broadcast(WIDE, a2), even);
            odd = widened(p, p5 + j).fma(DoubleVector.broadcast(WIDE, a5), odd);
            even = widened(p, p4 + j).fma(DoubleVector.broadcast(WIDE, a4), even);
            odd = widened(p, p7 + j).fma(DoubleVector.broadcast(WIDE, a7), odd);
            even = widened(p, p6 + j).fma(DoubleVector.broadcast(WIDE, a6), even);
            even.add(odd).intoArray(y, j);
        }
        for (; j < width; j++) {
            y[j] +=
                    ((a0 * p[p0 + j] + a1 * p[p1 + j]) + (a2 * p[p2 + j] + a3 * p[p3 + j]))
                            + ((a4 * p[p4 + j] + a5 * p[p5 + j])
                                    + (a6 * p[p6 + j] + a7 * p[p7 + j]));
        }
    }

    private static DoubleVector widened(float[] p, int at) {
        return (DoubleVector)
                FloatVector.fromArray(NARROW, p, at).convertShape(VectorOperators.F2D, WIDE, 0);
    }

    private static DoubleVector widened(double[] p, int at) {
        return DoubleVector.fromArray(WIDE, p, at);
    }
}
