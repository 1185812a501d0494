package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

/// Gaussian elimination of a chain's states from the last to the first, without a subtraction
/// (Grassmann, Taksar, Heyman 1985): what remains after each state is the chain watched only on the
/// states before it, so every number stays a probability and no digits cancel.
final class Elimination {
    private final int n;
    private final double[] a; // [n,n]
    private final double[] leaving; // [n], of an eliminated state k: Σ a(k,j) over j < k

    /// @param a `[n,n]` row-major, non-negative, overwritten; rows need not sum to 1 on the
    ///   diagonal, which is never read
    Elimination(int n, double[] a) {
        this.n = n;
        this.a = a;
        this.leaving = new double[n];
    }

    /// Eliminates the states n-1, ..., `keep`.
    ///
    /// @return the first state found that can't be left for a smaller one, or -1 if all went well
    int downTo(int keep) {
        for (int k = n - 1; k >= keep; k--) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += a[k * n + j];
            }
            leaving[k] = sum;
            if (!(sum > 0)) {
                return k;
            }
            for (int i = 0; i < k; i++) {
                double factor = a[i * n + k] / sum;
                a[i * n + k] = factor;
                if (factor > 0) {
                    ChainKernels.active().addScaled(factor, a, k * n, a, i * n, k);
                }
            }
        }
        return -1;
    }

    /// Expected visits to state k between visits to the states before it, given the visits to
    /// those: completes x(0..from) to x(0..n), so that xP = x.
    void completeVisits(double[] x, int from) {
        for (int k = from; k < n; k++) {
            double sum = 0;
            for (int i = 0; i < k; i++) {
                sum += x[i] * a[i * n + k];
            }
            x[k] = sum;
        }
    }

    /// Completes a function h(0..from) to the h(0..n) that is harmonic at the eliminated states,
    /// h(k) = Σ p(k,j) h(j).
    void completeHarmonic(double[] h, int from) {
        for (int k = from; k < n; k++) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += a[k * n + j] * h[j];
            }
            h[k] = sum / leaving[k];
        }
    }

    /// What remains of row i on the states before `keep`: the chain watched only on those.
    double remaining(int i, int j) {
        return a[i * n + j];
    }
}
