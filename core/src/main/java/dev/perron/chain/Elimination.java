package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

/// Gaussian elimination of a chain's states from the last to the first, without a subtraction
/// (Grassmann, Taksar, Heyman 1985): what remains after each state is the chain watched only on the
/// states before it, so every number stays a probability and no digits cancel.
public final class Elimination {
    /// A state that is left with a smaller probability than this counts as stuck: to divide by it
    /// might overflow.
    public static final double SMALLEST = 0x1p-1000;

    private final int n;
    private final double[] a; // [n,n]
    private final double[] leaving; // [n], of an eliminated state k: Σ a(k,j) over j < k

    /// @param a `[n,n]` row-major, non-negative, overwritten; rows need not sum to 1 on the
    ///   diagonal, which is never read
    public Elimination(int n, double[] a) {
        this.n = n;
        this.a = a;
        this.leaving = new double[n];
    }

    /// Eliminates the states n-1, ..., `keep`.
    ///
    /// @return the first state found that isn't left for a smaller one with a probability of at
    ///   least [#SMALLEST], or -1 if all went well
    public int downTo(int keep) {
        for (int k = n - 1; k >= keep; k--) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += a[k * n + j];
            }
            leaving[k] = sum;
            if (!(sum >= SMALLEST)) {
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

    /// The expected visits x(k) to each state between two visits to state 0, up to a common factor:
    /// xP = x. After [#downTo(int)] 1.
    ///
    /// Visits may span more than the range of a double, as where a walk of 400 states drifts to one
    /// end. So each is kept with an exponent of its own, and only those that are negligible next to
    /// the largest are lost.
    public double[] visits() {
        double[] x = new double[n]; // x(k) is x[k] · 2^exponent[k]
        int[] exponent = new int[n];
        x[0] = 1;
        for (int k = 1; k < n; k++) {
            int top = Integer.MIN_VALUE;
            for (int i = 0; i < k; i++) {
                double flow = x[i] * a[i * n + k];
                if (flow > 0) {
                    top = Math.max(top, exponent[i] + Math.getExponent(flow));
                }
            }
            for (int i = 0; i < k; i++) {
                double flow = x[i] * a[i * n + k];
                if (flow > 0) {
                    x[k] += Math.scalb(flow, exponent[i] - top);
                }
            }
            exponent[k] = x[k] > 0 ? top : 0;
        }
        int largest = exponent[0];
        for (int k = 1; k < n; k++) {
            largest = x[k] > 0 ? Math.max(largest, exponent[k]) : largest;
        }
        for (int k = 0; k < n; k++) {
            x[k] = Math.scalb(x[k], exponent[k] - largest);
        }
        return x;
    }

    /// Completes h(0), ..., h(from-1) to the function that is harmonic at the eliminated states
    /// `from`, ..., n-1: h(k) = Σ p(k,j) h(j).
    public void completeHarmonic(double[] h, int from) {
        for (int k = from; k < n; k++) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += a[k * n + j] * h[j];
            }
            h[k] = sum / leaving[k];
        }
    }

    /// Adds to the cost c(i) of a step from each state what the eliminated states up to `from`
    /// behind it cost: the chain watched on fewer states pays for its detours.
    public void carryCosts(double[] c, int from) {
        for (int k = n - 1; k >= from; k--) {
            for (int i = 0; i < k; i++) {
                c[i] += a[i * n + k] * c[k];
            }
        }
    }

    /// Completes f(0), ..., f(from-1) to f(k) = c(k) + Σ p(k,j) f(j) at the eliminated states
    /// `from`, ..., n-1: what is paid on the way to the states that are left.
    ///
    /// @param carried the costs after [#carryCosts(double\[\], int)]
    public void completeCosts(double[] f, double[] carried, int from) {
        for (int k = from; k < n; k++) {
            double sum = carried[k] + ChainKernels.active().dot(a, k * n, f, k);
            f[k] = sum / leaving[k];
        }
    }

    /// The entry (i,j) of the chain watched on the states that are left.
    public double remaining(int i, int j) {
        return a[i * n + j];
    }
}
