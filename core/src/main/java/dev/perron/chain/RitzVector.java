package dev.perron.chain;

import java.util.Arrays;

/// The eigenvector of a real upper Hessenberg matrix for a known eigenvalue, by inverse iteration
/// in complex arithmetic: two solves with rows exchanged for the larger pivot.
final class RitzVector {
    private final int m;
    private final double[][] re;
    private final double[][] im;

    private RitzVector(double[][] h, Eigenvalue theta) {
        this.m = h.length;
        this.re = new double[m][];
        this.im = new double[m][m];
        for (int i = 0; i < m; i++) {
            re[i] = h[i].clone();
            re[i][i] -= theta.real();
            im[i][i] -= theta.imaginary();
        }
    }

    /// The modulus of the last entry of the unit eigenvector of `h` for its eigenvalue `theta`.
    static double lastEntry(double[][] h, Eigenvalue theta) {
        int m = h.length;
        double[] x = new double[m];
        double[] y = new double[m];
        Arrays.fill(x, 1 / Math.sqrt(m));
        for (int pass = 0; pass < 2; pass++) {
            new RitzVector(h, theta).solve(x, y);
            double norm = 0;
            for (int i = 0; i < m; i++) {
                norm = Math.hypot(norm, Math.hypot(x[i], y[i]));
            }
            for (int i = 0; i < m; i++) {
                x[i] /= norm;
                y[i] /= norm;
            }
        }
        return Math.hypot(x[m - 1], y[m - 1]);
    }

    /// Solves in place for the right-hand side x + iy.
    private void solve(double[] x, double[] y) {
        for (int k = 0; k < m; k++) {
            if (k + 1 < m) {
                if (modulus(k + 1, k) > modulus(k, k)) {
                    exchange(re, k);
                    exchange(im, k);
                    exchange(x, k);
                    exchange(y, k);
                }
                eliminate(k, x, y);
            } else {
                guardPivot(k);
            }
        }
        for (int k = m - 1; k >= 0; k--) {
            double a = x[k];
            double b = y[k];
            for (int j = k + 1; j < m; j++) {
                a -= re[k][j] * x[j] - im[k][j] * y[j];
                b -= re[k][j] * y[j] + im[k][j] * x[j];
            }
            double size = re[k][k] * re[k][k] + im[k][k] * im[k][k];
            x[k] = (a * re[k][k] + b * im[k][k]) / size;
            y[k] = (b * re[k][k] - a * im[k][k]) / size;
        }
    }

    private void eliminate(int k, double[] x, double[] y) {
        guardPivot(k);
        double size = re[k][k] * re[k][k] + im[k][k] * im[k][k];
        double f = (re[k + 1][k] * re[k][k] + im[k + 1][k] * im[k][k]) / size;
        double g = (im[k + 1][k] * re[k][k] - re[k + 1][k] * im[k][k]) / size;
        for (int j = k; j < m; j++) {
            re[k + 1][j] -= f * re[k][j] - g * im[k][j];
            im[k + 1][j] -= f * im[k][j] + g * re[k][j];
        }
        x[k + 1] -= f * x[k] - g * y[k];
        y[k + 1] -= f * y[k] + g * x[k];
    }

    /// At an eigenvalue the matrix is singular, which is the point: a pivot of rounding size will
    /// do.
    private void guardPivot(int k) {
        if (modulus(k, k) < 1e-100) {
            re[k][k] = 1e-18;
            im[k][k] = 0;
        }
    }

    private double modulus(int i, int j) {
        return Math.hypot(re[i][j], im[i][j]);
    }

    private static void exchange(double[][] rows, int k) {
        double[] row = rows[k];
        rows[k] = rows[k + 1];
        rows[k + 1] = row;
    }

    private static void exchange(double[] entries, int k) {
        double entry = entries[k];
        entries[k] = entries[k + 1];
        entries[k + 1] = entry;
    }
}
