package dev.perron.chain.spectrum;

import dev.perron.kernel.ChainKernels;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The Arnoldi process with thick restarts: an orthonormal basis of a space of Krylov, V, with `AV
/// = VB + v bᵀ`. When the basis is full, B is brought to real Schur form, the leading part of it is
/// kept, pairs whole, and the process goes on from there. So memory is n times the dimension,
/// whatever the number of products.
///
/// It works on the vectors orthogonal to some orthonormal ones: what A does along those is left
/// out. A single process finds each eigenvalue once, as all of its kind do; one that is there
/// several times comes again in a process that excludes what was found.
///
/// Source: Stewart, "A Krylov-Schur algorithm for large eigenproblems", SIAM Journal on Matrix
/// Analysis and Applications 23 (2001).
final class KrylovSchur {
    /// x ↦ out, linear.
    interface Operator {
        void apply(double[] x, double[] out);
    }

    /// Where less than this is left of a vector, its part along the basis is taken out again: one
    /// pass of Gram and Schmidt lost digits (Daniel, Gragg, Kaufman, Stewart, 1976).
    private static final double CANCELLED = 0.7;

    /// Vectors in the basis at the first test: the fastest chains need no more.
    private static final int FIRST_TEST = 12;

    private final ChainKernels kernels = ChainKernels.active();
    private final Operator operator;
    private final List<double[]> excluded; // orthonormal
    private final int n;
    private final int whole; // dimension of the space, what is excluded left out
    private final int dimension;
    private final EigenvalueOrder order;
    private final double[][] basis; // [size+1][n], orthonormal
    private final double[][] h; // [size+1][size]: B, and b as the row below it
    private final Random random;
    private int size = 0;
    private int products = 0;
    private RealSchur schur; // of B when it was tested last

    /// @param excluded orthonormal vectors `[n]`, fewer than n
    /// @param dimension of the basis when it is full, at least 1
    KrylovSchur(
            Operator operator,
            List<double[]> excluded,
            int n,
            int dimension,
            EigenvalueOrder order) {
        this.operator = operator;
        this.excluded = List.copyOf(excluded);
        this.n = n;
        this.whole = n - excluded.size();
        this.dimension = Math.min(dimension, whole);
        this.order = order;
        // Any start will do, the same each time; but another one than that of the process that
        // found
        // what is excluded, whose start has nothing of the eigenvectors that it missed.
        this.random = new Random(0x9e3779b9 + 31L * excluded.size());
        this.basis = new double[this.dimension + 1][];
        this.h = new double[this.dimension + 1][this.dimension];
        this.schur = RealSchur.of(new double[0][0], order);
        basis[0] = freshDirection(0);
    }

    int products() {
        return products;
    }

    /// The number of Ritz values there are.
    int size() {
        return schur.size();
    }

    /// Ritz value k, the leading ones first.
    Eigenvalue value(int k) {
        return schur.eigenvalue(k);
    }

    /// The least number of leading Ritz values, at least `wanted`, that parts no pair; all of them
    /// if there are fewer.
    int blockEnd(int wanted) {
        int count = Math.min(wanted, schur.size());
        return count > 0 && schur.pairAt(count - 1) ? count + 1 : count;
    }

    /// How many of the leading Ritz values are accepted, pairs whole.
    int accepted(Acceptance acceptance) {
        int count = 0;
        while (count < schur.size()
                && acceptance.excess(residual(count), schur.eigenvalue(count), order) <= 1) {
            count++;
        }
        return count;
    }

    /// Schur vector k `[n]`, a new array.
    double[] vector(int k) {
        double[] vector = new double[n];
        double[] parts = schur.vector(k);
        for (int i = 0; i < parts.length; i++) {
            kernels.addScaled(parts[i], basis[i], 0, vector, 0, n);
        }
        return vector;
    }

    /// A bound on the residual of a unit eigenvector of Ritz value k, as the recurrence knows it:
    /// the norm of what A takes Schur vectors up to k to outside of the basis.
    double residual(int k) {
        int last = schur.pairAt(k) ? k + 1 : k;
        double square = 0;
        for (int i = 0; i <= last; i++) {
            square += Math.pow(coupling(i), 2);
        }
        return Math.sqrt(square);
    }

    /// Goes on until the `wanted` leading eigenvalues are accepted, or products are used up. The
    /// projected problem costs as much as many products, so it is solved when the basis is full, or
    /// when by the gains so far it will be good enough before.
    ///
    /// @return whether they are
    boolean converge(int wanted, Acceptance acceptance, int maxProducts) {
        double before = 1 / acceptance.tolerance();
        int at = products;
        int next = Math.min(dimension, Math.max(FIRST_TEST, 2 * wanted + 2));
        if (schur.size() > 0) {
            next = dimension;
            makeRoom(wanted);
        }
        while (true) {
            expand(Math.min(next, size + maxProducts - products));
            schur = RealSchur.of(square(), order);
            double excess = excess(wanted, acceptance);
            if (excess <= 1) {
                return true;
            }
            if (products >= maxProducts || size == whole) {
                return false;
            }
            double gain = Math.log(before / excess) / (products - at);
            double foreseen = gain > 0 ? Math.log(excess) / gain : Double.POSITIVE_INFINITY;
            before = excess;
            at = products;
            makeRoom(wanted);
            next = nextTest(foreseen);
        }
    }

    /// How large the basis shall be at the next test, if as many more products are foreseen. Before
    /// the first restart the forecast is too long, since a process gets faster as it finds what
    /// lies outermost.
    private int nextTest(double foreseen) {
        boolean first = products == size;
        double most = first ? size / 2.0 : 0.75 * (dimension - size);
        int next = size + 1 + (int) Math.min(foreseen, most);
        boolean early = first ? next < 0.8 * dimension : foreseen < most;
        return early ? next : dimension;
    }

    /// By what factor the residuals of the `wanted` leading eigenvalues are too large.
    private double excess(int wanted, Acceptance acceptance) {
        double largest = 0;
        for (int k = 0; k < blockEnd(wanted); k++) {
            largest = Math.max(largest, acceptance.excess(residual(k), schur.eigenvalue(k), order));
        }
        return largest;
    }

    /// b zₖ, of Schur vector k.
    private double coupling(int k) {
        return size == whole ? 0 : kernels.dot(h[size], 0, schur.vector(k), size);
    }

    private double[][] square() {
        double[][] square = new double[size][];
        for (int i = 0; i < size; i++) {
            square[i] = Arrays.copyOf(h[i], size);
        }
        return square;
    }

    /// A full basis is cut down to leading Schur vectors: what is wanted and half of the rest.
    private void makeRoom(int wanted) {
        if (size < dimension) {
            return;
        }
        int keep = Math.min(size - 1, wanted + (size - wanted) / 2);
        if (schur.pairAt(keep - 1)) {
            keep += keep + 1 < size ? 1 : -1;
        }
        double[][] kept = new double[keep][];
        double[] b = new double[keep];
        for (int k = 0; k < keep; k++) {
            kept[k] = vector(k);
            b[k] = coupling(k);
        }
        basis[keep] = basis[size];
        System.arraycopy(kept, 0, basis, 0, keep);
        for (int i = 0; i <= dimension; i++) {
            Arrays.fill(h[i], 0);
            for (int j = 0; i < keep && j < keep; j++) {
                h[i][j] = schur.entry(i, j);
            }
        }
        System.arraycopy(b, 0, h[keep], 0, keep);
        size = keep;
    }

    private void expand(int to) {
        while (size < to) {
            step();
        }
    }

    /// One more dimension.
    private void step() {
        double[] w = new double[n];
        operator.apply(basis[size], w);
        products++;
        double before = norm(w);
        orthogonalise(w);
        double left = norm(w);
        if (left < CANCELLED * before) {
            orthogonalise(w);
            left = norm(w);
        }
        size++;
        if (size < whole) {
            boolean invariant = left <= 1e-14 * before || left < 1e-300;
            h[size][size - 1] = invariant ? 0 : left;
            basis[size] = invariant ? freshDirection(size) : scaled(w, 1 / left);
        }
    }

    /// Takes out of `w` its parts along the basis, and adds them to the newest column of B.
    private void orthogonalise(double[] w) {
        removeExcluded(w);
        for (int i = 0; i <= size; i++) {
            double part = kernels.dot(w, 0, basis[i], n);
            h[i][size] += part;
            kernels.addScaled(-part, basis[i], 0, w, 0, n);
        }
    }

    /// A random unit vector, orthogonal to what is excluded and to the basis so far.
    private double[] freshDirection(int count) {
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            w[i] = random.nextGaussian();
        }
        // The first pass may lose digits to cancellation, the next ones restore orthogonality.
        for (int pass = 0; pass < 3; pass++) {
            removeExcluded(w);
            for (int i = 0; i < count; i++) {
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

    private double norm(double[] x) {
        return Math.sqrt(kernels.dot(x, 0, x, n));
    }

    private double[] scaled(double[] x, double a) {
        double[] y = new double[n];
        kernels.addScaled(a, x, 0, y, 0, n);
        return y;
    }
}
