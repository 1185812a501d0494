package dev.perron.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The same with the Vector API, where that is faster: dot products, since the scalar sum is one
/// chain of dependent additions, which the compiler may not reorder; sums of rows, which are to
/// stay in registers, as are scores; and powers of two.
final class VectorChainKernels implements ChainKernels {
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;

    private static final int LANES = WIDE.length();

    /// Eight registers of it must fit a panel.
    private static final VectorSpecies<Double> TILE =
            LANES > 8 ? DoubleVector.SPECIES_512 : DoubleVector.SPECIES_PREFERRED;

    private static final double ROUNDING = 0x1.8p52;

    private static final double LN_2 = 0.6931471805599453;
    private static final double T2 = LN_2 * LN_2 / 2; // (ln 2)^i / i!
    private static final double T3 = T2 * LN_2 / 3;
    private static final double T4 = T3 * LN_2 / 4;
    private static final double T5 = T4 * LN_2 / 5;
    private static final double T6 = T5 * LN_2 / 6;
    private static final double T7 = T6 * LN_2 / 7;
    private static final double T8 = T7 * LN_2 / 8;
    private static final double T9 = T8 * LN_2 / 9;
    private static final double T10 = T9 * LN_2 / 10;
    private static final double T11 = T10 * LN_2 / 11;

    /// Taylor's polynomial of 2^r, economised: for |r| up to 1/2, Chebyshev's polynomial of 2r says
    /// what r^11 is but for 5e-7, as a polynomial of lower degree. What is left out after it makes
    /// 9e-15 of 2^r at most.
    private static final double C1 = LN_2 + T11 * 11 / 0x1p20;

    private static final double C2 = T2;
    private static final double C3 = T3 - T11 * 220 / 0x1p18;
    private static final double C4 = T4;
    private static final double C5 = T5 + T11 * 1232 / 0x1p16;
    private static final double C6 = T6;
    private static final double C7 = T7 - T11 * 2816 / 0x1p14;
    private static final double C8 = T8;
    private static final double C9 = T9 + T11 * 2816 / 0x1p12;
    private static final double C10 = T10;

    @Override
    public String describe() {
        return "vector, " + WIDE.vectorBitSize() + " bit";
    }

    @Override
    public void addRows(
            double[][] weights,
            float[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width) {
        VectorRowSums.add(weights, p, first, end, stride, ys, width);
    }

    @Override
    public void addRows(
            double[][] weights,
            double[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width) {
        for (int k = 0; k < weights.length; k++) {
            VectorRowSums.addToOne(weights[k], p, first, end, stride, ys[k], width);
        }
    }

    @Override
    public void dots(
            float[] p, int first, int end, int stride, double[][] fs, double[][] outs, int width) {
        VectorDots.dots(p, first, end, stride, fs, outs, width);
    }

    @Override
    public void dots(
            double[] p, int first, int end, int stride, double[][] fs, double[][] outs, int width) {
        for (int k = 0; k < fs.length; k++) {
            VectorDots.dots(p, first, end, stride, fs[k], outs[k], width);
        }
    }

    @Override
    public void addScaled(double a, double[] p, int at, double[] y, int yAt, int n) {
        int j = 0;
        for (int end = WIDE.loopBound(n); j < end; j += LANES) {
            DoubleVector.fromArray(WIDE, p, at + j)
                    .fma(DoubleVector.broadcast(WIDE, a), DoubleVector.fromArray(WIDE, y, yAt + j))
                    .intoArray(y, yAt + j);
        }
        for (; j < n; j++) {
            y[yAt + j] += a * p[at + j];
        }
    }

    @Override
    public double dot(double[] p, int at, double[] f, int n) {
        DoubleVector even = DoubleVector.zero(WIDE);
        DoubleVector odd = DoubleVector.zero(WIDE);
        int j = 0;
        for (int end = n - 2 * LANES; j <= end; j += 2 * LANES) {
            even =
                    DoubleVector.fromArray(WIDE, p, at + j)
                            .fma(DoubleVector.fromArray(WIDE, f, j), even);
            odd =
                    DoubleVector.fromArray(WIDE, p, at + j + LANES)
                            .fma(DoubleVector.fromArray(WIDE, f, j + LANES), odd);
        }
        double sum = even.add(odd).reduceLanes(VectorOperators.ADD);
        for (; j < n; j++) {
            sum += p[at + j] * f[j];
        }
        return sum;
    }

    @Override
    public void scores(
            double[] q, int at, int queries, double[] k, int panelAt, int d, double[] out) {
        int r = 0;
        for (; r + 4 <= queries; r += 4) {
            for (int j = 0; j < PANEL; j += 2 * TILE.length()) {
                fourQueries(q, at + r * d, k, panelAt + j, d, out, r * PANEL + j);
            }
        }
        for (; r < queries; r++) {
            for (int j = 0; j < PANEL; j += 8 * TILE.length()) {
                oneQuery(q, at + r * d, k, panelAt + j, d, out, r * PANEL + j);
            }
        }
    }

    /// Eight sums at once, so that a multiply-add need not wait for the one before: here four
    /// queries by two registers of keys.
    private static void fourQueries(
            double[] q, int at, double[] k, int kAt, int d, double[] out, int outAt) {
        int lanes = TILE.length();
        DoubleVector s00 = DoubleVector.zero(TILE);
        DoubleVector s01 = DoubleVector.zero(TILE);
        DoubleVector s10 = DoubleVector.zero(TILE);
        DoubleVector s11 = DoubleVector.zero(TILE);
        DoubleVector s20 = DoubleVector.zero(TILE);
        DoubleVector s21 = DoubleVector.zero(TILE);
        DoubleVector s30 = DoubleVector.zero(TILE);
        DoubleVector s31 = DoubleVector.zero(TILE);
        for (int c = 0; c < d; c++) {
            DoubleVector k0 = DoubleVector.fromArray(TILE, k, kAt + c * PANEL);
            DoubleVector k1 = DoubleVector.fromArray(TILE, k, kAt + c * PANEL + lanes);
            DoubleVector q0 = DoubleVector.broadcast(TILE, q[at + c]);
            s00 = q0.fma(k0, s00);
            s01 = q0.fma(k1, s01);
            DoubleVector q1 = DoubleVector.broadcast(TILE, q[at + d + c]);
            s10 = q1.fma(k0, s10);
            s11 = q1.fma(k1, s11);
            DoubleVector q2 = DoubleVector.broadcast(TILE, q[at + 2 * d + c]);
            s20 = q2.fma(k0, s20);
            s21 = q2.fma(k1, s21);
            DoubleVector q3 = DoubleVector.broadcast(TILE, q[at + 3 * d + c]);
            s30 = q3.fma(k0, s30);
            s31 = q3.fma(k1, s31);
        }
        s00.intoArray(out, outAt);
        s01.intoArray(out, outAt + lanes);
        s10.intoArray(out, outAt + PANEL);
        s11.intoArray(out, outAt + PANEL + lanes);
        s20.intoArray(out, outAt + 2 * PANEL);
        s21.intoArray(out, outAt + 2 * PANEL + lanes);
        s30.intoArray(out, outAt + 3 * PANEL);
        s31.intoArray(out, outAt + 3 * PANEL + lanes);
    }

    /// One query by eight registers of keys.
    private static void oneQuery(
            double[] q, int at, double[] k, int kAt, int d, double[] out, int outAt) {
        int lanes = TILE.length();
        DoubleVector s0 = DoubleVector.zero(TILE);
        DoubleVector s1 = DoubleVector.zero(TILE);
        DoubleVector s2 = DoubleVector.zero(TILE);
        DoubleVector s3 = DoubleVector.zero(TILE);
        DoubleVector s4 = DoubleVector.zero(TILE);
        DoubleVector s5 = DoubleVector.zero(TILE);
        DoubleVector s6 = DoubleVector.zero(TILE);
        DoubleVector s7 = DoubleVector.zero(TILE);
        for (int c = 0; c < d; c++) {
            DoubleVector qc = DoubleVector.broadcast(TILE, q[at + c]);
            int kc = kAt + c * PANEL;
            s0 = qc.fma(DoubleVector.fromArray(TILE, k, kc), s0);
            s1 = qc.fma(DoubleVector.fromArray(TILE, k, kc + lanes), s1);
            s2 = qc.fma(DoubleVector.fromArray(TILE, k, kc + 2 * lanes), s2);
            s3 = qc.fma(DoubleVector.fromArray(TILE, k, kc + 3 * lanes), s3);
            s4 = qc.fma(DoubleVector.fromArray(TILE, k, kc + 4 * lanes), s4);
            s5 = qc.fma(DoubleVector.fromArray(TILE, k, kc + 5 * lanes), s5);
            s6 = qc.fma(DoubleVector.fromArray(TILE, k, kc + 6 * lanes), s6);
            s7 = qc.fma(DoubleVector.fromArray(TILE, k, kc + 7 * lanes), s7);
        }
        s0.intoArray(out, outAt);
        s1.intoArray(out, outAt + lanes);
        s2.intoArray(out, outAt + 2 * lanes);
        s3.intoArray(out, outAt + 3 * lanes);
        s4.intoArray(out, outAt + 4 * lanes);
        s5.intoArray(out, outAt + 5 * lanes);
        s6.intoArray(out, outAt + 6 * lanes);
        s7.intoArray(out, outAt + 7 * lanes);
    }

    @Override
    public void powersOfTwo(double[] x, int at, double shift) {
        for (int j = at; j < at + PANEL; j += TILE.length()) {
            powerOfTwo(DoubleVector.fromArray(TILE, x, j).sub(shift)).intoArray(x, j);
        }
    }

    /// 2^x = 2^k·2^r, where k is x rounded: adding and subtracting 1.5·2^52 rounds, and leaves k in
    /// the low bits, from where it goes into the exponent. What is left over, |r| at most 1/2, by a
    /// polynomial.
    private static DoubleVector powerOfTwo(DoubleVector exponent) {
        DoubleVector x = exponent.max(-1022).min(1023);
        DoubleVector shifted = x.add(ROUNDING);
        DoubleVector r = x.sub(shifted.sub(ROUNDING));
        DoubleVector sum = DoubleVector.broadcast(TILE, C10);
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C9));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C8));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C7));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C6));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C5));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C4));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C3));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C2));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, C1));
        sum = sum.fma(r, DoubleVector.broadcast(TILE, 1));
        LongVector power = shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
        return sum.reinterpretAsLongs()
                .add(power)
                .reinterpretAsDoubles()
                .blend(0, exponent.lt(-1022));
    }
}
