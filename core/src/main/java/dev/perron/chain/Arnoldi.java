package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

import java.util.Random;

/// The Arnoldi process of x ↦ xP on row vectors of sum zero. P keeps that space, and on it has
/// exactly the eigenvalues that are left once the eigenvalue 1 has been taken out once; so the
/// known one needs no deflation, whatever π is. After m steps `basis · P = H · basis` up to the
/// last row; after n-1 steps H is similar to P on the whole space.
final class Arnoldi {
    private final ChainKernels kernels = ChainKernels.active();
    private final Transition chain;
    private final int n;
    private final int dimension;
    private final double[][] basis; // [step][n], orthonormal, each of sum zero
    private final double[][] h; // [step+1][step]
    private final Random random = new Random(0x9e3779b9); // any start will do; the same each time
    private int steps = 0;

    /// @param dimension how many steps there may be, at most n-1
    Arnoldi(Transition chain, int dimension) {
        this.chain = chain;
        this.n = chain.states();
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
        chain.step(basis[steps], w);
        double before = norm(w);
        // Twice, since one pass of Gram and Schmidt loses orthogonality when little is left.
        for (int pass = 0; pass < 2; pass++) {
            removeMean(w);
            for (int i = 0; i <= steps; i++) {
                double part = kernels.dot(w, 0, basis[i], n);
                h[i][steps] += part;
                kernels.addScaled(-part, basis[i], 0, w, 0, n);
            }
        }
        double left = norm(w);
        if (steps + 1 < n - 1) {
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

    /// A random unit vector of sum zero, orthogonal to the basis so far.
    private double[] freshDirection(int size) {
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            w[i] = random.nextGaussian();
        }
        // The first pass may lose digits to cancellation, the next ones restore orthogonality.
        for (int pass = 0; pass < 3; pass++) {
            removeMean(w);
            for (int i = 0; i < size; i++) {
                kernels.addScaled(-kernels.dot(w, 0, basis[i], n), basis[i], 0, w, 0, n);
            }
            w = scaled(w, 1 / norm(w));
        }
        return w;
    }

    private static void removeMean(double[] w) {
        double sum = 0;
        for (double x : w) {
            sum += x;
        }
        for (int i = 0; i < w.length; i++) {
            w[i] -= sum / w.length;
        }
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
