package dev.perron.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Looks at the rows of one head one after another, and keeps O(n) of them: a head needn't fit in
/// memory to be judged.
public final class RowSurvey {
    /// A key with at least this share of a head's attention may be a sink ...
    private static final double LARGE_SHARE = 0.1;

    /// ... if that is as many times what it would have if queries attended evenly.
    private static final double MANY_TIMES = 3;

    private final int keys;
    private final double tolerance;
    private final double[] columnSums; // [key]
    private final List<Integer> zero = new ArrayList<>();
    private final List<Integer> nan = new ArrayList<>();
    private final List<Integer> uniform = new ArrayList<>();
    private Optional<String> notAttention = Optional.empty();
    private double worstError;
    private int worstRow = -1;
    private int offRows;
    private boolean causal = true;
    private int queries;

    /// @param keys entries of a row, at least 1
    /// @param tolerance how far from 1 a row may sum
    public RowSurvey(int keys, double tolerance) {
        this.keys = keys;
        this.tolerance = tolerance;
        this.columnSums = new double[keys];
    }

    /// Looks at the next row.
    ///
    /// @param rows holds it, from `at`
    public void add(float[] rows, int at) {
        int query = queries++;
        double sum = 0;
        int nans = 0;
        boolean equal = true;
        for (int j = 0; j < keys; j++) {
            float a = rows[at + j];
            if (Float.isNaN(a)) {
                nans++;
            } else if (!(a >= 0 && a < Float.POSITIVE_INFINITY) && notAttention.isEmpty()) {
                notAttention = Optional.of("row %d, key %d: %s".formatted(query, j, a));
            }
            sum += a;
            equal &= a == rows[at];
            causal &= j <= query || a == 0;
        }
        if (nans > 0) {
            if (nans == keys) {
                nan.add(query);
            } else if (notAttention.isEmpty()) {
                notAttention =
                        Optional.of("row %d: NaN in %d of %d keys".formatted(query, nans, keys));
            }
            return;
        }
        for (int j = 0; j < keys; j++) {
            columnSums[j] += rows[at + j];
        }
        if (sum == 0 && equal) {
            zero.add(query);
            return;
        }
        if (equal && keys > 1) {
            uniform.add(query);
        }
        double error = Math.abs(sum - 1);
        offRows += error <= tolerance ? 0 : 1;
        if (worstRow < 0 || error > worstError) {
            worstError = error;
            worstRow = query;
        }
    }

    /// What the rows so far are like.
    public RowFindings findings() {
        boolean columns =
                queries == keys
                        && offRows > 0
                        && nan.isEmpty()
                        && notAttention.isEmpty()
                        && Arrays.stream(columnSums).allMatch(s -> Math.abs(s - 1) <= tolerance);
        return new RowFindings(
                worstError,
                worstRow,
                offRows,
                zero,
                nan,
                uniform.size() == queries ? List.of() : uniform,
                notAttention,
                columns,
                causal,
                sinks());
    }

    /// In a causal head the first keys have more than others even if queries attend evenly.
    private List<Integer> sinks() {
        List<Integer> sinks = new ArrayList<>();
        double total = Arrays.stream(columnSums).sum();
        double[] even = new double[keys + 1]; // of all queries from `key` on, if causal
        for (int key = keys - 1; key >= 0; key--) {
            even[key] = even[key + 1] + (causal ? 1.0 / (key + 1) : 1);
        }
        for (int key = 0; key < keys && total > 0; key++) {
            double share = columnSums[key] / total;
            double expected = (causal ? even[key] : 1) / keys;
            if (share >= LARGE_SHARE && share >= MANY_TIMES * expected) {
                sinks.add(key);
            }
        }
        return sinks;
    }
}
