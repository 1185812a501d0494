package dev.perron.chain.spectrum;

import dev.perron.kernel.ChainKernels;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The invariant space of an operator's leading eigenvalues, in orthonormal Schur vectors, with
/// residuals that are measured. What the operator does along some excluded vectors is left out.
///
/// One restarted process finds all that are wanted, but each eigenvalue once. Another one on the
/// complement then looks for what the first has missed, until nothing is left there that would come
/// before the last one found.
final class LeadingSubspace {
    /// By how much more than asked a process may have to be driven, if what it knows by recurrence
    /// has drifted from what is measured.
    private static final double MOST_DRIFT = 1000;

    private final ChainKernels kernels = ChainKernels.active();
    private final KrylovSchur.Operator operator;
    private final List<double[]> excluded;
    private final int n;
    private final EigenvalueOrder order;
    private final Acceptance acceptance;
    private final int maxProducts;
    private final List<double[]> vectors = new ArrayList<>();
    private final List<double[]> images = new ArrayList<>();
    private RealSchur schur;
    private double[] residuals = {};
    private int products = 0;
    private Eigenvalue next = new Eigenvalue(0, 0);
    private double nextResidual = 0;

    /// @param excluded orthonormal vectors `[n]`, fewer than n
    /// @param maxProducts how often the operator may be applied, about
    LeadingSubspace(
            KrylovSchur.Operator operator,
            List<double[]> excluded,
            int n,
            EigenvalueOrder order,
            Acceptance acceptance,
            int maxProducts) {
        this.operator = operator;
        this.excluded = excluded;
        this.n = n;
        this.order = order;
        this.acceptance = acceptance;
        this.maxProducts = maxProducts;
        this.schur = RealSchur.of(new double[0][0], order);
    }

    /// The number of Schur vectors.
    int size() {
        return vectors.size();
    }

    /// How often the operator was applied.
    int products() {
        return products;
    }

    /// The eigenvalues that were found, leading ones first.
    List<Eigenvalue> eigenvalues() {
        return IntStream.range(0, size()).mapToObj(schur::eigenvalue).toList();
    }

    /// Schur vector k `[n]`, not a copy.
    double[] vector(int k) {
        return vectors.get(k);
    }

    /// What the operator makes of Schur vector k `[n]`, the part along what is excluded included;
    /// not a copy.
    double[] image(int k) {
        return images.get(k);
    }

    /// Entry (i,j) of what the operator is on the span, in Schur vectors: block triangular.
    double entry(int i, int j) {
        return schur.entry(i, j);
    }

    /// The residual of unit eigenvectors in the span of vectors up to k, as measured, at most.
    double residual(int k) {
        return residuals[k];
    }

    /// The largest residual, relative to |λ| or `floor`.
    double largestResidual() {
        return IntStream.range(0, size())
                .mapToDouble(k -> acceptance.relative(residuals[k], schur.eigenvalue(k)))
                .max()
                .orElse(0);
    }

    /// After a failure: the approximation to the eigenvalue that wasn't found.
    Eigenvalue next() {
        return next;
    }

    /// After a failure: the residual of [#next()], relative to |λ| or `floor`.
    double nextResidual() {
        return nextResidual;
    }

    /// Finds the `more` leading eigenvalues of the complement of what was found, each once; all if
    /// it has no more.
    ///
    /// @return whether they were found before products were used up; what was found is kept anyway
    boolean extend(int more) {
        return extend(more, acceptance);
    }

    /// Finds what is there several times: whatever on the complement comes before the last one.
    ///
    /// @return whether nothing is left there, as far as a process can tell
    boolean addMultiples() {
        while (size() > 0 && size() < n - excluded.size()) {
            Eigenvalue last = schur.eigenvalue(size() - 1);
            int before = size();
            if (!extend(1, acceptance.before(last, order))) {
                return false;
            }
            if (size() == before) {
                return true;
            }
        }
        return true;
    }

    private boolean extend(int more, Acceptance wanted) {
        List<double[]> vectorsBefore = List.copyOf(vectors);
        List<double[]> imagesBefore = List.copyOf(images);
        List<double[]> without = new ArrayList<>(excluded);
        without.addAll(vectors);
        KrylovSchur process = new KrylovSchur(operator, without, n, dimension(n, more), order);
        int made = 0;
        for (double drift = 2; drift <= MOST_DRIFT; drift *= 10) {
            Acceptance sharp = wanted.sharper(drift);
            boolean enough = process.converge(more, sharp, maxProducts - products + made);
            products += process.products() - made;
            made = process.products();
            int count = enough ? process.blockEnd(more) : process.accepted(sharp);
            if (enough && count > 0 && wanted.dismisses(process.value(0), order)) {
                return true;
            }
            vectors.clear();
            vectors.addAll(vectorsBefore);
            images.clear();
            images.addAll(imagesBefore);
            for (int k = 0; k < count; k++) {
                add(process.vector(k));
            }
            settle();
            if (!enough) {
                next = process.value(count);
                nextResidual = acceptance.relative(process.residual(count), next);
                return false;
            }
            if (largestResidual() <= acceptance.tolerance()) {
                return true;
            }
        }
        next = schur.eigenvalue(size() - 1);
        nextResidual = largestResidual();
        return false;
    }

    private void add(double[] vector) {
        double[] image = new double[n];
        operator.apply(vector, image);
        products++;
        vectors.add(vector);
        images.add(image);
    }

    /// Turns the vectors into Schur vectors of what the operator is on their span, in order.
    private void settle() {
        int m = size();
        double[][] projected = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                projected[i][j] = kernels.dot(vectors.get(i), 0, images.get(j), n);
            }
        }
        schur = RealSchur.of(projected, order);
        turn(vectors);
        turn(images);
        residuals = new double[m];
        double square = 0;
        int done = 0;
        for (int k = 0; k < m; k++) {
            square += Math.pow(missed(k), 2);
            if (!schur.pairAt(k)) {
                while (done <= k) {
                    residuals[done++] = Math.sqrt(square);
                }
            }
        }
    }

    private void turn(List<double[]> list) {
        List<double[]> turned = new ArrayList<>();
        for (int k = 0; k < list.size(); k++) {
            double[] sum = new double[n];
            for (int i = 0; i < list.size(); i++) {
                kernels.addScaled(schur.vector(k)[i], list.get(i), 0, sum, 0, n);
            }
            turned.add(sum);
        }
        list.clear();
        list.addAll(turned);
    }

    /// By how much image k misses the span of the vectors.
    private double missed(int k) {
        double[] rest = images.get(k).clone();
        for (double[] x : excluded) {
            kernels.addScaled(-kernels.dot(rest, 0, x, n), x, 0, rest, 0, n);
        }
        for (int i = 0; i < size(); i++) {
            kernels.addScaled(-schur.entry(i, k), vectors.get(i), 0, rest, 0, n);
        }
        return Math.sqrt(kernels.dot(rest, 0, rest, n));
    }

    /// Larger bases need fewer products, but their projected problem costs as its cube: what is
    /// best was measured.
    private static int dimension(int n, int wanted) {
        return Math.max(3 * wanted + 8, n < 400 ? 32 : Spectrum.MEMORY);
    }
}
