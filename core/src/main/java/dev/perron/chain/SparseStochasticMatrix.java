package dev.perron.chain;

import java.util.Arrays;

/// A row-stochastic matrix P `[n,n]` that holds its positive entries only: time and memory go with
/// their number, not with n². For chains of many states, few of which follow on each. Immutable.
public final class SparseStochasticMatrix implements Transition {
    private final int n;
    private final int[] start; // [n+1], where each row begins
    private final int[] to; // [entries], ascending in each row
    private final double[] p; // [entries], each above 0
    private final boolean lowerTriangular;

    private SparseStochasticMatrix(int n, int[] start, int[] to, double[] p) {
        this.n = n;
        this.start = start;
        this.to = to;
        this.p = p;
        boolean lower = true;
        for (int i = 0; i < n; i++) {
            lower &= to[start[i + 1] - 1] <= i;
        }
        this.lowerTriangular = lower;
    }

    /// The matrix with these positive entries, each `p(from, to)`, in any order; the others are 0,
    /// and entries given twice are added.
    ///
    /// @param states n, at least 1
    /// @param from `[entries]`
    /// @param to `[entries]`
    /// @param p `[entries]`
    /// @throws IllegalArgumentException if the arrays are of different lengths, a state is none of
    ///   the n, an entry is negative or not finite, or a row doesn't sum to 1 within
    ///   [Distribution#TOLERANCE]
    public static SparseStochasticMatrix ofEntries(int states, int[] from, int[] to, double[] p) {
        if (states < 1) {
            throw new IllegalArgumentException("%d states, must be at least 1".formatted(states));
        }
        if (from.length != p.length || to.length != p.length) {
            throw new IllegalArgumentException(
                    "%d entries from %d states to %d, must be as many"
                            .formatted(p.length, from.length, to.length));
        }
        for (int e = 0; e < p.length; e++) {
            requireEntry(states, e, from[e], to[e], p[e]);
        }
        int[] start = rowStarts(states, from);
        int[] columns = new int[p.length];
        double[] values = new double[p.length];
        int[] next = start.clone();
        for (int e : byColumn(states, to)) {
            columns[next[from[e]]] = to[e];
            values[next[from[e]]++] = p[e];
        }
        return merged(states, start, columns, values);
    }

    /// The positive entries of any transition.
    public static SparseStochasticMatrix copyOf(Transition transition) {
        if (transition instanceof SparseStochasticMatrix sparse) {
            return sparse;
        }
        int n = transition.states();
        int[] start = new int[n + 1];
        int[] to = new int[n];
        double[] p = new double[n];
        double[] row = new double[n];
        int entries = 0;
        for (int i = 0; i < n; i++) {
            transition.row(i, row);
            for (int j = 0; j < n; j++) {
                if (row[j] > 0) {
                    if (entries == p.length) {
                        to = Arrays.copyOf(to, Math.multiplyExact(entries, 2));
                        p = Arrays.copyOf(p, to.length);
                    }
                    to[entries] = j;
                    p[entries++] = row[j];
                }
            }
            start[i + 1] = entries;
        }
        return new SparseStochasticMatrix(
                n, start, Arrays.copyOf(to, entries), Arrays.copyOf(p, entries));
    }

    /// The number of positive entries.
    public int entries() {
        return p.length;
    }

    @Override
    public int states() {
        return n;
    }

    @Override
    public void step(double[] mu, double[] out) {
        Arrays.fill(out, 0, n, 0);
        addRows(0, n, mu, out);
    }

    @Override
    public void addRows(int first, int end, double[][] mus, double[][] outs) {
        for (int k = 0; k < mus.length; k++) {
            addRows(first, end, mus[k], outs[k]);
        }
    }

    private void addRows(int first, int end, double[] mu, double[] out) {
        for (int i = first; i < end; i++) {
            for (int e = start[i]; e < start[i + 1]; e++) {
                out[to[e]] += mu[i] * p[e];
            }
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int e = start[i]; e < start[i + 1]; e++) {
                sum += p[e] * f[to[e]];
            }
            out[i] = sum;
        }
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        Arrays.fill(out, 0, n, 0);
        for (int e = start[from]; e < start[from + 1]; e++) {
            out[to[e]] = p[e];
        }
    }

    @Override
    public double probability(int from, int to) {
        requireState(from);
        requireState(to);
        int e = Arrays.binarySearch(this.to, start[from], start[from + 1], to);
        return e < 0 ? 0 : p[e];
    }

    @Override
    public boolean lowerTriangular() {
        return lowerTriangular;
    }

    /// The states that follow on `from` with more than `threshold`, ascending.
    int[] successors(int from, double threshold) {
        int[] found = new int[start[from + 1] - start[from]];
        int count = 0;
        for (int e = start[from]; e < start[from + 1]; e++) {
            if (p[e] > threshold) {
                found[count++] = to[e];
            }
        }
        return Arrays.copyOf(found, count);
    }

    private static void requireEntry(int states, int e, int from, int to, double p) {
        if (from < 0 || from >= states || to < 0 || to >= states) {
            throw new IllegalArgumentException(
                    "entry %d: from state %d to %d, must be from 0 to %d"
                            .formatted(e, from, to, states - 1));
        }
        if (!(p >= 0 && p < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "entry %d: p(%d, %d) = %s, must be finite and >= 0".formatted(e, from, to, p));
        }
    }

    private static int[] rowStarts(int states, int[] from) {
        int[] start = new int[states + 1];
        for (int i : from) {
            start[i + 1]++;
        }
        for (int i = 0; i < states; i++) {
            start[i + 1] += start[i];
        }
        return start;
    }

    /// The entries' numbers, by ascending column: a counting sort.
    private static int[] byColumn(int states, int[] to) {
        int[] next = rowStarts(states, to);
        int[] order = new int[to.length];
        for (int e = 0; e < to.length; e++) {
            order[next[to[e]]++] = e;
        }
        return order;
    }

    /// Adds up what is there twice, leaves out zeros, and looks at the sums.
    private static SparseStochasticMatrix merged(int n, int[] start, int[] to, double[] p) {
        int[] newStart = new int[n + 1];
        int kept = 0;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int e = start[i]; e < start[i + 1]; e++) {
                sum += p[e];
                if (kept > newStart[i] && to[kept - 1] == to[e]) {
                    p[kept - 1] += p[e];
                } else if (p[e] > 0) {
                    to[kept] = to[e];
                    p[kept++] = p[e];
                }
            }
            if (!(Math.abs(sum - 1) <= Distribution.TOLERANCE)) {
                throw new IllegalArgumentException(
                        "row %d: masses sum to %s, must be 1 within %s"
                                .formatted(i, sum, Distribution.TOLERANCE));
            }
            newStart[i + 1] = kept;
        }
        return new SparseStochasticMatrix(
                n, newStart, Arrays.copyOf(to, kept), Arrays.copyOf(p, kept));
    }
}
