package dev.perron.chain.passage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import static java.lang.Double.POSITIVE_INFINITY;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.ExactSolve;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// Hitting probabilities, hitting times and absorption times.
class HittingTest {
    /// With r = q/p, the gambler wins N from i with probability (1 - rⁱ)/(1 - rᴺ), and plays (i - N
    /// times that)/(q - p) rounds; i/N and i(N - i) in a fair game.
    @Test
    void theGamblerIsRuinedAsLongKnown() {
        for (double p : new double[] {0.5, 0.25, 0.625}) {
            int top = 12;
            StochasticMatrix game = KnownChains.gambler(top + 1, p);
            List<Double> wins = HittingProbabilities.of(game, List.of(top)).byState();
            List<Double> rounds = HittingTimes.of(game, List.of(0, top)).byState();
            AbsorptionTimes absorbed = AbsorptionTimes.of(game);
            double r = (1 - p) / p;
            for (int i = 0; i <= top; i++) {
                double win =
                        p == 0.5 ? i / (double) top : (1 - Math.pow(r, i)) / (1 - Math.pow(r, top));
                double played = p == 0.5 ? i * (top - i) : (i - top * win) / (1 - 2 * p);
                assertThat(wins.get(i)).isCloseTo(win, offset(1e-13));
                assertThat(rounds.get(i)).isCloseTo(played, offset(1e-12 * (played + 1)));
                assertThat(absorbed.byState().get(i)).isEqualTo(rounds.get(i));
            }
        }
    }

    /// In a fair game those who win from i play (N² - i²)/3 rounds on average, those who lose (2N -
    /// i)i/3.
    @Test
    void thoseWhoWinPlayLongerThanThoseWhoLose() {
        int top = 9;
        AbsorptionTimes times = AbsorptionTimes.of(KnownChains.gambler(top + 1, 0.5));
        for (int i = 1; i < top; i++) {
            assertThat(times.byClass().get(i).get(0).orElseThrow())
                    .isCloseTo((2 * top - i) * i / 3.0, withinPercentage(1e-11));
            assertThat(times.byClass().get(i).get(1).orElseThrow())
                    .isCloseTo((top * top - i * i) / 3.0, withinPercentage(1e-11));
        }
        assertThat(times.byClass().get(0))
                .containsExactly(OptionalDouble.of(0), OptionalDouble.empty());
    }

    /// From i up to i+1 a birth-death chain needs Σ π(j)/(π(i)up(i)) over j ≤ i.
    @Test
    void aWalkClimbsStepByStep() {
        double[][] walk = KnownChains.learning(30, 0.4, 0.01);
        double[] pi = KnownChains.birthDeathPi(walk[0], walk[1]);
        List<Double> times =
                HittingTimes.of(KnownChains.birthDeath(walk[0], walk[1]), List.of(30)).byState();
        double left = 0;
        for (int i = 29; i >= 0; i--) {
            int top = i;
            left +=
                    IntStream.rangeClosed(0, i).mapToDouble(j -> pi[j]).sum()
                            / (pi[top] * walk[0][top]);
            assertThat(times.get(i)).isCloseTo(left, withinPercentage(1e-10));
        }
        assertThat(times.getFirst()).isGreaterThan(1e6); // sticky
    }

    @Test
    void whatIsMissedTakesForEver() {
        StochasticMatrix fork = KnownChains.fork(0.25);
        assertThat(HittingProbabilities.of(fork, List.of(0)).byState())
                .containsExactly(1., .25, 0.);
        assertThat(HittingTimes.of(fork, List.of(0)).byState())
                .containsExactly(0.0, POSITIVE_INFINITY, POSITIVE_INFINITY);
        assertThat(HittingTimes.of(fork, List.of(1)).byState())
                .containsExactly(POSITIVE_INFINITY, 0.0, POSITIVE_INFINITY);
        assertThat(AbsorptionTimes.of(fork).byState()).containsExactly(0.0, 1.0, 0.0);
    }

    @Test
    void nothingIsNeverHitAndEverythingAtOnce() {
        for (StochasticMatrix chain :
                List.of(
                        KnownChains.identity(1),
                        KnownChains.identity(3),
                        KnownChains.cycle(2),
                        new RandomInput(1).dense(6))) {
            List<Integer> all = IntStream.range(0, chain.states()).boxed().toList();
            assertThat(HittingProbabilities.of(chain, List.of()).byState()).containsOnly(0.0);
            assertThat(HittingTimes.of(chain, List.of()).byState()).containsOnly(POSITIVE_INFINITY);
            assertThat(HittingProbabilities.of(chain, all).byState()).containsOnly(1.0);
            assertThat(HittingTimes.of(chain, all).byState()).containsOnly(0.0);
        }
        assertThat(HittingTimes.of(KnownChains.cycle(2), List.of(1, 1)).byState())
                .containsExactly(1.0, 0.0);
    }

    /// 1e-300 is a probability like any other; two of them in a row that may have to be tried again
    /// take 1e600 steps.
    @Test
    void aLinkMayBeNearlyNothing() {
        StochasticMatrix chain = KnownChains.twoState(1e-300, 0.5);
        assertThat(HittingProbabilities.of(chain, List.of(1)).byState()).containsExactly(1.0, 1.0);
        assertThat(HittingTimes.of(chain, List.of(1)).byState().getFirst())
                .isCloseTo(1e300, withinPercentage(1e-12));
        StochasticMatrix twice =
                StochasticMatrix.ofRows(
                        new double[] {1, 1e-300, 0},
                        new double[] {1, 0, 1e-300},
                        new double[] {0, 0, 1});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HittingTimes.of(twice, List.of(2)))
                .withMessageContaining("state 0 is left with a probability below");
        StochasticMatrix less = KnownChains.twoState(1e-305, 0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HittingTimes.of(less, List.of(1)))
                .withMessageContaining("state 0 is left with a probability below");
    }

    @Test
    void timesByEliminationAreThoseOfTheDenseSolve() {
        RandomInput.times(
                30,
                input -> {
                    int n = input.between(2, 14);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    int target = input.between(0, n - 1);
                    List<Double> times = HittingTimes.of(chain, List.of(target)).byState();
                    BigDecimal[] exact = ExactSolve.hittingTimes(chain, target);
                    for (int i = 0; i < n; i++) {
                        double expected = exact[i].doubleValue();
                        assertThat(times.get(i)).isCloseTo(expected, offset(1e-12 * expected));
                    }
                });
    }

    /// Exact zeros and ones are read off the links, the rest satisfies h = Ph.
    @Test
    void probabilitiesAreHarmonicOffTheTarget() {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(1, 25);
                    StochasticMatrix chain = input.sparse(n);
                    int target = input.between(0, n - 1);
                    List<Double> h = HittingProbabilities.of(chain, List.of(target)).byState();
                    double[] next = new double[n];
                    chain.expectation(h.stream().mapToDouble(x -> x).toArray(), next);
                    List<Double> times = HittingTimes.of(chain, List.of(target)).byState();
                    for (int i = 0; i < n; i++) {
                        if (i != target) {
                            assertThat(h.get(i)).isCloseTo(next[i], offset(1e-14 * n));
                            // rounding may make 1 of what isn't certain, never the other way
                            if (times.get(i) < POSITIVE_INFINITY) {
                                assertThat(h.get(i)).isEqualTo(1);
                            }
                        }
                        assertThat(h.get(i)).isBetween(0.0, 1.0);
                    }
                });
    }

    @Test
    void absorptionSplitsByClass() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(1, 20);
                    StochasticMatrix chain = input.sparse(n);
                    AbsorptionTimes times = AbsorptionTimes.of(chain);
                    List<CommunicatingClass> ends = Structure.of(chain).recurrent();
                    double[] total = new double[n];
                    for (int c = 0; c < ends.size(); c++) {
                        List<Double> h =
                                HittingProbabilities.of(chain, ends.get(c).states()).byState();
                        for (int i = 0; i < n; i++) {
                            OptionalDouble mean = times.byClass().get(i).get(c);
                            assertThat(mean.isPresent()).isEqualTo(h.get(i) > 0);
                            total[i] += h.get(i) * mean.orElse(0);
                        }
                    }
                    for (int i = 0; i < n; i++) {
                        double expected = times.byState().get(i);
                        assertThat(total[i]).isCloseTo(expected, offset(1e-12 * expected));
                    }
                });
    }

    @Test
    void whatIsNoStateIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HittingTimes.of(KnownChains.cycle(3), List.of(3)))
                .withMessage("state 3, must be from 0 to 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HittingProbabilities.of(KnownChains.cycle(3), List.of(-1)))
                .withMessage("state -1, must be from 0 to 2");
    }
}
