package dev.perron.chain.spectrum;

import java.util.Arrays;

/// The small steps of swapping two diagonal blocks of a Schur form, of p and q rows, each 1 or 2.
final class BlockSwap {
    private BlockSwap() {}

    /// X `[p,q]` with T₁X - XT₂ = T₁₂, for the blocks that start at `at`. Where the eigenvalues are
    /// equal, entries are infinite or NaN.
    static double[] sylvester(double[][] t, int at, int p, int q) {
        int size = p * q;
        double[][] system = new double[size][size + 1];
        for (int i = 0; i < p; i++) {
            for (int j = 0; j < q; j++) {
                double[] row = system[i * q + j];
                for (int k = 0; k < p; k++) {
                    row[k * q + j] += t[at + i][at + k];
                }
                for (int k = 0; k < q; k++) {
                    row[i * q + k] -= t[at + p + k][at + p + j];
                }
                row[size] = t[at + i][at + p + j];
            }
        }
        return solve(system);
    }

    /// Gaussian elimination with row pivots.
    ///
    /// @param system `[n][n+1]`, the right side last, overwritten
    static double[] solve(double[][] system) {
        int n = system.length;
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                if (Math.abs(system[i][k]) > Math.abs(system[pivot][k])) {
                    pivot = i;
                }
            }
            double[] row = system[pivot];
            system[pivot] = system[k];
            system[k] = row;
            for (int i = k + 1; i < n; i++) {
                double factor = system[i][k] / row[k];
                for (int j = k; j <= n; j++) {
                    system[i][j] -= factor * row[j];
                }
            }
        }
        double[] x = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double sum = system[i][n];
            for (int j = i + 1; j < n; j++) {
                sum -= system[i][j] * x[j];
            }
            x[i] = sum / system[i][i];
        }
        return x;
    }

    /// The q reflections I - vvᵀ, one after another, that bring [-X; I] to upper triangular form.
    ///
    /// @return `[q][p+q]`
    static double[][] reflections(double[] x, int p, int q) {
        int size = p + q;
        double[][] columns = new double[q][size];
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < p; i++) {
                columns[j][i] = -x[i * q + j];
            }
            columns[j][p + j] = 1;
        }
        double[][] reflections = new double[q][size];
        for (int r = 0; r < q; r++) {
            double[] v = reflections[r];
            double square = 0;
            for (int i = r; i < size; i++) {
                v[i] = columns[r][i];
                square += v[i] * v[i];
            }
            double norm = Math.copySign(Math.sqrt(square), v[r]);
            double factor = 1 / Math.sqrt(square + norm * v[r]); // |v|² becomes 2
            v[r] += norm;
            for (int i = r; i < size; i++) {
                v[i] *= factor;
            }
            for (int j = r; j < q; j++) {
                double dot = 0;
                for (int i = r; i < size; i++) {
                    dot += v[i] * columns[j][i];
                }
                for (int i = r; i < size; i++) {
                    columns[j][i] -= dot * v[i];
                }
            }
        }
        return reflections;
    }

    /// The largest entry, of those that should vanish, that the reflections leave of the block that
    /// starts at `at`; `t` is not modified.
    static double left(double[][] t, int at, int p, int q, double[][] reflections) {
        double[][] block = new double[p + q][];
        for (int i = 0; i < p + q; i++) {
            block[i] = Arrays.copyOfRange(t[at + i], at, at + p + q);
        }
        for (double[] v : reflections) {
            reflectRows(block, 0, v, 0);
            reflectColumns(block, 0, v, p + q);
        }
        double left = 0;
        for (int i = q; i < p + q; i++) {
            for (int j = 0; j < q; j++) {
                left = Math.max(left, Math.abs(block[i][j]));
            }
        }
        return left;
    }

    /// rows ← (I - vvᵀ) rows on the rows from `at`, in the columns from `first`.
    static void reflectRows(double[][] rows, int at, double[] v, int first) {
        for (int j = first; j < rows[at].length; j++) {
            double dot = 0;
            for (int i = 0; i < v.length; i++) {
                dot += v[i] * rows[at + i][j];
            }
            for (int i = 0; i < v.length; i++) {
                rows[at + i][j] -= dot * v[i];
            }
        }
    }

    /// rows ← rows (I - vvᵀ) on the columns from `at`, in the rows before `end`.
    static void reflectColumns(double[][] rows, int at, double[] v, int end) {
        for (int i = 0; i < end; i++) {
            double dot = 0;
            for (int j = 0; j < v.length; j++) {
                dot += v[j] * rows[i][at + j];
            }
            for (int j = 0; j < v.length; j++) {
                rows[i][at + j] -= dot * v[j];
            }
        }
    }
}
