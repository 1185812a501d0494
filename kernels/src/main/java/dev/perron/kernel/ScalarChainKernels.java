package dev.perron.kernel;

import java.util.Arrays;

/// The specification: the loops as one would write them on paper, but for rows by the four, so that
/// what they are added to is loaded and stored once for all four, and sums need not wait for each
/// other. Of floats the compiler makes vectors of that by itself.
final class ScalarChainKernels implements ChainKernels {
    private static final double LN_2 = Math.log(2);

    @Override
    public String describe() {
        return "scalar";
    }

    @Override
    public void addScaled(double a, double[] p, int at, double[] y, int yAt, int n) {
        for (int j = 0; j < n; j++) {
            y[yAt + j] += a * p[at + j];
        }
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
    public void addRows(
            double[][] weights,
            float[] p,
            int first,
            int end,
            int stride,
            double[][] ys,
            int width) {
        for (int i = first; i < end; i += 4) {
            for (int k = 0; k < weights.length; k++) {
                addFour(weights[k], i, end, p, stride, ys[k], width);
            }
        }
    }

    private static void addFour(
            double[] a, int i, int end, float[] p, int stride, double[] y, int width) {
        int p0 = i * stride;
        int p1 = Rows.at(i + 1, end, stride);
        int p2 = Rows.at(i + 2, end, stride);
        int p3 = Rows.at(i + 3, end, stride);
        double a0 = a[i];
        double a1 = Rows.weight(a, i + 1, end);
        double a2 = Rows.weight(a, i + 2, end);
        double a3 = Rows.weight(a, i + 3, end);
        for (int j = 0; j < width; j++) {
            y[j] += (a0 * p[p0 + j] + a1 * p[p1 + j]) + (a2 * p[p2 + j] + a3 * p[p3 + j]);
        }
    }

    @Override
    public void dots(
            float[] p, int first, int end, int stride, double[][] fs, double[][] outs, int width) {
        for (int i = first; i < end; i += 4) {
            for (int k = 0; k < fs.length; k++) {
                dotFour(p, i, end, stride, fs[k], outs[k], width);
            }
        }
    }

    /// Rows after the last are the last again, and so are their sums.
    private static void dotFour(
            float[] p, int i, int end, int stride, double[] f, double[] out, int width) {
        int p0 = i * stride;
        int p1 = Rows.at(i + 1, end, stride);
        int p2 = Rows.at(i + 2, end, stride);
        int p3 = Rows.at(i + 3, end, stride);
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int j = 0; j < width; j++) {
            s0 += p[p0 + j] * f[j];
            s1 += p[p1 + j] * f[j];
            s2 += p[p2 + j] * f[j];
            s3 += p[p3 + j] * f[j];
        }
        out[i] = s0;
        out[Math.min(i + 1, end - 1)] = s1;
        out[Math.min(i + 2, end - 1)] = s2;
        out[Math.min(i + 3, end - 1)] = s3;
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
        for (int i = first; i < end; i += 4) {
            for (int k = 0; k < weights.length; k++) {
                addFour(weights[k], i, end, p, stride, ys[k], width);
            }
        }
    }

    private static void addFour(
            double[] a, int i, int end, double[] p, int stride, double[] y, int width) {
        int p0 = i * stride;
        int p1 = Rows.at(i + 1, end, stride);
        int p2 = Rows.at(i + 2, end, stride);
        int p3 = Rows.at(i + 3, end, stride);
        double a0 = a[i];
        double a1 = Rows.weight(a, i + 1, end);
        double a2 = Rows.weight(a, i + 2, end);
        double a3 = Rows.weight(a, i + 3, end);
        for (int j = 0; j < width; j++) {
            y[j] += (a0 * p[p0 + j] + a1 * p[p1 + j]) + (a2 * p[p2 + j] + a3 * p[p3 + j]);
        }
    }

    @Override
    public void dots(
            double[] p, int first, int end, int stride, double[][] fs, double[][] outs, int width) {
        for (int i = first; i < end; i += 4) {
            for (int k = 0; k < fs.length; k++) {
                dotFour(p, i, end, stride, fs[k], outs[k], width);
            }
        }
    }

    /// Rows after the last are the last again, and so are their sums.
    private static void dotFour(
            double[] p, int i, int end, int stride, double[] f, double[] out, int width) {
        int p0 = i * stride;
        int p1 = Rows.at(i + 1, end, stride);
        int p2 = Rows.at(i + 2, end, stride);
        int p3 = Rows.at(i + 3, end, stride);
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int j = 0; j < width; j++) {
            s0 += p[p0 + j] * f[j];
            s1 += p[p1 + j] * f[j];
            s2 += p[p2 + j] * f[j];
            s3 += p[p3 + j] * f[j];
        }
        out[i] = s0;
        out[Math.min(i + 1, end - 1)] = s1;
        out[Math.min(i + 2, end - 1)] = s2;
        out[Math.min(i + 3, end - 1)] = s3;
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
