package dev.perron.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Left products. One vector: eight rows at a time, so that what they are added to is loaded and
/// stored once for all of them. Several: eight rows by two registers, which are read and widened
/// once for all of them.
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

    /// Rows that are widened together, for all vectors.
    private static final int ROWS = 8;

    /// Columns that are widened together.
    private static final int COLUMNS = 2 * LANES;

    private VectorRowSums() {}

    static void add(
            double[][] weights,
            float[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width) {
        if (weights.length == 1) {
            addToOne(weights[0], p, first, end, stride, ys[0], width);
        } else {
            addToSeveral(weights, p, first, end, stride, ys, width);
        }
    }

    private static void addToSeveral(
            double[][] weights,
            float[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width) {
        double[] near = new double[weights.length * ROWS]; // [vector · ROWS + row]
        int tiled = width - width % COLUMNS;
        for (int top = first; top < end; top += NEAR) {
            int bottom = Math.min(top + NEAR, end);
            for (int i = top; i < bottom; i += ROWS) {
                for (int at = 0; at < near.length; at++) {
                    near[at] = Rows.weight(weights[at / ROWS], i + at % ROWS, bottom);
                }
                eightRows(near, i, bottom, p, stride, ys, tiled);
            }
            for (int k = 0; k < ys.length; k++) {
                addRest(weights[k], p, top, bottom, stride, ys[k], tiled, width);
            }
        }
    }

    /// Eight rows for all vectors: each entry is read from memory and widened once.
    ///
    /// @param weights `[vector · ROWS + row]`
    private static void eightRows(
            double[] weights, int i, int end, float[] p, int stride, double[][] ys, int width) {
        int p0 = i * stride;
        int p1 = Rows.at(i + 1, end, stride);
        int p2 = Rows.at(i + 2, end, stride);
        int p3 = Rows.at(i + 3, end, stride);
        int p4 = Rows.at(i + 4, end, stride);
        int p5 = Rows.at(i + 5, end, stride);
        int p6 = Rows.at(i + 6, end, stride);
        int p7 = Rows.at(i + 7, end, stride);
        for (int j = 0; j < width; j += COLUMNS) {
            int next = j + LANES;
            DoubleVector left0 = widened(p, p0 + j);
            DoubleVector right0 = widened(p, p0 + next);
            DoubleVector left1 = widened(p, p1 + j);
            DoubleVector right1 = widened(p, p1 + next);
            DoubleVector left2 = widened(p, p2 + j);
            DoubleVector right2 = widened(p, p2 + next);
            DoubleVector left3 = widened(p, p3 + j);
            DoubleVector right3 = widened(p, p3 + next);
            DoubleVector left4 = widened(p, p4 + j);
            DoubleVector right4 = widened(p, p4 + next);
            DoubleVector left5 = widened(p, p5 + j);
            DoubleVector right5 = widened(p, p5 + next);
            DoubleVector left6 = widened(p, p6 + j);
            DoubleVector right6 = widened(p, p6 + next);
            DoubleVector left7 = widened(p, p7 + j);
            DoubleVector right7 = widened(p, p7 + next);
            for (int k = 0; k < ys.length; k++) {
                double[] y = ys[k];
                DoubleVector left = DoubleVector.fromArray(WIDE, y, j);
                DoubleVector right = DoubleVector.fromArray(WIDE, y, next);
                DoubleVector a0 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 0]);
                left = left0.fma(a0, left);
                right = right0.fma(a0, right);
                DoubleVector a1 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 1]);
                left = left1.fma(a1, left);
                right = right1.fma(a1, right);
                DoubleVector a2 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 2]);
                left = left2.fma(a2, left);
                right = right2.fma(a2, right);
                DoubleVector a3 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 3]);
                left = left3.fma(a3, left);
                right = right3.fma(a3, right);
                DoubleVector a4 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 4]);
                left = left4.fma(a4, left);
                right = right4.fma(a4, right);
                DoubleVector a5 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 5]);
                left = left5.fma(a5, left);
                right = right5.fma(a5, right);
                DoubleVector a6 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 6]);
                left = left6.fma(a6, left);
                right = right6.fma(a6, right);
                DoubleVector a7 = DoubleVector.broadcast(WIDE, weights[k * ROWS + 7]);
                left = left7.fma(a7, left);
                right = right7.fma(a7, right);
                left.intoArray(y, j);
                right.intoArray(y, next);
            }
        }
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
