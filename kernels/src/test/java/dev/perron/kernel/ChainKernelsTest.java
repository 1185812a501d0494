package dev.perron.kernel;

import static org.assertj.core.api.Assertions.assertThat;
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
        assertThat(active.dot(new float[] {9, 1, 2, 3, 9}, 1, f, 3)).isEqualTo(3210);
    }

    @Test
    void addScaledAddsAMultipleOfTheRow() {
        double[] y = {1, 1, 1};
        active.addScaled(2, new float[] {9, 1, 2, 3, 9}, 1, y, 3);
        assertThat(y).containsExactly(3, 5, 7);
        double[] z = {0, 1, 1, 1, 0};
        active.addScaled(2, new double[] {9, 1, 2, 3, 9}, 1, z, 1, 3);
        assertThat(z).containsExactly(0, 3, 5, 7, 0);
    }

    @Test
    void floatsAreWidenedBeforeTheyAreMultiplied() {
        float third = 1f / 3;
        double[] f = new double[64];
        float[] p = new float[64];
        Arrays.fill(f, 1 / 3.0);
        Arrays.fill(p, third);
        assertThat(active.dot(p, 0, f, 64)).isCloseTo(64 * (third / 3.0), within(64 * 64 * U));
        active.addScaled(1 / 3.0, p, 0, f, 64);
        assertThat(f).containsOnly(f[0]);
        assertThat(f[0]).isCloseTo(1 / 3.0 + third / 3.0, within(2 * U));
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
        float[] narrow = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
            narrow[i] = (float) wide[i];
        }
        double[] f = values(random, n);
        double a = random.nextDouble(-2, 2);
        double terms = 0;
        for (int j = 0; j < n; j++) {
            terms += Math.abs(wide[at + j] * f[j]);
        }
        // Each of the two sums is within (n+1)u Σ|terms| of the true one; floats are 1 + 1e-7 off.
        double allowed = 2 * (n + 1) * U * terms * (1 + 1e-6);
        assertThat(active.dot(wide, at, f, n))
                .as(where)
                .isCloseTo(scalar.dot(wide, at, f, n), within(allowed));
        assertThat(active.dot(narrow, at, f, n))
                .as(where)
                .isCloseTo(scalar.dot(narrow, at, f, n), within(allowed));

        double[] y = values(random, yAt + n + AROUND);
        double[] expected = y.clone();
        double[] actual = y.clone();
        scalar.addScaled(a, wide, at, expected, yAt, n);
        active.addScaled(a, wide, at, actual, yAt, n);
        assertSums(actual, expected, y, yAt, n, where);

        expected = y.clone();
        actual = y.clone();
        scalar.addScaled(a, narrow, at, expected, n);
        active.addScaled(a, narrow, at, actual, n);
        assertSums(actual, expected, y, 0, n, where);
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
