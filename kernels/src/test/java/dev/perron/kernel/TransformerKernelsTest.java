package dev.perron.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The active kernels against the scalar ones, and those against what is known.
class TransformerKernelsTest {
    private static final int STRIDE = 112;
    private static final int FROM = 32;
    private static final int TO = 96;

    private final TransformerKernels scalar = TransformerKernels.scalar();
    private final TransformerKernels active = TransformerKernels.active();
    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void activeKernelsSayWhatTheyAre() {
        String asked = System.getProperty("perron.kernels", "");
        assertThat(active.describe()).startsWith(asked);
        assertThat(scalar.describe()).isEqualTo("scalar");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,8", "3,5", "4,4", "24,8", "8,32", "7,9"})
    void linearLayersAgree(int out, int in) {
        float[] w = normal(out * in + 3, 1);
        float[] x = normal(in * STRIDE, 1);
        for (boolean add : new boolean[] {false, true}) {
            float[] expected = normal(out * STRIDE, 1);
            float[] actual = expected.clone();
            scalar.linear(w, 3, out, in, x, 0, expected, 0, STRIDE, FROM, TO, add);
            active.linear(w, 3, out, in, x, 0, actual, 0, STRIDE, FROM, TO, add);
            assertClose(actual, expected, 1e-5);

            float[] dy = normal(out * STRIDE, 1);
            float[] dx = normal(in * STRIDE, 1);
            float[] other = dx.clone();
            scalar.linearBackward(w, 3, out, in, dy, 0, dx, 0, STRIDE, FROM, TO, add);
            active.linearBackward(w, 3, out, in, dy, 0, other, 0, STRIDE, FROM, TO, add);
            assertClose(other, dx, 1e-5);
        }
        float[] dy = normal(out * STRIDE, 1);
        float[] expected = normal(out * in + 1, 1);
        float[] actual = expected.clone();
        scalar.linearGradient(dy, 0, out, x, 0, in, expected, 1, STRIDE, FROM, TO);
        active.linearGradient(dy, 0, out, x, 0, in, actual, 1, STRIDE, FROM, TO);
        assertClose(actual, expected, 1e-5);
        scalar.rowSums(dy, 0, out, expected, 1, STRIDE, FROM, TO);
        active.rowSums(dy, 0, out, actual, 1, STRIDE, FROM, TO);
        assertClose(actual, expected, 1e-5);
    }

    @Test
    void productsByTimeAgree() {
        float[] x = normal(3 * STRIDE, 1);
        float[] y = normal(3 * STRIDE, 1);
        float[] other = y.clone();
        scalar.multiply(x, 0, y, 0, 3, STRIDE, FROM, TO);
        active.multiply(x, 0, other, 0, 3, STRIDE, FROM, TO);
        assertClose(other, y, 1e-7);
        float[] out = new float[STRIDE];
        float[] otherOut = new float[STRIDE];
        scalar.minusDots(x, 0, y, 0, 3, out, 0, STRIDE, FROM, TO);
        active.minusDots(x, 0, y, 0, 3, otherOut, 0, STRIDE, FROM, TO);
        assertClose(otherOut, out, 1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 64})
    void normsAgree(int d) {
        float[] x = normal(d * STRIDE, 2);
        float[] gain = normal(d, 1);
        float[] expected = new float[d * STRIDE];
        float[] actual = new float[d * STRIDE];
        scalar.norm(x, 0, d, gain, 0, expected, 0, STRIDE, FROM, TO);
        active.norm(x, 0, d, gain, 0, actual, 0, STRIDE, FROM, TO);
        assertClose(actual, expected, 1e-5);

        float[] dy = normal(d * STRIDE, 1);
        float[] dx = normal(d * STRIDE, 1);
        float[] otherDx = dx.clone();
        float[] dgain = new float[d];
        float[] otherDgain = new float[d];
        scalar.normBackward(x, 0, d, gain, 0, dy, 0, dx, 0, dgain, 0, STRIDE, FROM, TO);
        active.normBackward(x, 0, d, gain, 0, dy, 0, otherDx, 0, otherDgain, 0, STRIDE, FROM, TO);
        assertClose(otherDx, dx, 1e-5);
        assertClose(otherDgain, dgain, 1e-5);
    }

    /// Φ(1) and Φ(-2) to the digits of the tables, and the slope at 0.
    @Test
    void geluIsTheExactOne() {
        assertThat(NormalDistribution.below(1)).isCloseTo(0.8413447460685429, within(1e-15));
        assertThat(NormalDistribution.below(-2)).isCloseTo(0.02275013194817921, within(1e-15));
        assertThat(NormalDistribution.below(-6)).isCloseTo(9.865876450377018e-10, within(1e-22));
        float[] x = normal(STRIDE, 3);
        x[FROM] = 0;
        x[FROM + 1] = 1;
        x[FROM + 2] = 30;
        x[FROM + 3] = -30;
        float[] slope = x.clone();
        float[] otherSlope = x.clone();
        float[] y = new float[STRIDE];
        float[] otherY = new float[STRIDE];
        scalar.gelu(slope, 0, y, 0, 1, STRIDE, FROM, TO);
        active.gelu(otherSlope, 0, otherY, 0, 1, STRIDE, FROM, TO);
        assertThat(Arrays.copyOfRange(y, FROM, FROM + 4))
                .containsExactly(new float[] {0, 0.8413447f, 30, 0}, within(1e-7f));
        assertThat(slope[FROM]).isEqualTo(0.5f);
        assertClose(otherY, y, 1e-6);
        assertClose(otherSlope, slope, 1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 65})
    void crossEntropiesAgree(int tokens) {
        float[] logits = normal(tokens * STRIDE, 3);
        float[] other = logits.clone();
        int[] targets = new int[STRIDE];
        Arrays.setAll(targets, _ -> random.nextInt(-1, tokens));
        double loss = scalar.crossEntropy(logits, 0, tokens, targets, 0, 2, STRIDE, FROM, TO);
        double otherLoss = active.crossEntropy(other, 0, tokens, targets, 0, 2, STRIDE, FROM, TO);
        assertThat(otherLoss).isCloseTo(loss, within(1e-5 * loss));
        assertClose(other, logits, 1e-6);
        for (int t = FROM; t < TO; t++) {
            double sum = 0;
            for (int v = 0; v < tokens; v++) {
                sum += logits[v * STRIDE + t];
            }
            assertThat(sum).isCloseTo(0, within(1e-6));
        }
    }

    @Test
    void crossEntropyOfEqualLogitsIsTheLogarithmOfTheirNumber() {
        int[] targets = new int[STRIDE];
        assertThat(active.crossEntropy(new float[4 * STRIDE], 0, 4, targets, 0, 1, STRIDE, 0, 32))
                .isCloseTo(32 * Math.log(4), within(1e-4));
    }

    /// Lengths around blocks and tiles, windows around them, biases, head sizes with every
    /// remainder, and scores from flat to saturated.
    @ParameterizedTest
    @CsvSource({
        "1, 8, 1, false, 1",
        "5, 1, 5, false, 1",
        "32, 8, 32, false, 1",
        "33, 8, 33, false, 1",
        "97, 4, 97, false, 3",
        "160, 2, 160, false, 1",
        "200, 6, 200, false, 1",
        "130, 16, 130, false, 1",
        "130, 32, 130, false, 1",
        "70, 64, 70, false, 0.3",
        "200, 8, 1, false, 1",
        "200, 8, 2, false, 1",
        "200, 8, 33, false, 1",
        "200, 8, 100, true, 1",
        "150, 3, 150, true, 1",
        "150, 8, 150, false, 0.01",
        "150, 8, 150, false, 8",
        "150, 8, 40, true, 8",
        "150, 8, 150, false, 60",
    })
    void attentionAgrees(int times, int d, int window, boolean biased, double size) {
        Attention case1 = new Attention(times, d, window, biased, size);
        Attention case2 = case1.copy();
        case1.run(scalar);
        case2.run(active);
        // Scores as large as size² · √d have errors in proportion.
        double tolerance = 2e-6 * Math.max(1, size * size * Math.sqrt(d));
        assertClose(case2.y, case1.y, tolerance);
        assertClose(case2.dqkv, case1.dqkv, tolerance);
        assertClose(case2.dByDistance, case1.dByDistance, tolerance);
    }

    /// By finite differences of the loss Σ y·dy, in q, k, v and the biases.
    @Test
    void theScalarGradientOfAttentionIsThatOfItsOutput() {
        Attention made = new Attention(9, 2, 5, true, 1);
        made.run(scalar);
        for (int i = 0; i < made.qkv.length; i++) {
            int t = i % made.shape.stride();
            if (t < 9) {
                double h = 0.02;
                double slope = (made.lossWith(i, h) - made.lossWith(i, -h)) / (2 * h);
                assertThat((double) made.dqkv[i]).as("entry " + i).isCloseTo(slope, within(2e-3));
            }
        }
    }

    /// One head with everything that goes in and comes out.
    private final class Attention {
        private final AttentionShape shape;
        private final float[] qkv;
        private final float[] table;
        private final float[] dy;
        private float[] y = {};
        private float[] dqkv = {};
        private float[] dByDistance = {};

        Attention(int times, int d, int window, boolean biased, double size) {
            int stride = (times + 31) / 32 * 32 + 16;
            shape = new AttentionShape(times, stride, d, window, biased);
            qkv = rows(3 * d, size);
            dy = rows(d, 1);
            table = shape.mask();
            if (biased) {
                for (int i = 0; i < window; i++) {
                    table[shape.distanceAt(i)] = (float) random.nextGaussian();
                }
            }
        }

        private Attention(Attention of) {
            shape = of.shape;
            qkv = of.qkv.clone();
            dy = of.dy.clone();
            table = of.table.clone();
        }

        Attention copy() {
            return new Attention(this);
        }

        /// Zero beyond the last time.
        private float[] rows(int count, double size) {
            float[] rows = new float[count * shape.stride()];
            for (int r = 0; r < count; r++) {
                for (int t = 0; t < shape.times(); t++) {
                    rows[r * shape.stride() + t] = (float) (size * random.nextGaussian());
                }
            }
            return rows;
        }

        void run(TransformerKernels kernels) {
            int d = shape.dHead();
            int stride = shape.stride();
            int end = stride - 16;
            y = new float[d * stride];
            dqkv = new float[qkv.length];
            dByDistance = new float[shape.distances()];
            float[] logSums = new float[stride];
            float[] dot = new float[stride];
            float[] scratch = new float[kernels.attentionScratch(d)];
            int k = d * stride;
            kernels.attention(shape, qkv, 0, k, 2 * k, table, y, 0, logSums, 0, scratch);
            for (int c = 0; c < d; c++) {
                Arrays.fill(y, c * stride + shape.times(), (c + 1) * stride, 0);
            }
            kernels.minusDots(dy, 0, y, 0, d, dot, 0, stride, 0, end);
            kernels.attentionBackward(
                    shape,
                    qkv,
                    0,
                    k,
                    2 * k,
                    table,
                    logSums,
                    0,
                    dy,
                    0,
                    dot,
                    0,
                    dqkv,
                    0,
                    k,
                    2 * k,
                    dByDistance,
                    scratch);
        }

        double lossWith(int entry, double change) {
            Attention other = copy();
            other.qkv[entry] += (float) change;
            other.run(scalar);
            double loss = 0;
            for (int i = 0; i < other.y.length; i++) {
                loss += (double) other.y[i] * dy[i];
            }
            return loss;
        }
    }

    private float[] normal(int n, double size) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        return values;
    }

    /// Within a part of the largest value.
    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        double most = 1e-30;
        for (float value : expected) {
            most = Math.max(most, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("entry " + i)
                    .isCloseTo(expected[i], within(tolerance * most));
        }
    }
}
