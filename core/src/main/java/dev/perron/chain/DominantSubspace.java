package dev.perron.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The dominant right Schur vectors of a chain that is weighted by a distribution η: with D =
/// diag(η), orthonormal q with D^½ P D^-½ q a combination of q and those before it. The first is
/// √η, the eigenvalue 1 that every chain has; x = D^-½ q are then functions of the state, η-
/// orthonormal, the first of them constant 1.
///
/// They are found by Arnoldi processes one after another, each orthogonal to the vectors before. A
/// process finds every eigenvalue once, so one that is there several times, as 1 with several
/// recurrent classes, comes again in the next.
final class DominantSubspace {
    /// Up to this number of states one process runs to its end and gives everything.
    static final int COMPLETE = 128;

    /// The largest number of steps of one process.
    static final int MAX_STEPS = 240;

    /// Residual of a Schur vector at which it is accepted.
    static final double TOLERANCE = 1e-11;

    private final Transition chain;
    private final double[] root; // √η
    private final EigenvalueOrder order;
    private final List<double[]> vectors = new ArrayList<>();
    private final List<Eigenvalue> eigenvalues = new ArrayList<>();
    private boolean stuck = false;

    /// @param wanted how many at least, if so many converge
    DominantSubspace(Transition chain, Distribution weights, EigenvalueOrder order, int wanted) {
        this.chain = chain;
        this.order = order;
        this.root = Arrays.stream(weights.toArray()).map(Math::sqrt).toArray();
        double norm = Math.sqrt(Arrays.stream(root).map(x -> x * x).sum());
        vectors.add(Arrays.stream(root).map(x -> x / norm).toArray());
        eigenvalues.add(new Eigenvalue(1, 0));
        while (vectors.size() < Math.min(wanted, chain.states()) && !stuck) {
            advance();
        }
    }

    /// The eigenvalues that were found, dominant ones first.
    List<Eigenvalue> eigenvalues() {
        return eigenvalues;
    }

    /// The numbers of Schur vectors that span a space of their own: 1, all, and where the order has
    /// a cut. Those that weren't reached are missing.
    List<Integer> legal() {
        int n = chain.states();
        return IntStream.rangeClosed(1, n)
                .filter(m -> m == 1 || m == n || (m < eigenvalues.size() && cutAfter(m)))
                .boxed()
                .toList();
    }

    /// Goes on to the first cut after m vectors, if that isn't far.
    void reachCutAfter(int m) {
        for (int more = 0; more < 8 && !stuck && vectors.size() < chain.states(); more++) {
            if (legal().stream().anyMatch(l -> l > m && l < chain.states())) {
                return;
            }
            advance();
        }
    }

    private boolean cutAfter(int m) {
        return order.separates(eigenvalues.get(m - 1), eigenvalues.get(m));
    }

    /// x `[n][m]`: the first m functions, η-orthonormal, the first constant 1.
    double[][] functions(int m) {
        double[][] x = new double[root.length][m];
        for (int i = 0; i < root.length; i++) {
            x[i][0] = 1;
            for (int k = 1; k < m; k++) {
                x[i][k] = vectors.get(k)[i] / root[i];
            }
        }
        return x;
    }

    /// R `[m][m]`: P x = x R.
    double[][] projection(int m) {
        double[][] r = new double[m][m];
        double[] image = new double[root.length];
        for (int j = 0; j < m; j++) {
            apply(vectors.get(j), image);
            for (int i = 0; i < m; i++) {
                double sum = 0;
                for (int s = 0; s < root.length; s++) {
                    sum += vectors.get(i)[s] * image[s];
                }
                r[i][j] = sum;
            }
        }
        return r;
    }

    /// The largest ‖D^½ P D^-½ q - Σ q r‖₂ of the first m vectors, as measured.
    double residual(int m) {
        double[][] r = projection(m);
        double largest = 0;
        double[] image = new double[root.length];
        for (int j = 0; j < m; j++) {
            apply(vectors.get(j), image);
            double square = 0;
            for (int s = 0; s < root.length; s++) {
                double left = image[s];
                for (int i = 0; i < m; i++) {
                    left -= vectors.get(i)[s] * r[i][j];
                }
                square += left * left;
            }
            largest = Math.max(largest, Math.sqrt(square));
        }
        return largest;
    }

    private void apply(double[] q, double[] out) {
        double[] f = new double[q.length];
        for (int i = 0; i < q.length; i++) {
            f[i] = q[i] / root[i];
        }
        chain.expectation(f, out);
        for (int i = 0; i < q.length; i++) {
            out[i] *= root[i];
        }
    }

    /// Finds the next eigenvalue or pair, or all that are left.
    private void advance() {
        int n = chain.states();
        int left = n - vectors.size();
        int most = n <= COMPLETE ? left : Math.min(left, MAX_STEPS);
        Arnoldi arnoldi = new Arnoldi(this::apply, vectors, n, most);
        while (true) {
            int next =
                    n <= COMPLETE
                            ? left
                            : Math.min(most, arnoldi.steps() + Math.max(20, arnoldi.steps() / 3));
            while (arnoldi.steps() < next) {
                arnoldi.step();
            }
            RealSchur schur = RealSchur.of(arnoldi.hessenberg(), order);
            if (arnoldi.steps() == left) {
                add(arnoldi, schur, left);
                return;
            }
            int block = schur.pairAt(0) ? 2 : 1;
            double coupled = 0;
            for (int k = 0; k < block; k++) {
                coupled = Math.hypot(coupled, schur.vector(k)[schur.size() - 1]);
            }
            if (coupled * arnoldi.coupling() <= TOLERANCE) {
                add(arnoldi, schur, block);
                return;
            }
            if (arnoldi.steps() == most) {
                stuck = true;
                return;
            }
        }
    }

    private void add(Arnoldi arnoldi, RealSchur schur, int count) {
        double[][] basis = arnoldi.basis();
        for (int k = 0; k < count; k++) {
            double[] vector = new double[root.length];
            for (int i = 0; i < basis.length; i++) {
                double part = schur.vector(k)[i];
                for (int s = 0; s < vector.length; s++) {
                    vector[s] += part * basis[i][s];
                }
            }
            vectors.add(vector);
            eigenvalues.add(schur.eigenvalue(k));
        }
    }
}
