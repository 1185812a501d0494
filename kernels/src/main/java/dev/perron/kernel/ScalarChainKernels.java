package dev.perron.kernel;

import java.util.Arrays;

/// The specification: the loops as one would write them on paper.
final class ScalarChainKernels implements ChainKernels {
    private static final double LN_2 = Math.log(2);

    @Override
    public String describe() {
        return "scalar";
    }

    @Override
    public void addScaled(double a, float[] p, int at, double[] y, int n) {
        for (int j = 0; j < n; j++) {
            y[j] += a * p[at + j];
        }
    }

    @Override
    public void addScaled(double a, double[] p, int at, double[] y, int yAt, int n) {
        for (int j = 0; j < n; j++) {
            y[yAt + j] += a * p[at + j];
        }
    }

    @Override
    public double dot(float[] p, int at, double[] f, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += p[at + j] * f[j];
        }
        return sum;
    }

    @Override
    public double dot(double[] p, int at, double[] f, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += p[at + j] * f[j];
        }
        return sum;
    }

    @Override
    public void scores(
            double[] q, int at, int queries, double[] k, int panelAt, int d, double[] out) {
        Arrays.fill(out, 0, queries * PANEL, 0);
        for (int r = 0; r < queries; r++) {
            for (int c = 0; c < d; c++) {
                addScaled(q[at + r * d + c], k, panelAt + c * PANEL, out, r * PANEL, PANEL);
            }
        }
    }

    @Override
    public void powersOfTwo(double[] x, int at, double shift) {
        for (int j = at; j < at + PANEL; j++) {
            double exponent = x[j] - shift;
            x[j] = exponent < -1022 ? 0 : Math.exp(exponent * LN_2);
        }
    }
}
