package dev.perron.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Looks at the rows of one head one after another, and keeps O(n) of them: a head needn't fit in
/// memory to be judged.
public final class RowSurvey {
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
            columnSums[j] += a;
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
                causal);
    }
}
