package dev.perron.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Products of small matrices with rows of times, a lane a time: what linear layers and attention
/// are made of. Sums stay in registers, four rows by four vectors of times, or by two.
///
/// Loops call methods of the Vector API and nothing else, one nest a method: past a limit of the
/// compiler's every vector would be an object on the heap, with right results and 50 times slower.
final class VectorProducts {
    static final VectorSpecies<Float> LANES =
            FloatVector.SPECIES_PREFERRED.length() > 16
                    ? FloatVector.SPECIES_512
                    : FloatVector.SPECIES_PREFERRED;

    static final int VL = LANES.length();

    /// Sixteen sums and what goes into them: AVX-512 and NEON have 32 registers, AVX2 has 16.
    private static final boolean SIXTEEN_SUMS_FIT = VL != 8;

    private VectorProducts() {}

    /// `y[r][t] = Σ w[r,c]·x[c][t]` over c, for `0 <= t < times`; added to y if `add`. The weight
    /// stands at `wAt + r·rowStep + c·columnStep`.
    static void multiply(
            float[] w,
            int wAt,
            int rowStep,
            int columnStep,
            int rows,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            float[] y,
            int yAt,
            int yStride,
            int times,
            boolean add) {
        int wide = SIXTEEN_SUMS_FIT ? times - times % (4 * VL) : 0;
        int r = 0;
        for (; r + 4 <= rows; r += 4) {
            int weight = wAt + r * rowStep;
            int row = yAt + r * yStride;
            multiplyFourByFour(
                    w,
                    weight,
                    rowStep,
                    columnStep,
                    columns,
                    x,
                    xAt,
                    xStride,
                    y,
                    row,
                    yStride,
                    wide,
                    add);
            multiplyFourByTwo(
                    w,
                    weight,
                    rowStep,
                    columnStep,
                    columns,
                    x,
                    xAt + wide,
                    xStride,
                    y,
                    row + wide,
                    yStride,
                    times - wide,
                    add);
        }
        for (; r < rows; r++) {
            multiplyOne(
                    w,
                    wAt + r * rowStep,
                    columnStep,
                    columns,
                    x,
                    xAt,
                    xStride,
                    y,
                    yAt + r * yStride,
                    times,
                    add);
        }
    }

    private static void multiplyFourByFour(
            float[] w,
            int wAt,
            int rowStep,
            int columnStep,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            float[] y,
            int y0,
            int yStride,
            int times,
            boolean add) {
        int y1 = y0 + yStride;
        int y2 = y1 + yStride;
        int y3 = y2 + yStride;
        for (int t = 0; t < times; t += 4 * VL) {
            FloatVector a0 = FloatVector.zero(LANES);
            FloatVector a1 = FloatVector.zero(LANES);
            FloatVector a2 = FloatVector.zero(LANES);
            FloatVector a3 = FloatVector.zero(LANES);
            FloatVector b0 = FloatVector.zero(LANES);
            FloatVector b1 = FloatVector.zero(LANES);
            FloatVector b2 = FloatVector.zero(LANES);
            FloatVector b3 = FloatVector.zero(LANES);
            FloatVector c0 = FloatVector.zero(LANES);
            FloatVector c1 = FloatVector.zero(LANES);
            FloatVector c2 = FloatVector.zero(LANES);
            FloatVector c3 = FloatVector.zero(LANES);
            FloatVector d0 = FloatVector.zero(LANES);
            FloatVector d1 = FloatVector.zero(LANES);
            FloatVector d2 = FloatVector.zero(LANES);
            FloatVector d3 = FloatVector.zero(LANES);
            if (add) {
                a0 = FloatVector.fromArray(LANES, y, y0 + t);
                a1 = FloatVector.fromArray(LANES, y, y1 + t);
                a2 = FloatVector.fromArray(LANES, y, y2 + t);
                a3 = FloatVector.fromArray(LANES, y, y3 + t);
                b0 = FloatVector.fromArray(LANES, y, y0 + t + VL);
                b1 = FloatVector.fromArray(LANES, y, y1 + t + VL);
                b2 = FloatVector.fromArray(LANES, y, y2 + t + VL);
                b3 = FloatVector.fromArray(LANES, y, y3 + t + VL);
                c0 = FloatVector.fromArray(LANES, y, y0 + t + 2 * VL);
                c1 = FloatVector.fromArray(LANES, y, y1 + t + 2 * VL);
                c2 = FloatVector.fromArray(LANES, y, y2 + t + 2 * VL);
                c3 = FloatVector.fromArray(LANES, y, y3 + t + 2 * VL);
                d0 = FloatVector.fromArray(LANES, y, y0 + t + 3 * VL);
                d1 = FloatVector.fromArray(LANES, y, y1 + t + 3 * VL);
                d2 = FloatVector.fromArray(LANES, y, y2 + t + 3 * VL);
                d3 = FloatVector.fromArray(LANES, y, y3 + t + 3 * VL);
            }
            int weight = wAt;
            int at = xAt + t;
            for (int c = 0; c < columns; c++) {
                FloatVector xa = FloatVector.fromArray(LANES, x, at);
                FloatVector xb = FloatVector.fromArray(LANES, x, at + VL);
                FloatVector xc = FloatVector.fromArray(LANES, x, at + 2 * VL);
                FloatVector xd = FloatVector.fromArray(LANES, x, at + 3 * VL);
                FloatVector w0 = FloatVector.broadcast(LANES, w[weight]);
                a0 = w0.fma(xa, a0);
                b0 = w0.fma(xb, b0);
                c0 = w0.fma(xc, c0);
                d0 = w0.fma(xd, d0);
                FloatVector w1 = FloatVector.broadcast(LANES, w[weight + rowStep]);
                a1 = w1.fma(xa, a1);
                b1 = w1.fma(xb, b1);
                c1 = w1.fma(xc, c1);
                d1 = w1.fma(xd, d1);
                FloatVector w2 = FloatVector.broadcast(LANES, w[weight + 2 * rowStep]);
                a2 = w2.fma(xa, a2);
                b2 = w2.fma(xb, b2);
                c2 = w2.fma(xc, c2);
                d2 = w2.fma(xd, d2);
                FloatVector w3 = FloatVector.broadcast(LANES, w[weight + 3 * rowStep]);
                a3 = w3.fma(xa, a3);
                b3 = w3.fma(xb, b3);
                c3 = w3.fma(xc, c3);
                d3 = w3.fma(xd, d3);
                weight += columnStep;
                at += xStride;
            }
            a0.intoArray(y, y0 + t);
            a1.intoArray(y, y1 + t);
            a2.intoArray(y, y2 + t);
            a3.intoArray(y, y3 + t);
            b0.intoArray(y, y0 + t + VL);
            b1.intoArray(y, y1 + t + VL);
            b2.intoArray(y, y2 + t + VL);
            b3.intoArray(y, y3 + t + VL);
            c0.intoArray(y, y0 + t + 2 * VL);
            c1.intoArray(y, y1 + t + 2 * VL);
            c2.intoArray(y, y2 + t + 2 * VL);
            c3.intoArray(y, y3 + t + 2 * VL);
            d0.intoArray(y, y0 + t + 3 * VL);
            d1.intoArray(y, y1 + t + 3 * VL);
            d2.intoArray(y, y2 + t + 3 * VL);
            d3.intoArray(y, y3 + t + 3 * VL);
        }
    }

    private static void multiplyFourByTwo(
            float[] w,
            int wAt,
            int rowStep,
            int columnStep,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            float[] y,
            int y0,
            int yStride,
            int times,
            boolean add) {
        int y1 = y0 + yStride;
        int y2 = y1 + yStride;
        int y3 = y2 + yStride;
        for (int t = 0; t < times; t += 2 * VL) {
            FloatVector a0 = FloatVector.zero(LANES);
            FloatVector a1 = FloatVector.zero(LANES);
            FloatVector a2 = FloatVector.zero(LANES);
            FloatVector a3 = FloatVector.zero(LANES);
            FloatVector b0 = FloatVector.zero(LANES);
            FloatVector b1 = FloatVector.zero(LANES);
            FloatVector b2 = FloatVector.zero(LANES);
            FloatVector b3 = FloatVector.zero(LANES);
            if (add) {
                a0 = FloatVector.fromArray(LANES, y, y0 + t);
                a1 = FloatVector.fromArray(LANES, y, y1 + t);
                a2 = FloatVector.fromArray(LANES, y, y2 + t);
                a3 = FloatVector.fromArray(LANES, y, y3 + t);
                b0 = FloatVector.fromArray(LANES, y, y0 + t + VL);
                b1 = FloatVector.fromArray(LANES, y, y1 + t + VL);
                b2 = FloatVector.fromArray(LANES, y, y2 + t + VL);
                b3 = FloatVector.fromArray(LANES, y, y3 + t + VL);
            }
            int weight = wAt;
            int at = xAt + t;
            for (int c = 0; c < columns; c++) {
                FloatVector xa = FloatVector.fromArray(LANES, x, at);
                FloatVector xb = FloatVector.fromArray(LANES, x, at + VL);
                FloatVector w0 = FloatVector.broadcast(LANES, w[weight]);
                FloatVector w1 = FloatVector.broadcast(LANES, w[weight + rowStep]);
                FloatVector w2 = FloatVector.broadcast(LANES, w[weight + 2 * rowStep]);
                FloatVector w3 = FloatVector.broadcast(LANES, w[weight + 3 * rowStep]);
                a0 = w0.fma(xa, a0);
                a1 = w1.fma(xa, a1);
                a2 = w2.fma(xa, a2);
                a3 = w3.fma(xa, a3);
                b0 = w0.fma(xb, b0);
                b1 = w1.fma(xb, b1);
                b2 = w2.fma(xb, b2);
                b3 = w3.fma(xb, b3);
                weight += columnStep;
                at += xStride;
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

    private static void multiplyOne(
            float[] w,
            int wAt,
            int columnStep,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            float[] y,
            int yAt,
            int times,
            boolean add) {
        for (int t = 0; t < times; t += 2 * VL) {
            FloatVector a = FloatVector.zero(LANES);
            FloatVector b = FloatVector.zero(LANES);
            if (add) {
                a = FloatVector.fromArray(LANES, y, yAt + t);
                b = FloatVector.fromArray(LANES, y, yAt + t + VL);
            }
            for (int c = 0; c < columns; c++) {
                FloatVector weight = FloatVector.broadcast(LANES, w[wAt + c * columnStep]);
                int at = xAt + c * xStride + t;
                a = weight.fma(FloatVector.fromArray(LANES, x, at), a);
                b = weight.fma(FloatVector.fromArray(LANES, x, at + VL), b);
            }
            a.intoArray(y, yAt + t);
            b.intoArray(y, yAt + t + VL);
        }
    }
}
