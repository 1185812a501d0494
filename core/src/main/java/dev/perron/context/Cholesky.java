package dev.perron.context;

import java.util.Arrays;
import java.util.Optional;

/// The factor L of a symmetric positive definite matrix A = L Lᵀ `[n,n]`. Immutable.
public final class Cholesky {
    /// A pivot below this part of its diagonal entry is rounding: the matrix counts as singular.
    private static final double SMALLEST_PIVOT = 1e-13;

    private final int n;
    private final double[] factor; // row-major, lower triangle

    private Cholesky(int n, double[] factor) {
        this.n = n;
        this.factor = factor;
    }

    /// The factor, or nothing if the matrix isn't positive definite beyond rounding.
    ///
    /// @param matrix `[n,n]`, row-major; its lower triangle is read
    /// @throws IllegalArgumentException if it doesn't have n² entries
    public static Optional<Cholesky> of(int n, double[] matrix) {
        if (matrix.length != (long) n * n) {
            throw new IllegalArgumentException(
                    "%d entries, must be %d x %d".formatted(matrix.length, n, n));
        }
        double[] factor = matrix.clone();
        for (int j = 0; j < n; j++) {
            double pivot = factor[j * n + j];
            for (int k = 0; k < j; k++) {
                pivot -= factor[j * n + k] * factor[j * n + k];
            }
            if (!(pivot > SMALLEST_PIVOT * matrix[j * n + j])) {
                return Optional.empty();
            }
            double root = Math.sqrt(pivot);
            factor[j * n + j] = root;
            for (int i = j + 1; i < n; i++) {
                double sum = factor[i * n + j];
                for (int k = 0; k < j; k++) {
                    sum -= factor[i * n + k] * factor[j * n + k];
                }
                factor[i * n + j] = sum / root;
            }
        }
        return Optional.of(new Cholesky(n, factor));
    }

    /// x `[n]` with A x = b.
    public double[] solve(double... b) {
        double[] x = b.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= factor[i * n + k] * x[k];
            }
            x[i] /= factor[i * n + i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                x[i] -= factor[k * n + i] * x[k];
            }
            x[i] /= factor[i * n + i];
        }
        return x;
    }

    /// A⁻¹ `[n,n]`, row-major.
    public double[] inverse() {
        double[] inverse = new double[n * n];
        double[] unit = new double[n];
        for (int j = 0; j < n; j++) {
            Arrays.fill(unit, 0);
            unit[j] = 1;
            double[] column = solve(unit);
            for (int i = 0; i < n; i++) {
                inverse[i * n + j] = column[i];
            }
        }
        return inverse;
    }
}
