package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The Arnoldi process of x ↦ xP on row vectors of sum zero. P keeps that space, and on it has
/// exactly the eigenvalues that are left once the eigenvalue 1 has been taken out once; so the
/// known one needs no deflation, whatever π is. After m steps `basis · P = H · basis` up to the
/// last row; after n-1 steps H is similar to P on the whole space.
///
/// The same with any operator and with what lies along some orthonormal vectors taken out.
final class Arnoldi {
    /// x ↦ out, linear.
    interface Operator {
        void apply(double[] x, double[] out);
    }

    private final ChainKernels kernels = ChainKernels.active();
    private final Operator operator;
    private final List<double[]> excluded; // orthonormal
    private final int n;
    private final int most; // dimension of the space, what is excluded left out
    private final int dimension;
    private final double[][] basis; // [step][n], orthonormal, each of sum zero
    private final double[][] h; // [step+1][step]
    private final Random random = new Random(0x9e3779b9); // any start will do; the same each time
    private int steps = 0;

    /// @param dimension how many steps there may be, at most n-1
    Arnoldi(Transition chain, int dimension) {
        this(chain::step, List.of(constant(chain.states())), chain.states(), dimension);
    }

    /// @param excluded orthonormal vectors `[n]`; the basis is orthogonal to them
    /// @param dimension how many steps there may be, at most n less the excluded ones
    Arnoldi(Operator operator, List<double[]> excluded, int n, int dimension) {
        this.operator = operator;
        this.excluded = List.copyOf(excluded);
        this.n = n;
        this.most = n - excluded.size();
        this.dimension = dimension;
        this.basis = new double[dimension + 1][];
        this.h = new double[dimension + 1][dimension];
        basis[0] = freshDirection(0);
    }

    int steps() {
        return steps;
    }

    /// One more dimension.
    void step() {
        double[] w = new double[n];
        operator.apply(basis[steps], w);
        double before = norm(w);
        // Twice, since one pass of Gram and Schmidt loses orthogonality when little is left.
        for (int pass = 0; pass < 2; pass++) {
            removeExcluded(w);
            for (int i = 0; i <= steps; i++) {
                double part = kernels.dot(w, 0, basis[i], n);
                h[i][steps] += part;
                kernels.addScaled(-part, basis[i], 0, w, 0, n);
            }
        }
        double left = norm(w);
        if (steps + 1 < most) {
            boolean invariant = left <= 1e-14 * before || left < 1e-300;
            h[steps + 1][steps] = invariant ? 0 : left;
            if (steps + 1 <= dimension) {
                basis[steps + 1] = invariant ? freshDirection(steps + 1) : scaled(w, 1 / left);
            }
        }
        steps++;
    }

    /// The projected matrix `[steps][steps]`, upper Hessenberg.
    double[][] hessenberg() {
        double[][] square = new double[steps][steps];
        for (int i = 0; i < steps; i++) {
            System.arraycopy(h[i], 0, square[i], 0, steps);
        }
        return square;
    }

    /// What a unit eigenvector of the projected matrix leaves over, per unit of its last entry.
    double coupling() {
        return h[steps][steps - 1];
    }

    /// The vectors `[steps][n]` that the projected matrix is written in: entry (i,j) is what the
    /// operator's image of vector j has of vector i.
    double[][] basis() {
        return Arrays.copyOf(basis, steps);
    }

    /// A random unit vector, orthogonal to what is excluded and to the basis so far.
    private double[] freshDirection(int size) {
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            w[i] = random.nextGaussian();
        }
        // The first pass may lose digits to cancellation, the next ones restore orthogonality.
        for (int pass = 0; pass < 3; pass++) {
            removeExcluded(w);
            for (int i = 0; i < size; i++) {
                kernels.addScaled(-kernels.dot(w, 0, basis[i], n), basis[i], 0, w, 0, n);
            }
            w = scaled(w, 1 / norm(w));
        }
        return w;
    }

    private void removeExcluded(double[] w) {
        for (double[] x : excluded) {
            kernels.addScaled(-kernels.dot(w, 0, x, n), x, 0, w, 0, n);
        }
    }

    private static double[] constant(int n) {
        double[] x = new double[n];
        Arrays.fill(x, 1 / Math.sqrt(n));
        return x;
    }

    private double norm(double[] x) {
        return Math.sqrt(kernels.dot(x, 0, x, n));
    }

    private static double[] scaled(double[] x, double a) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = a * x[i];
        }
        return y;
    }
}
