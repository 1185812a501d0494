package dev.perron.chain.mixing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.perron.chain.Distribution;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;
import dev.perron.chain.mixing.MixingTime.Mixed;
import dev.perron.chain.mixing.MixingTime.Never;
import dev.perron.chain.mixing.MixingTime.NotWithin;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalDouble;

/// Mixing times, their bounds, and the curves and laws behind them.
class MixingTimeTest {
    /// d(t) = max(p,q)/(p+q) |1-p-q|ᵗ.
    @Test
    void twoStatesMixAsKnown() {
        for (double[] rates : new double[][] {{.25, .5}, {.01, .02}, {.9, .95}, {1e-6, 3e-6}}) {
            double lambda2 = 1 - rates[0] - rates[1];
            double first = Math.max(rates[0], rates[1]) / (rates[0] + rates[1]);
            for (double epsilon : new double[] {0.25, 0.4, 1e-3, 1e-9}) {
                double t = Math.log(epsilon / first) / Math.log(Math.abs(lambda2));
                Mixed mixed = mixed(KnownChains.twoState(rates[0], rates[1]), epsilon);
                assertThat((double) mixed.steps()).isCloseTo(Math.ceil(t), withinPercentage(1e-8));
                assertThat(mixed.worstStart()).isEqualTo(rates[0] > rates[1] ? 0 : 1);
            }
        }
    }

    /// The distance halves in 1e12 log 2/4 steps.
    @Test
    void aVeryStickyChainIsWithinDoublings() {
        Mixed mixed = mixed(KnownChains.twoState(1e-12, 3e-12), 0.25);
        assertThat((double) mixed.steps()).isCloseTo(Math.log(3) / 4e-12, withinPercentage(1e-2));
        assertThat(MixingTime.of(KnownChains.twoState(1e-300, 1e-300)))
                .isEqualTo(new NotWithin(MixingTime.MOST_STEPS, 0.25, 0.5));
    }

    @Test
    void whatForgetsInOneStepMixesInOne() {
        assertThat(MixingTime.of(RandomInput.rows(7, (i, j) -> 1 + j)))
                .isInstanceOfSatisfying(Mixed.class, m -> assertThat(m.steps()).isEqualTo(1));
        assertThat(MixingTime.of(KnownChains.identity(1))).isEqualTo(new Mixed(0, 0.25, 0, 0));
    }

    @Test
    void periodsAndSeveralClassesNeverMix() {
        assertThat(MixingTime.of(KnownChains.cycle(2))).isEqualTo(new Never(1, 2));
        assertThat(MixingTime.of(KnownChains.identity(3))).isEqualTo(new Never(3, 1));
        assertThat(MixingTime.of(KnownChains.fork(0.5))).isEqualTo(new Never(2, 1));
        assertThat(MixingTime.of(KnownChains.cycle(6), 0.49)).isEqualTo(new Never(1, 6));
    }

    /// From the end a chain that walks down surely is absorbed after n-1 steps; then all starts are
    /// as far, and the first is named.
    @Test
    void transientStatesCountAsStarts() {
        StochasticMatrix down = RandomInput.rows(9, (i, j) -> j == Math.max(0, i - 1) ? 1 : 0);
        assertThat(MixingTime.of(down)).isEqualTo(new Mixed(8, 0.25, 0, 0));
        assertThat(MixingTime.of(down, 0.25, 8)).isEqualTo(new Mixed(8, 0.25, 0, 0));
        assertThat(MixingTime.of(down, 0.25, 7)).isEqualTo(new NotWithin(7, 0.25, 1));
        assertThat(MixingTime.of(down, 0.25, 1)).isEqualTo(new NotWithin(1, 0.25, 1));
    }

    @Test
    void bisectionFindsWhatTheCurveShows() {
        RandomInput.times(
                30,
                input -> {
                    int n = input.between(2, 15);
                    StochasticMatrix chain = input.softmax(n, input.between(0.0, 6.0));
                    double epsilon = input.between(0.01, 0.49);
                    int limit = 2000;
                    List<Double> curve =
                            TotalVariationCurve.ofWorstStart(chain, pi(chain), limit).distances();
                    switch (MixingTime.of(chain, epsilon, limit)) {
                        case Mixed mixed -> {
                            int t = (int) mixed.steps();
                            assertThat(curve.get(t)).isCloseTo(mixed.distance(), offset(1e-10));
                            assertThat(curve.get(t)).isLessThanOrEqualTo(epsilon + 1e-10);
                            assertThat(curve.get(t - 1)).isGreaterThan(epsilon - 1e-10);
                        }
                        case NotWithin not ->
                                assertThat(curve.getLast())
                                        .isGreaterThan(epsilon - 1e-10)
                                        .isCloseTo(not.distance(), offset(1e-10));
                        case Never never -> throw new AssertionError(never.toString());
                    }
                });
    }

    @Test
    void theMixingTimeIsBetweenItsBounds() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(1, 20);
                    StochasticMatrix chain =
                            input.between(0, 1) == 0 ? input.softmax(n, 3) : walk(input, n);
                    double epsilon = input.between(0.001, 0.49);
                    MixingBounds bounds = MixingBounds.of(chain, epsilon);
                    long steps = mixed(chain, epsilon).steps();
                    assertThat((double) steps).isGreaterThanOrEqualTo(bounds.atLeast() - 1e-6);
                    assertThat((double) steps)
                            .isLessThanOrEqualTo(Math.ceil(bounds.atMost().orElseThrow() + 1e-6));
                });
    }

    @Test
    void boundsOfChainsThatNeverMixSaySo() {
        for (StochasticMatrix chain : List.of(KnownChains.cycle(4), KnownChains.identity(2))) {
            assertThat(MixingBounds.of(chain, 0.25).atLeast()).isInfinite();
            assertThat(MixingBounds.of(chain, 0.25).atMost()).isEmpty();
        }
        // where π has zeros only the lower bound is proven
        assertThat(MixingBounds.of(new RandomInput(1).causal(4, 1), 0.25).atMost()).isEmpty();
        assertThat(MixingBounds.of(KnownChains.twoState(1e-300, 1e-300), 0.25))
                .isEqualTo(new MixingBounds(0, OptionalDouble.empty()));
    }

    @Test
    void aCurveFallsFromTheStart() {
        StochasticMatrix chain = KnownChains.twoState(0.25, 0.5);
        List<Double> curve =
                TotalVariationCurve.of(chain, Distribution.at(1, 2), pi(chain), 20).distances();
        assertThat(curve).hasSize(21);
        for (int t = 0; t <= 20; t++) {
            assertThat(curve.get(t)).isCloseTo(2 / 3.0 * Math.pow(0.25, t), offset(1e-15));
        }
        assertThat(TotalVariationCurve.ofWorstStart(chain, pi(chain), 1).distances())
                .hasSize(2)
                .first()
                .satisfies(d -> assertThat(d).isCloseTo(2 / 3.0, offset(1e-15)));
        assertThat(TotalVariationCurve.of(chain, pi(chain), pi(chain), 0).distances())
                .containsExactly(0.0);
    }

    @Test
    void theLawAfterManyStepsIsThatOfEachStepByItself() {
        RandomInput.times(
                10,
                input -> {
                    int n = input.between(1, 12);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    Distribution start = input.distribution(n);
                    long steps = input.between(5000, 40000);
                    double[] mu = start.toArray();
                    double[] next = new double[n];
                    for (long t = 0; t < steps; t++) {
                        chain.step(mu, next);
                        mu = next.clone();
                    }
                    assertThat(
                                    NStepLaw.of(chain, start, steps)
                                            .law()
                                            .distanceTo(Distribution.proportionalTo(mu)))
                            .isLessThan(1e-10);
                });
    }

    @Test
    void lawsAfterNoStepsAndAfterAlmostForever() {
        StochasticMatrix cycle = KnownChains.cycle(3);
        Distribution start = Distribution.at(1, 3);
        assertThat(NStepLaw.of(cycle, start, 0)).isEqualTo(new NStepLaw(start, 0));
        assertThat(NStepLaw.of(cycle, start, 3_000_000_000_000_001L).law())
                .isEqualTo(Distribution.at(2, 3));
        assertThat(NStepLaw.of(KnownChains.identity(3), start, Long.MAX_VALUE).law())
                .isEqualTo(start);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        StochasticMatrix chain = KnownChains.cycle(3);
        Distribution start = Distribution.at(1, 3);
        for (double epsilon : new double[] {0, 0.5, 1, -1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MixingTime.of(chain, epsilon))
                    .withMessage("epsilon = %s, must be in [1.0E-12, 0.5)".formatted(epsilon));
            assertThatIllegalArgumentException().isThrownBy(() -> MixingBounds.of(chain, epsilon));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MixingTime.of(chain, 0.25, 0))
                .withMessage("limit = 0 steps, must be from 1 to 4503599627370496");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NStepLaw.of(chain, start, -1))
                .withMessage("-1 steps, must be at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TotalVariationCurve.of(chain, start, Distribution.of(1), 1))
                .withMessage("distribution on 1 states, must be on 3");
    }

    private static StochasticMatrix walk(RandomInput input, int n) {
        double[] up = new double[n - 1];
        double[] down = new double[n - 1];
        for (int i = 0; i < n - 1; i++) {
            up[i] = input.between(0.1, 0.5);
            down[i] = input.between(0.1, 0.5);
        }
        return KnownChains.birthDeath(up, down);
    }

    private static Mixed mixed(Transition chain, double epsilon) {
        return (Mixed) MixingTime.of(chain, epsilon);
    }

    private static Distribution pi(Transition chain) {
        return ((Unique) StationaryDistribution.of(chain)).pi();
    }
}
