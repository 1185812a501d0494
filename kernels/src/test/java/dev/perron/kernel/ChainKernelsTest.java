package dev.perron.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The active kernels against the scalar ones, over lengths around every unrolling and offsets that
/// no register is aligned to.
class ChainKernelsTest {
    private static final double U = 0x1p-53;
    private static final int[] OFFSETS = {0, 1, 3, 8};
    private static final int AROUND = 5; // entries before and after the range, not to be touched

    private final ChainKernels scalar = ChainKernels.scalar();
    private final ChainKernels active = ChainKernels.active();

    @Test
    void dotIsTheSumOfProducts() {
        double[] f = {10, 100, 1000};
        assertThat(active.dot(new double[] {9, 1, 2, 3, 9}, 1, f, 3)).isEqualTo(3210);
    }

    @Test
    void addScaledAddsAMultipleOfTheRow() {
        double[] z = {0, 1, 1, 1, 0};
        active.addScaled(2, new double[] {9, 1, 2, 3, 9}, 1, z, 1, 3);
        assertThat(z).containsExactly(0, 3, 5, 7, 0);
    }

    /// Rows 1 and 2 of three, the first three of five columns.
    @Test
    void addRowsAddsMultiplesOfRows() {
        float[] p = {9, 9, 9, 9, 9, 1, 2, 3, 9, 9, 10, 20, 30, 9, 9};
        double[][] weights = {{7, 2, 1}, {7, 0, 0.5}};
        double[][] ys = {{1, 1, 1, 1}, {0, 0, 0, 1}};
        active.addRows(weights, p, 1, 3, 5, ys, 3);
        assertThat(ys[0]).containsExactly(13, 25, 37, 1);
        assertThat(ys[1]).containsExactly(5, 10, 15, 1);
        active.addRows(weights, widened(p), 1, 3, 5, ys, 3);
        assertThat(ys[0]).containsExactly(25, 49, 73, 1);
        assertThat(ys[1]).containsExactly(10, 20, 30, 1);
    }

    @Test
    void dotsAreTheSumsOfProductsOfRows() {
        float[] p = {9, 9, 9, 9, 9, 1, 2, 3, 9, 9, 4, 5, 6, 9, 9};
        double[][] fs = {{10, 100, 1000}, {1, 0, 0}};
        double[][] outs = {{7, 7, 7, 7}, {7, 7, 7, 7}};
        active.dots(p, 1, 3, 5, fs, outs, 3);
        assertThat(outs[0]).containsExactly(7, 3210, 6540, 7);
        assertThat(outs[1]).containsExactly(7, 1, 4, 7);
        active.dots(widened(p), 1, 3, 5, fs, outs, 3);
        assertThat(outs[0]).containsExactly(7, 3210, 6540, 7);
        assertThat(outs[1]).containsExactly(7, 1, 4, 7);
    }

    @Test
    void floatsAreWidenedBeforeTheyAreMultiplied() {
        float third = 1f / 3;
        double[] f = new double[64];
        float[] p = new float[64];
        Arrays.fill(f, 1 / 3.0);
        Arrays.fill(p, third);
        double[][] sum = {new double[1]};
        active.dots(p, 0, 1, 64, new double[][] {f}, sum, 64);
        assertThat(sum[0][0]).isCloseTo(64 * (third / 3.0), within(64 * 64 * U));
        active.addRows(new double[][] {{1 / 3.0}}, p, 0, 1, 64, new double[][] {f}, 64);
        assertThat(f).containsOnly(f[0]);
        assertThat(f[0]).isCloseTo(1 / 3.0 + third / 3.0, within(2 * U));
    }

    /// Widths around every tile, rows around every block, vectors around every group.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 31, 32, 33, 64, 100, 197, 1025})
    void severalRowsAndVectorsAgreeWithOneByOne(int width) {
        long seed = Long.getLong("perron.seed", 20260501) + width;
        SplittableRandom random = new SplittableRandom(seed);
        for (int vectors : new int[] {0, 1, 2, 4, 5, 7, 10, 16}) {
            for (int rows : new int[] {1, 2, 7, 8, 9, 16, 33}) {
                int first = random.nextInt(4);
                int stride = width + random.nextInt(4);
                String where =
                        "seed %d, %d vectors, %d rows from %d on, %d of %d columns"
                                .formatted(seed, vectors, rows, first, width, stride);
                rowsAgree(random, vectors, first, first + rows, stride, width, where);
            }
        }
    }

    private void rowsAgree(
            SplittableRandom random,
            int vectors,
            int first,
            int end,
            int stride,
            int width,
            String where) {
        double[] wide = values(random, end * stride);
        float[] narrow = new float[wide.length];
        for (int x = 0; x < narrow.length; x++) {
            narrow[x] = (float) wide[x];
            wide[x] = narrow[x];
        }
        double[][] weights = new double[vectors][];
        double[][] fs = new double[vectors][];
        double[][] before = new double[vectors][];
        for (int k = 0; k < vectors; k++) {
            weights[k] = values(random, end + AROUND);
            fs[k] = values(random, width + AROUND);
            before[k] = values(random, Math.max(width, end) + AROUND);
        }
        double[][] sums = copy(before);
        double[][] dots = copy(before);
        for (int k = 0; k < vectors; k++) {
            for (int i = first; i < end; i++) {
                dots[k][i] = 0;
                for (int j = 0; j < width; j++) {
                    sums[k][j] += weights[k][i] * wide[i * stride + j];
                    dots[k][i] += wide[i * stride + j] * fs[k][j];
                }
            }
        }
        for (ChainKernels kernels : new ChainKernels[] {scalar, active}) {
            String by = kernels.describe() + ", " + where;
            double[][] ys = copy(before);
            kernels.addRows(weights, narrow, first, end, stride, ys, width);
            assertClose(ys, sums, end - first, by);
            ys = copy(before);
            kernels.addRows(weights, wide, first, end, stride, ys, width);
            assertClose(ys, sums, end - first, by);
            double[][] outs = copy(before);
            kernels.dots(narrow, first, end, stride, fs, outs, width);
            assertClose(outs, dots, width, by);
            outs = copy(before);
            kernels.dots(wide, first, end, stride, fs, outs, width);
            assertClose(outs, dots, width, by);
        }
    }

    /// Two sums of `terms` numbers below 1; what isn't to be written is the same in both.
    private static void assertClose(
            double[][] actual, double[][] expected, int terms, String where) {
        double allowed = 2.0 * (terms + 2) * (terms + 2) * U;
        for (int k = 0; k < actual.length; k++) {
            for (int x = 0; x < actual[k].length; x++) {
                if (!(Math.abs(actual[k][x] - expected[k][x]) <= allowed)) {
                    fail(
                            "%s: vector %d, entry %d is %s, must be %s within %s"
                                    .formatted(where, k, x, actual[k][x], expected[k][x], allowed));
                }
            }
        }
    }

    @Test
    void theCheckOfClosenessFails() {
        double[][] expected = {{1, 2}};
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertClose(new double[][] {{1, 2.1}}, expected, 1, "here"))
                .withMessageStartingWith("here: vector 0, entry 1 is 2.1, must be 2.0 within ");
    }

    private static double[][] copy(double[][] vectors) {
        return Arrays.stream(vectors).map(double[]::clone).toArray(double[][]::new);
    }

    private static double[] widened(float[] p) {
        double[] wide = new double[p.length];
        for (int x = 0; x < p.length; x++) {
            wide[x] = p[x];
        }
        return wide;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 8, 13, 16, 25, 31, 32, 33, 63, 64, 65, 255, 1025, 4098})
    void activeAgreesWithScalar(int n) {
        long seed = Long.getLong("perron.seed", 20260501) + n;
        SplittableRandom random = new SplittableRandom(seed);
        for (int at : OFFSETS) {
            for (int yAt : OFFSETS) {
                agreeOn(
                        random,
                        n,
                        at,
                        yAt,
                        "seed %d, n %d, at %d, yAt %d".formatted(seed, n, at, yAt));
            }
        }
    }

    private void agreeOn(SplittableRandom random, int n, int at, int yAt, String where) {
        double[] wide = values(random, at + n + AROUND);
        double[] f = values(random, n);
        double a = random.nextDouble(-2, 2);
        double terms = 0;
        for (int j = 0; j < n; j++) {
            terms += Math.abs(wide[at + j] * f[j]);
        }
        // Each of the two sums is within (n+1)u Σ|terms| of the true one.
        double allowed = 2 * (n + 1) * U * terms;
        assertThat(active.dot(wide, at, f, n))
                .as(where)
                .isCloseTo(scalar.dot(wide, at, f, n), within(allowed));

        double[] y = values(random, yAt + n + AROUND);
        double[] expected = y.clone();
        double[] actual = y.clone();
        scalar.addScaled(a, wide, at, expected, yAt, n);
        active.addScaled(a, wide, at, actual, yAt, n);
        assertSums(actual, expected, y, yAt, n, where);
    }

    /// Two roundings against one, of numbers up to 5; and nothing outside the range is written.
    private static void assertSums(
            double[] actual, double[] expected, double[] before, int at, int n, String where) {
        for (int i = 0; i < actual.length; i++) {
            boolean inside = i >= at && i < at + n;
            double wanted = inside ? expected[i] : before[i];
            assertThat(actual[i])
                    .as("%s, entry %d", where, i)
                    .isCloseTo(wanted, within(inside ? 15 * U : 0));
        }
    }

    @Test
    void addScaledWorksBetweenTwoRowsOfOneMatrix() {
        int n = 37;
        double[] matrix = values(new SplittableRandom(3), 2 * n);
        double[] expected = matrix.clone();
        double[] actual = matrix.clone();
        scalar.addScaled(0.5, expected, n, expected, 0, n);
        active.addScaled(0.5, actual, n, actual, 0, n);
        assertThat(actual).containsExactly(expected); // half a double is exact
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 64})
    void scoresAreSumsOfProductsOverTheChannels(int d) {
        SplittableRandom random = new SplittableRandom(d);
        int panel = ChainKernels.PANEL;
        double[] k = values(random, 3 + d * panel);
        for (int queries : new int[] {1, 2, 3, 4, 5, 8}) {
            double[] q = values(random, 2 + queries * d);
            double[] out = new double[queries * panel];
            active.scores(q, 2, queries, k, 3, d, out);
            for (int r = 0; r < queries; r++) {
                for (int j = 0; j < panel; j++) {
                    double sum = 0;
                    for (int c = 0; c < d; c++) {
                        sum += q[2 + r * d + c] * k[3 + c * panel + j];
                    }
                    assertThat(out[r * panel + j])
                            .as("d %d, %d queries, query %d, key %d", d, queries, r, j)
                            .isCloseTo(sum, within(2 * (d + 1) * d * U));
                }
            }
            double[] alone = new double[panel];
            active.scores(q, 2 + (queries - 1) * d, 1, k, 3, d, alone);
            assertThat(alone)
                    .as("the last query asked for alone, to the last bit")
                    .containsExactly(
                            Arrays.copyOfRange(out, (queries - 1) * panel, queries * panel));
        }
    }

    @Test
    void powersOfTwoAreWithinTheirError() {
        SplittableRandom random = new SplittableRandom(5);
        for (double range : new double[] {1e-9, 1, 30, 1021}) {
            double[] x = random.doubles(ChainKernels.PANEL + 8, -range, 0).toArray();
            x[4] = 0;
            double[] powers = x.clone();
            active.powersOfTwo(powers, 4, 0);
            for (int j = 0; j < powers.length; j++) {
                boolean inside = j >= 4 && j < 4 + ChainKernels.PANEL;
                double expected = inside ? Math.pow(2, x[j]) : x[j];
                assertThat(powers[j])
                        .as("2^%s", x[j])
                        .isCloseTo(expected, within(inside ? 1e-13 * expected : 0));
            }
            assertThat(powers[4]).isEqualTo(1);
        }
    }

    @Test
    void powersOfTwoAreShiftedAndEndInZeroAndNeverInNaN() {
        double[] x = new double[ChainKernels.PANEL];
        double[] exponents = {8, 7.5, 1008, -1014, -1016, -1e9, -1e300, 1e9};
        for (int j = 0; j < x.length; j++) {
            x[j] = exponents[j % exponents.length];
        }
        active.powersOfTwo(x, 0, 8);
        assertThat(x[0]).isEqualTo(1);
        assertThat(x[1]).isCloseTo(Math.sqrt(0.5), within(1e-14));
        assertThat(x[2]).isCloseTo(0x1p1000, within(1e-13 * 0x1p1000));
        assertThat(x[3]).isCloseTo(0x1p-1022, within(1e-12 * 0x1p-1022));
        assertThat(x[4]).isZero();
        assertThat(x[5]).isZero();
        assertThat(x[6]).isZero();
        assertThat(x[7]).isGreaterThan(0x1p1000);
        assertThat(x).doesNotContain(Double.NaN);
    }

    private static double[] values(SplittableRandom random, int n) {
        return random.doubles(n, -1, 1).toArray();
    }
}
