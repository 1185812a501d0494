package dev.perron.chain.spectrum;

import dev.perron.kernel.ChainKernels;

/// The n-1 dimensions orthogonal to a unit vector u, by the reflection that takes u to the first
/// axis. Of a matrix with Au = λu what is left there has all eigenvalues of A but that one.
final class OrthogonalComplement {
    private final int n;
    private final double[] v; // I - vvᵀ is the reflection

    /// @param unit `[n]`, of length 1
    OrthogonalComplement(double[] unit) {
        this.n = unit.length;
        double sign = Math.copySign(1, unit[0]);
        double factor = 1 / Math.sqrt(1 + Math.abs(unit[0])); // |v|² becomes 2
        this.v = new double[n];
        for (int i = 0; i < n; i++) {
            v[i] = factor * (unit[i] + (i == 0 ? sign : 0));
        }
    }

    /// What `a` is on the complement, `[n-1][n-1]`.
    ///
    /// @param a `[n][n]`, overwritten
    double[][] restrict(double[][] a) {
        ChainKernels kernels = ChainKernels.active();
        double[] sum = new double[n];
        for (int i = 0; i < n; i++) {
            kernels.addScaled(-kernels.dot(a[i], 0, v, n), v, 0, a[i], 0, n);
            kernels.addScaled(v[i], a[i], 0, sum, 0, n);
        }
        double[][] rest = new double[n - 1][n - 1];
        for (int i = 1; i < n; i++) {
            System.arraycopy(a[i], 1, rest[i - 1], 0, n - 1);
            kernels.addScaled(-v[i], sum, 1, rest[i - 1], 0, n - 1);
        }
        return rest;
    }
}
