package dev.perron.chain.passage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import static java.lang.Double.POSITIVE_INFINITY;

import dev.perron.chain.ExactSolve;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.List;

/// The fundamental matrix, mean first passages and Kemeny's constant, which are tied to each other.
class FundamentalMatrixTest {
    /// Z = 1π + (I - 1π)/(p + q), since I - 1π spans the rest and P is 1-p-q there.
    @Test
    void twoStatesAreKnownInClosedForm() {
        for (double[] rates : new double[][] {{0.25, 0.5}, {1, 1}, {1e-9, 3e-9}, {1, 1e-300}}) {
            StochasticMatrix chain = KnownChains.twoState(rates[0], rates[1]);
            double sum = rates[0] + rates[1];
            double[] pi = {rates[1] / sum, rates[0] / sum};
            FundamentalMatrix z = fundamental(chain);
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    double expected = pi[j] + ((i == j ? 1 : 0) - pi[j]) / sum;
                    assertThat(z.entry(i, j)).isCloseTo(expected, offset(1e-15 * (2 + 1 / sum)));
                }
            }
            MeanFirstPassage m = MeanFirstPassage.of(chain);
            assertThat(m.steps(0, 1)).isCloseTo(1 / rates[0], withinPercentage(1e-12));
            assertThat(m.steps(1, 0)).isCloseTo(1 / rates[1], withinPercentage(1e-12));
            assertThat(m.steps(1, 1)).isZero();
            assertThat(kemeny(chain)).isCloseTo(1 / sum, withinPercentage(1e-12));
        }
    }

    /// λ = -1/(n-1), n-1 times.
    @Test
    void kemenysConstantOfTheCompleteGraph() {
        for (int n = 2; n < 20; n++) {
            StochasticMatrix chain = RandomInput.rows(n, (i, j) -> i == j ? 0 : 1);
            assertThat(kemeny(chain)).isCloseTo((n - 1.0) * (n - 1) / n, withinPercentage(1e-11));
        }
    }

    /// From any state of a cycle each other is hit after 1, ..., n-1 steps: the least there is.
    @Test
    void kemenysConstantOfACycle() {
        for (int n = 1; n < 20; n++) {
            assertThat(kemeny(KnownChains.cycle(n))).isCloseTo((n - 1) / 2.0, offset(1e-12));
            MeanFirstPassage m = MeanFirstPassage.of(KnownChains.cycle(n));
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    assertThat(m.steps(i, j)).isEqualTo(Math.floorMod(j - i, n));
                }
            }
        }
    }

    /// Ehrenfest's urns with m balls have λ = 1 - 2k/m: K = (m/2)(1 + 1/2 + ... + 1/m).
    @Test
    void kemenysConstantOfEhrenfestsUrns() {
        int balls = 32;
        double[] up = new double[balls];
        double[] down = new double[balls];
        double expected = 0;
        for (int k = 0; k < balls; k++) {
            up[k] = (balls - k) / (double) balls;
            down[k] = (k + 1) / (double) balls;
            expected += balls / 2.0 / (k + 1);
        }
        assertThat(kemeny(KnownChains.birthDeath(up, down)))
                .isCloseTo(expected, withinPercentage(1e-10));
        // all balls in the other urn takes about 2^m steps
        assertThat(MeanFirstPassage.of(KnownChains.birthDeath(up, down)).steps(32, 0))
                .isBetween(Math.pow(2, 32), Math.pow(2, 33));
    }

    @Test
    void severalClassesNeverMeetAndTransientStatesDontMatter() {
        assertThat(kemeny(KnownChains.identity(2))).isEqualTo(POSITIVE_INFINITY);
        assertThat(kemeny(KnownChains.identity(1))).isZero();
        assertThat(kemeny(KnownChains.fork(0.5))).isEqualTo(POSITIVE_INFINITY);
        assertThat(kemeny(new RandomInput(1).causal(5, 1))).isZero();
        MeanFirstPassage m = MeanFirstPassage.of(KnownChains.fork(0.5));
        assertThat(m.steps(1, 0)).isEqualTo(POSITIVE_INFINITY);
        assertThat(m.steps(0, 2)).isEqualTo(POSITIVE_INFINITY);
        assertThat(m.steps(2, 2)).isZero();
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {0.75, 0.25, 0},
                        new double[] {0.5, 0.5, 0},
                        new double[] {0, 0.5, 0.5});
        assertThat(kemeny(chain)).isCloseTo(1 / 0.75, offset(1e-14));
        assertThat(MeanFirstPassage.of(chain).steps(2, 0)).isCloseTo(4, offset(1e-14));
        assertThat(MeanFirstPassage.of(chain).steps(0, 2)).isEqualTo(POSITIVE_INFINITY);
    }

    @Test
    void zInvertsWhatItShouldAlsoWithTransientStatesAndPeriods() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(1, 20);
                    StochasticMatrix chain =
                            input.between(0, 1) == 0
                                    ? input.causal(n, 2)
                                    : input.sparseIrreducible(n);
                    double[] pi = unique(chain).pi().toArray();
                    FundamentalMatrix z = fundamental(chain);
                    double largest = 1;
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < n; j++) {
                            largest = Math.max(largest, Math.abs(z.entry(i, j)));
                        }
                    }
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < n; j++) {
                            double product = i == j ? -1 : 0;
                            for (int k = 0; k < n; k++) {
                                double a = (i == k ? 1 : 0) - chain.probability(i, k) + pi[k];
                                product += a * z.entry(k, j);
                            }
                            assertThat(product).isCloseTo(0, offset(1e-13 * n * largest));
                        }
                    }
                });
    }

    @Test
    void kemenysConstantIsTheTraceAndTheSpectrumAndTheSameFromEverywhere() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(1, 40);
                    StochasticMatrix chain = input.softmax(n, input.between(0.0, 6.0));
                    double k = kemeny(chain);
                    assertThat(fundamental(chain).trace() - 1).isCloseTo(k, offset(1e-9 * (1 + k)));
                    double sum = 0;
                    for (Eigenvalue value : values(chain).subList(1, n)) {
                        double real = 1 - value.real(); // the imaginary parts cancel
                        double imaginary = value.imaginary();
                        sum += real / (real * real + imaginary * imaginary);
                    }
                    assertThat(sum).isCloseTo(k, offset(1e-8 * (1 + k)));
                    double[] pi = unique(chain).pi().toArray();
                    MeanFirstPassage m = MeanFirstPassage.of(chain);
                    for (int i = 0; i < n; i++) {
                        double from = 0;
                        for (int j = 0; j < n; j++) {
                            from += pi[j] * m.steps(i, j);
                        }
                        assertThat(from).isCloseTo(k, offset(1e-12 * k));
                    }
                });
    }

    @Test
    void firstPassagesAreThoseOfOneTargetAtATimeAndOfTheDenseSolve() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(1, 17);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    MeanFirstPassage m = MeanFirstPassage.of(chain);
                    int target = input.between(0, n - 1);
                    List<Double> one = HittingTimes.of(chain, List.of(target)).byState();
                    BigDecimal[] exact = ExactSolve.hittingTimes(chain, target);
                    for (int i = 0; i < n; i++) {
                        double expected = exact[i].doubleValue();
                        assertThat(m.steps(i, target))
                                .isCloseTo(expected, offset(1e-12 * expected));
                        assertThat(one.get(i)).isCloseTo(expected, offset(1e-12 * expected));
                    }
                });
    }

    /// m(i,j) = (z(j,j) - z(i,j))/π(j).
    @Test
    void firstPassagesAreDifferencesOfZ() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(1, 30);
                    StochasticMatrix chain = input.dense(n);
                    double[] pi = unique(chain).pi().toArray();
                    FundamentalMatrix z = fundamental(chain);
                    MeanFirstPassage m = MeanFirstPassage.of(chain);
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < n; j++) {
                            double expected = (z.entry(j, j) - z.entry(i, j)) / pi[j];
                            assertThat(m.steps(i, j)).isCloseTo(expected, offset(1e-10 * n));
                        }
                    }
                });
    }

    @Test
    void whatIsNoStateIsRefused() {
        StochasticMatrix chain = KnownChains.cycle(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MeanFirstPassage.of(chain).steps(0, 3))
                .withMessage("states 0 and 3, must be from 0 to 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fundamental(chain).entry(-1, 0))
                .withMessage("states -1 and 0, must be from 0 to 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FundamentalMatrix.of(chain, unique(KnownChains.cycle(4))))
                .withMessage("distribution on 4 states, must be on 3");
    }

    private static double kemeny(Transition chain) {
        return KemenyConstant.of(chain).steps();
    }

    private static FundamentalMatrix fundamental(Transition chain) {
        return FundamentalMatrix.of(chain, unique(chain));
    }

    private static Unique unique(Transition chain) {
        return (Unique) StationaryDistribution.of(chain);
    }

    private static List<Eigenvalue> values(Transition chain) {
        return ((Spectrum.Complete) Spectrum.of(chain)).values();
    }
}
