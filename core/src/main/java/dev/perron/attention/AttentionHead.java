package dev.perron.attention;

import dev.perron.chain.Transition;
import dev.perron.kernel.ChainKernels;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// One head as a chain on n tokens: float32 rows, each divided by its own sum in double, so that
/// the chain is exact. Immutable.
public final class AttentionHead implements Transition {
    private static final String WHAT_TO_GIVE =
            "give attention after the softmax, without padded tokens";

    /// Rows of a lower triangular head that go together: a step reads half as many entries above
    /// the diagonal as this in each row.
    private static final int LOW_BLOCK = 16;

    /// Entries of a row that are summed together.
    private static final int SUMMED = 16;

    /// The largest n with an array of n² entries.
    private static final int MOST_TOKENS = 46340;

    private final int layer;
    private final int number;
    private final int n;
    private final float[] rows; // [query · n + key]
    private final double[] scale; // [query], 1 / sum of the row
    private final double worstRow;
    private final boolean lowerTriangular;

    private AttentionHead(
            int layer, int number, List<Token> tokens, float[] rows, double tolerance) {
        this.layer = layer;
        this.number = number;
        this.n = tokens.size();
        this.rows = rows;
        this.scale = new double[n];
        double worst = 0;
        boolean lower = true;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j += SUMMED) {
                sum += checkedSum(i, j, Math.min(j + SUMMED, n), tokens);
            }
            for (int j = i + 1; lower && j < n; j++) {
                lower = rows[i * n + j] == 0;
            }
            if (!(sum > 0 && Math.abs(sum - 1) <= tolerance)) {
                throw new IllegalArgumentException(
                        "%s row %d '%s': sums to %s, must be 1 within %s; %s"
                                .formatted(
                                        name(),
                                        i,
                                        tokens.get(i).label(),
                                        sum,
                                        tolerance,
                                        WHAT_TO_GIVE));
            }
            worst = Math.max(worst, Math.abs(sum - 1));
            scale[i] = 1 / sum;
        }
        this.worstRow = worst;
        this.lowerTriangular = lower;
    }

    private double checkedSum(int i, int from, int to, List<Token> tokens) {
        double sum = 0;
        for (int j = from; j < to; j++) {
            float a = rows[i * n + j];
            if (!(a >= 0 && a < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "%s row %d '%s', key %d '%s': %s, must be finite and >= 0; %s"
                                .formatted(
                                        name(),
                                        i,
                                        tokens.get(i).label(),
                                        j,
                                        tokens.get(j).label(),
                                        a,
                                        WHAT_TO_GIVE));
            }
            sum += a;
        }
        return sum;
    }

    static AttentionHead of(
            int layer, int number, List<Token> tokens, float[] rows, Precision precision) {
        int n = tokens.size();
        if (rows.length != (long) n * n) {
            throw new IllegalArgumentException(
                    "L%dH%d has %d entries, must be %d x %d, one row and one column a token"
                            .formatted(layer, number, rows.length, n, n));
        }
        return new AttentionHead(layer, number, tokens, rows.clone(), precision.tolerance());
    }

    /// One head whose rows are written where they stay: a large one isn't held twice.
    ///
    /// @param tokens what the n states stand for, 1 to 46340 of them
    /// @param tolerance how far from 1 a row may sum before it is divided by its sum; infinite
    ///   takes any row with a sum above 0
    /// @param fill writes the n² entries `[query · n + key]` of the array that it is given, and
    ///   doesn't keep it
    /// @throws IllegalArgumentException if n is out of range, or a row isn't a distribution
    public static AttentionHead filled(
            int layer, int number, List<Token> tokens, double tolerance, Consumer<float[]> fill) {
        int n = tokens.size();
        if (n < 1 || n > MOST_TOKENS) {
            throw new IllegalArgumentException(
                    "L%dH%d has %d tokens, must be from 1 to %d"
                            .formatted(layer, number, n, MOST_TOKENS));
        }
        float[] rows = new float[n * n];
        fill.accept(rows);
        return new AttentionHead(layer, number, tokens, rows, tolerance);
    }

    /// The layer's number in the model.
    public int layer() {
        return layer;
    }

    /// The head's number in its layer.
    public int number() {
        return number;
    }

    /// `L5H3`.
    public String name() {
        return "L" + layer + "H" + number;
    }

    /// The largest |row sum - 1|, before rows were divided by their sums.
    public double worstRow() {
        return worstRow;
    }

    /// The attention that query `query` pays to key `key`: [#probability] by its other name.
    ///
    /// @throws IllegalArgumentException if one of them is none of the n tokens
    public double attention(int query, int key) {
        return probability(query, key);
    }

    /// The rows as they came, `[query · n + key]`, a copy.
    public float[] toArray() {
        return rows.clone();
    }

    @Override
    public int states() {
        return n;
    }

    @Override
    public double probability(int from, int to) {
        requireState(from);
        requireState(to);
        return rows[from * n + to] * scale[from];
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
        double[][] weights = new double[mus.length][end];
        for (int k = 0; k < mus.length; k++) {
            for (int i = first; i < end; i++) {
                weights[k][i] = mus[k][i] * scale[i];
            }
        }
        for (int top = first; top < end; top = below(top, end)) {
            int bottom = below(top, end);
            ChainKernels.active().addRows(weights, rows, top, bottom, n, outs, width(bottom));
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
            ChainKernels.active().dots(rows, top, bottom, n, fs, outs, width(bottom));
        }
        for (double[] out : outs) {
            for (int i = 0; i < n; i++) {
                out[i] *= scale[i];
            }
        }
    }

    /// Where the block of rows that begins at `top` ends. Those of a lower triangular head are low,
    /// so that what is above the diagonal is never looked at.
    private int below(int top, int end) {
        return lowerTriangular ? Math.min(top + LOW_BLOCK, end) : end;
    }

    /// The columns that any row before `bottom` has entries in.
    private int width(int bottom) {
        return lowerTriangular ? bottom : n;
    }

    /// Known without a pass. A row's sum S was made of sums of 16 entries, so that it is off by at
    /// most 15u and 1u for each of them, as a part of itself; dividing 1 by it and multiplying an
    /// entry with that adds 1u each. So the exact sum of a row is within (16 + n/16 + 1)u of 1, and
    /// another u is more than all products of two such.
    @Override
    public double rowSumError() {
        return (SUMMED + n / SUMMED + 2) * 0x1p-53;
    }

    @Override
    public void square(int first, int end, double[] out) {
        int m = end - first;
        for (int i = first; i < end; i++) {
            for (int j = first; j < end; j++) {
                out[(i - first) * m + j - first] = rows[i * n + j] * scale[i];
            }
        }
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        for (int j = 0; j < n; j++) {
            out[j] = rows[from * n + j] * scale[from];
        }
    }

    @Override
    public boolean lowerTriangular() {
        return lowerTriangular;
    }
}
