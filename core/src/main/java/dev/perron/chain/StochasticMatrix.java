package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

import java.util.Arrays;

/// A row-stochastic matrix P `[n,n]` of doubles, row-major: the reference among transitions.
/// Immutable.
public final class StochasticMatrix implements Transition {
    /// The largest n with an array of n² entries.
    public static final int MOST_STATES = 46340;

    /// Rows that go together: a step of a lower triangular matrix reads half as many entries above
    /// the diagonal as this in each row, and several vectors share them from the cache.
    private static final int BLOCK = 16;

    private final int n;
    private final double[] p;
    private final boolean lowerTriangular;

    private StochasticMatrix(int n, double[] p) {
        this.n = n;
        this.p = p;
        this.lowerTriangular = isLowerTriangular(this);
    }

    /// The matrix with these rows, taken as they are.
    ///
    /// @param rows `[n][n]`
    /// @throws IllegalArgumentException if it isn't square, or a row isn't a [Distribution]
    public static StochasticMatrix ofRows(double[]... rows) {
        int n = rows.length;
        if (n == 0) {
            throw new IllegalArgumentException("no rows, must be at least 1");
        }
        double[] p = new double[Math.multiplyExact(n, n)];
        for (int i = 0; i < n; i++) {
            if (rows[i].length != n) {
                throw new IllegalArgumentException(
                        "row %d has %d entries, must have %d".formatted(i, rows[i].length, n));
            }
            try {
                System.arraycopy(Distribution.of(rows[i]).toArray(), 0, p, i * n, n);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("row " + i + ": " + e.getMessage(), e);
            }
        }
        return new StochasticMatrix(n, p);
    }

    /// The dense copy of any transition: n² doubles.
    ///
    /// @throws IllegalArgumentException if it has more than [#MOST_STATES]
    public static StochasticMatrix copyOf(Transition transition) {
        if (transition instanceof StochasticMatrix matrix) {
            return matrix;
        }
        int n = transition.states();
        if (n > MOST_STATES) {
            throw new IllegalArgumentException(
                    "%d states, must be at most %d for a matrix with all its entries"
                            .formatted(n, MOST_STATES));
        }
        double[] p = new double[n * n];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            transition.row(i, row);
            System.arraycopy(row, 0, p, i * n, n);
        }
        return new StochasticMatrix(n, p);
    }

    /// The matrix with rows proportional to these weights: each is divided by its sum, so that
    /// rounding doesn't let mass leak, and small entries keep their digits.
    ///
    /// @param weights `[n,n]`, row-major, copied
    /// @throws IllegalArgumentException if there aren't n² of them, one is negative or NaN, or a
    ///   row sums to 0 or infinity
    public static StochasticMatrix proportionalTo(int n, double[] weights) {
        if (n < 1 || weights.length != (long) n * n) {
            throw new IllegalArgumentException(
                    "%d weights, must be %d x %d, at least 1".formatted(weights.length, n, n));
        }
        double[] p = weights.clone();
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = i * n; j < (i + 1) * n; j++) {
                if (!(p[j] >= 0)) {
                    throw new IllegalArgumentException(
                            "row %d: weight[%d] = %s, must be >= 0".formatted(i, j - i * n, p[j]));
                }
                sum += p[j];
            }
            if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "row %d: weights sum to %s, must be positive and finite".formatted(i, sum));
            }
            for (int j = i * n; j < (i + 1) * n; j++) {
                p[j] /= sum;
            }
        }
        return new StochasticMatrix(n, p);
    }

    /// First a step of one chain, then a step of the other: nothing is subtracted, so small entries
    /// keep their digits through many products.
    ///
    /// @throws IllegalArgumentException if they have different numbers of states
    public static StochasticMatrix product(Transition first, Transition second) {
        int n = first.states();
        if (second.states() != n) {
            throw new IllegalArgumentException(
                    "chains of %d and %d states, must be of as many".formatted(n, second.states()));
        }
        double[] product = new double[Math.multiplyExact(n, n)];
        double[] row = new double[n];
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            first.row(i, row);
            second.step(row, out);
            System.arraycopy(out, 0, product, i * n, n);
        }
        return proportionalTo(n, product);
    }

    /// p(from, to).
    ///
    /// @throws IllegalArgumentException if one of them is no state
    @Override
    public double probability(int from, int to) {
        requireState(from);
        requireState(to);
        return p[from * n + to];
    }

    @Override
    public int states() {
        return n;
    }

    @Override
    public void step(double[] mu, double[] out) {
        steps(new double[][] {mu}, new double[][] {out});
    }

    @Override
    public void steps(double[][] mus, double[][] outs) {
        for (double[] out : outs) {
            Arrays.fill(out, 0, n, 0);
        }
        addRows(0, n, mus, outs);
    }

    @Override
    public void addRows(int first, int end, double[][] mus, double[][] outs) {
        for (int top = first; top < end; top = below(top, end)) {
            int bottom = below(top, end);
            ChainKernels.active().addRows(mus, p, top, bottom, n, outs, width(bottom));
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        expectations(new double[][] {f}, new double[][] {out});
    }

    @Override
    public void expectations(double[][] fs, double[][] outs) {
        for (int top = 0; top < n; top = below(top, n)) {
            int bottom = below(top, n);
            ChainKernels.active().dots(p, top, bottom, n, fs, outs, width(bottom));
        }
    }

    /// Where the block of rows that begins at `top` ends.
    private int below(int top, int end) {
        return Math.min(top + BLOCK, end);
    }

    /// The columns that any row before `bottom` has entries in.
    private int width(int bottom) {
        return lowerTriangular ? bottom : n;
    }

    @Override
    public void square(int first, int end, double[] out) {
        for (int i = first; i < end; i++) {
            System.arraycopy(p, i * n + first, out, (i - first) * (end - first), end - first);
        }
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        System.arraycopy(p, from * n, out, 0, n);
    }

    @Override
    public boolean lowerTriangular() {
        return lowerTriangular;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StochasticMatrix that && n == that.n && Arrays.equals(p, that.p);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(p);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < n; i++) {
            text.append(Arrays.toString(Arrays.copyOfRange(p, i * n, (i + 1) * n))).append('\n');
        }
        return text.toString();
    }

    /// Whether a chain has no entry above the diagonal: looks at its rows until one has.
    static boolean isLowerTriangular(Transition chain) {
        int n = chain.states();
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            for (int j = i + 1; j < n; j++) {
                if (row[j] != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
