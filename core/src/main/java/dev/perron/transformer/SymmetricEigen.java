package dev.perron.transformer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// All eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations: slower than
/// reduction to three diagonals, but short, and exact to rounding in every eigenvalue that counts,
/// so that zeros can be told from what is small.
///
/// Source: Golub, Van Loan, "Matrix Computations", section on Jacobi methods.
public final class SymmetricEigen {
    private static final int MAX_SWEEPS = 60;

    private final List<Double> values;
    private final double[][] vectors;

    private SymmetricEigen(List<Double> values, double[][] vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /// Those of a matrix.
    ///
    /// @param matrix `[n][n]`, not modified; its symmetric part is taken
    /// @throws IllegalArgumentException if it isn't square or an entry isn't finite
    public static SymmetricEigen of(double[][] matrix) {
        int n = matrix.length;
        double[][] a = new double[n][n];
        double[][] v = new double[n][n]; // rows become eigenvectors
        double norm = 0;
        for (int i = 0; i < n; i++) {
            if (matrix[i].length != n) {
                throw new IllegalArgumentException(
                        "row %d has %d entries, must have %d".formatted(i, matrix[i].length, n));
            }
            v[i][i] = 1;
            for (int j = 0; j < n; j++) {
                a[i][j] = (matrix[i][j] + matrix[j][i]) / 2;
                norm = Math.hypot(norm, a[i][j]);
            }
        }
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException(
                    "norm of the matrix is %s, must be finite".formatted(norm));
        }
        int sweeps = 0;
        while (sweeps < MAX_SWEEPS && turned(a, v, norm * 0x1p-60)) {
            sweeps++;
        }
        Integer[] order =
                IntStream.range(0, n)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> a[i][i]))
                        .toArray(Integer[]::new);
        return new SymmetricEigen(
                Arrays.stream(order).map(i -> a[i][i]).toList(),
                Arrays.stream(order).map(i -> v[i]).toArray(double[][]::new));
    }

    /// The eigenvalues, ascending.
    public List<Double> values() {
        return values;
    }

    /// The eigenvector `[n]` of length 1 to the eigenvalue at `index`, a copy.
    public double[] vector(int index) {
        return vectors[index].clone();
    }

    /// Turns away every entry above `negligible` beside the diagonal once.
    ///
    /// @return whether there was one
    private static boolean turned(double[][] a, double[][] v, double negligible) {
        boolean any = false;
        for (int p = 0; p < a.length; p++) {
            for (int q = p + 1; q < a.length; q++) {
                if (Math.abs(a[p][q]) > negligible) {
                    any = true;
                    turn(a, v, p, q);
                }
            }
        }
        return any;
    }

    private static void turn(double[][] a, double[][] v, int p, int q) {
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double tan = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
        double cos = 1 / Math.hypot(tan, 1);
        double sin = tan * cos;
        double kept = a[p][q] * tan;
        double app = a[p][p] - kept;
        double aqq = a[q][q] + kept;
        double[] rowP = a[p];
        double[] rowQ = a[q];
        for (int k = 0; k < a.length; k++) {
            double x = rowP[k];
            double y = rowQ[k];
            rowP[k] = cos * x - sin * y;
            rowQ[k] = sin * x + cos * y;
        }
        for (int k = 0; k < a.length; k++) {
            a[k][p] = rowP[k];
            a[k][q] = rowQ[k];
        }
        a[p][p] = app;
        a[q][q] = aqq;
        a[p][q] = 0;
        a[q][p] = 0;
        for (int k = 0; k < a.length; k++) {
            double x = v[p][k];
            double y = v[q][k];
            v[p][k] = cos * x - sin * y;
            v[q][k] = sin * x + cos * y;
        }
    }
}
