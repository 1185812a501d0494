package dev.perron.attention;

import dev.perron.chain.Transition;
import dev.perron.kernel.ChainKernels;

import java.util.Arrays;

/// One head as a chain on n tokens: float32 rows, each divided by its own sum in double, so that
/// the chain is exact. Immutable.
public final class AttentionHead implements Transition {
    private final int layer;
    private final int number;
    private final int n;
    private final float[] rows; // [query · n + key]
    private final double[] scale; // [query], 1 / sum of the row
    private final double worstRow;
    private final boolean lowerTriangular;

    private AttentionHead(int layer, int number, int n, float[] rows) {
        this.layer = layer;
        this.number = number;
        this.n = n;
        this.rows = rows;
        this.scale = new double[n];
        double worst = 0;
        boolean lower = true;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                float a = rows[i * n + j];
                if (!(a >= 0 && a < Float.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException(
                            "%s row %d, key %d: %s, must be finite and >= 0"
                                    .formatted(name(), i, j, a));
                }
                sum += a;
                lower &= j <= i || a == 0;
            }
            if (!(Math.abs(sum - 1) <= AttentionTensor.TOLERANCE)) {
                throw new IllegalArgumentException(
                        "%s row %d: sums to %s, must be 1 within %s"
                                .formatted(name(), i, sum, AttentionTensor.TOLERANCE));
            }
            worst = Math.max(worst, Math.abs(sum - 1));
            scale[i] = 1 / sum;
        }
        this.worstRow = worst;
        this.lowerTriangular = lower;
    }

    static AttentionHead of(int layer, int number, int n, float[] rows) {
        if (rows.length != (long) n * n) {
            throw new IllegalArgumentException(
                    "L%dH%d has %d entries, must be %d x %d"
                            .formatted(layer, number, rows.length, n, n));
        }
        return new AttentionHead(layer, number, n, rows.clone());
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

    /// The attention that query `query` pays to key `key`: an entry of the exact chain.
    public double attention(int query, int key) {
        return rows[query * n + key] * scale[query];
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
    public void step(double[] mu, double[] out) {
        Arrays.fill(out, 0, n, 0);
        for (int i = 0; i < n; i++) {
            ChainKernels.active().addScaled(mu[i] * scale[i], rows, i * n, out, n);
        }
    }

    @Override
    public void expectation(double[] f, double[] out) {
        for (int i = 0; i < n; i++) {
            out[i] = scale[i] * ChainKernels.active().dot(rows, i * n, f, n);
        }
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        for (int j = 0; j < n; j++) {
            out[j] = attention(from, j);
        }
    }

    @Override
    public boolean lowerTriangular() {
        return lowerTriangular;
    }
}
