package dev.perron.chain.spectrum;

import dev.perron.kernel.ChainKernels;

import java.util.Arrays;

/// The reduction of a square matrix to upper Hessenberg form by Householder reflections, from the
/// last row upwards. Rows that have the form already cost nothing, so after a restart, where only
/// the leading block of a projected matrix is full, the rest of it is left alone.
///
/// Source: Golub, Van Loan, "Matrix Computations", chapter on the unsymmetric eigenvalue problem;
/// for the order of rows Stewart, "A Krylov-Schur algorithm for large eigenproblems", SIAM Journal
/// on Matrix Analysis and Applications 23 (2001).
final class HessenbergForm {
    private HessenbergForm() {}

    /// Afterwards `a` is Q a Qᵀ, zero below the first subdiagonal, and `rows` is Q · rows, with an
    /// orthogonal Q. Two passes over the matrix a row: (10/3) n³ operations, and 2 n³ with `rows`.
    ///
    /// @param a `[m][m]`, overwritten
    /// @param rows `[m][...]`, overwritten; empty if not wanted
    static void reduce(double[][] a, double[][] rows) {
        ChainKernels kernels = ChainKernels.active();
        int m = a.length;
        double[] sum = new double[m];
        for (int i = m - 1; i >= 2; i--) {
            double[] v = reflection(a[i], i);
            if (v.length == 0) {
                continue;
            }
            Arrays.fill(sum, 0);
            for (int r = 0; r <= i; r++) {
                kernels.addScaled(-kernels.dot(a[r], 0, v, i), v, 0, a[r], 0, i);
                if (r < i) {
                    kernels.addScaled(v[r], a[r], 0, sum, 0, m);
                }
            }
            for (int r = 0; r < i; r++) {
                kernels.addScaled(-v[r], sum, 0, a[r], 0, m);
            }
            Arrays.fill(a[i], 0, i - 1, 0);
            if (rows.length > 0) {
                reflect(rows, v);
            }
        }
    }

    /// rows ← (I - vvᵀ) rows, on the first rows.
    private static void reflect(double[][] rows, double[] v) {
        ChainKernels kernels = ChainKernels.active();
        double[] sum = new double[rows[0].length];
        for (int r = 0; r < v.length; r++) {
            kernels.addScaled(v[r], rows[r], 0, sum, 0, sum.length);
        }
        for (int r = 0; r < v.length; r++) {
            kernels.addScaled(-v[r], sum, 0, rows[r], 0, sum.length);
        }
    }

    /// v `[count]` of length √2 such that the first entries of `row`, times I - vvᵀ, are 0 but for
    /// the last; empty if they are already.
    private static double[] reflection(double[] row, int count) {
        double largest = 0;
        for (int j = 0; j < count - 1; j++) {
            largest = Math.max(largest, Math.abs(row[j]));
        }
        if (largest == 0) {
            return new double[0];
        }
        largest = Math.max(largest, Math.abs(row[count - 1]));
        double[] v = new double[count];
        double square = 0;
        for (int j = 0; j < count; j++) {
            v[j] = row[j] / largest; // so that squares neither overflow nor vanish
            square += v[j] * v[j];
        }
        double norm = Math.copySign(Math.sqrt(square), v[count - 1]);
        double factor = 1 / Math.sqrt(square + norm * v[count - 1]);
        v[count - 1] += norm;
        for (int j = 0; j < count; j++) {
            v[j] *= factor;
        }
        return v;
    }
}
