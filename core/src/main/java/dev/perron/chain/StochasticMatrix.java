package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

import java.util.Arrays;

/// A row-stochastic matrix P `[n,n]` of doubles, row-major: the reference among transitions.
/// Immutable.
public final class StochasticMatrix implements Transition {
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
    public static StochasticMatrix copyOf(Transition transition) {
        if (transition instanceof StochasticMatrix matrix) {
            return matrix;
        }
        int n = transition.states();
        double[] p = new double[Math.multiplyExact(n, n)];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            transition.row(i, row);
            System.arraycopy(row, 0, p, i * n, n);
        }
        return new StochasticMatrix(n, p);
    }

    /// Wraps an array that the package has made and that nobody else holds.
    static StochasticMatrix owning(int n, double[] p) {
        return new StochasticMatrix(n, p);
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
        Arrays.fill(out, 0, n, 0);
        for (int i = 0; i < n; i++) {
            ChainKernels.active().addScaled(mu[i], p, i * n, out, 0, n);
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        for (int i = 0; i < n; i++) {
            out[i] = ChainKernels.active().dot(p, i * n, f, n);
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
