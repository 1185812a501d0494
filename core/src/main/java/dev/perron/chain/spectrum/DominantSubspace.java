package dev.perron.chain.spectrum;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;
import dev.perron.kernel.ChainKernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The dominant right Schur vectors of a chain that is weighted by a distribution η: with D =
/// diag(η), orthonormal q with D^½ P D^-½ q a combination of q and those before it. The first is
/// √η, the eigenvalue 1 that every chain has; x = D^-½ q are then functions of the state, η-
/// orthonormal, the first of them constant 1.
///
/// They are found by [LeadingSubspace], on what is orthogonal to √η.
final class DominantSubspace {
    /// Up to this number of states everything is found.
    static final int COMPLETE = Spectrum.COMPLETE;

    /// The largest number of products with P, about.
    static final int MAX_PRODUCTS = 10_000;

    /// Residual of Schur vectors at which they are accepted.
    static final double TOLERANCE = 1e-11;

    private final Transition chain;
    private final double[] root; // √η
    private final double[] first; // √η of length 1
    private final EigenvalueOrder order;
    private final LeadingSubspace others; // all but the first
    private boolean stuck;

    /// @param wanted how many at least, if so many converge
    DominantSubspace(Transition chain, Distribution weights, EigenvalueOrder order, int wanted) {
        this.chain = chain;
        this.order = order;
        this.root = Arrays.stream(weights.toArray()).map(Math::sqrt).toArray();
        double norm = Math.sqrt(Arrays.stream(root).map(x -> x * x).sum());
        this.first = Arrays.stream(root).map(x -> x / norm).toArray();
        int n = chain.states();
        this.others =
                new LeadingSubspace(
                        this::apply,
                        List.of(first),
                        n,
                        order,
                        new Acceptance(TOLERANCE, 1),
                        MAX_PRODUCTS);
        int more = n <= COMPLETE ? n - 1 : Math.min(wanted, n) - 1;
        this.stuck = more > 0 && !(others.extend(more) && others.addMultiples());
    }

    /// The eigenvalues that were found, dominant ones first.
    List<Eigenvalue> eigenvalues() {
        List<Eigenvalue> values = new ArrayList<>(others.eigenvalues());
        values.addFirst(new Eigenvalue(1, 0));
        return values;
    }

    /// How many products with P were made.
    int products() {
        return others.products();
    }

    /// The numbers of Schur vectors that span a space of their own: 1, all, and where the order has
    /// a cut. Those that weren't reached are missing.
    List<Integer> legal() {
        int n = chain.states();
        List<Eigenvalue> values = eigenvalues();
        return IntStream.rangeClosed(1, n)
                .filter(
                        m ->
                                m == 1
                                        || m == n
                                        || (m < values.size()
                                                && order.separates(
                                                        values.get(m - 1), values.get(m))))
                .boxed()
                .toList();
    }

    /// Goes on to the first cut after m vectors, if that isn't far.
    void reachCutAfter(int m) {
        for (int more = 0; more < 4 && !stuck && others.size() + 1 < chain.states(); more++) {
            if (legal().stream().anyMatch(l -> l > m && l < chain.states())) {
                return;
            }
            stuck = !(others.extend(2) && others.addMultiples());
        }
    }

    /// x `[n][m]`: the first m functions, η-orthonormal, the first constant 1.
    double[][] functions(int m) {
        double[][] x = new double[root.length][m];
        for (int i = 0; i < root.length; i++) {
            x[i][0] = 1;
            for (int k = 1; k < m; k++) {
                x[i][k] = others.vector(k - 1)[i] / root[i];
            }
        }
        return x;
    }

    /// R `[m][m]`: P x = x R.
    double[][] projection(int m) {
        double[][] r = new double[m][m];
        r[0][0] = 1;
        for (int j = 1; j < m; j++) {
            double[] image = others.image(j - 1);
            r[0][j] = ChainKernels.active().dot(first, 0, image, image.length);
            for (int i = 1; i < m; i++) {
                r[i][j] = others.entry(i - 1, j - 1);
            }
        }
        return r;
    }

    /// The ‖D^½ P D^-½ q - Σ q r‖ that unit combinations of the first m vectors have at most, as
    /// measured.
    double residual(int m) {
        return m == 1 ? 0 : others.residual(m - 2);
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
}
