package dev.perron.chain.stationary;

import static dev.perron.chain.ChainAssert.assertEveryEntry;
import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;
import dev.perron.chain.ExactSolve;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.StationaryDistribution.OnePerClass;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class StationaryDistributionTest {
    private static final double U = 0x1p-53;

    @ParameterizedTest
    @CsvSource({"0.2,0.3", "0.5,0.8", "1e-12,1e-15", "1,1", "1e-300,1", "0.9,1e-200"})
    void twoStatesAreVisitedInProportionToWhatEntersThem(double p, double q) {
        assertEveryEntry(unique(KnownChains.twoState(p, q)).pi(), 4 * U, q / (p + q), p / (p + q));
    }

    @Test
    void oneStateIsAlwaysThere() {
        Unique answer = unique(KnownChains.identity(1));
        assertThat(answer.pi()).isEqualTo(Distribution.at(0, 1));
        assertThat(answer.residual()).isZero();
        assertThat(answer.errorBound()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 64})
    void aCycleIsUniformAlthoughItNeverSettles(int n) {
        double[] expected = Distribution.uniform(n).toArray();
        assertEveryEntry(unique(KnownChains.cycle(n)).pi(), 1e-14, expected);
    }

    @Test
    void aDoublyStochasticChainIsUniform() {
        StochasticMatrix circulant = RandomInput.rows(17, (i, j) -> 1 + (j - i + 17) % 17);
        assertEveryEntry(unique(circulant).pi(), 1e-14, Distribution.uniform(17).toArray());
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-2, 1e-5, 1e-10, 1e-14, 1e-20})
    void nearlyDecomposableChainsAreRightInEveryEntry(double mistake) {
        double[][] walk = KnownChains.learning(27, 1 / 3.0, mistake);
        assertEveryEntry(
                unique(KnownChains.birthDeath(walk[0], walk[1])).pi(),
                1e-14,
                KnownChains.birthDeathPi(walk[0], walk[1]));
        double[][] small = KnownChains.learning(3, 0.5, mistake);
        assertEveryEntry(
                unique(KnownChains.birthDeath(small[0], small[1])).pi(),
                1e-15,
                KnownChains.birthDeathPi(small[0], small[1]));
    }

    @Test
    void aDriftingWalkIsGeometric() {
        double[] up = filled(60, 0.1);
        double[] down = filled(60, 0.3);
        assertEveryEntry(
                unique(KnownChains.birthDeath(up, down)).pi(),
                1e-13,
                KnownChains.birthDeathPi(up, down));
    }

    /// π spans 6^420, more than a double does: the near end is zero, the far end is right.
    @Test
    void aLongDriftingWalkOverflowsNothing() {
        double[] fast = filled(420, 0.75);
        double[] slow = filled(420, 0.125);
        Distribution up = unique(KnownChains.birthDeath(fast, slow)).pi();
        Distribution down = unique(KnownChains.birthDeath(slow, fast)).pi();
        for (int i = 0; i < 300; i++) {
            double expected = 5 / 6.0 * Math.pow(6, -i);
            assertThat(down.mass(i)).isCloseTo(expected, within(1e-12 * expected));
            assertThat(up.mass(420 - i)).isCloseTo(expected, within(1e-12 * expected));
        }
        assertThat(up.mass(0)).isZero();
    }

    /// The last state is entered only from one whose share has long underflowed.
    @Test
    void aShareThatUnderflowsCanGrowBack() {
        double[] up = {1e-200, 1e-200, 0.5, 0.5};
        double[] down = {0.5, 0.5, 1e-200, 1e-250};
        Distribution pi = unique(KnownChains.birthDeath(up, down)).pi();
        // ratios 2e-200, 2e-200, 5e199, 5e249
        assertEveryEntry(pi, 1e-14, 1e-50, 2e-250, 0, 2e-250, 1);
    }

    @Test
    void nearlyZeroLinksStillBind() {
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {0.5, 0.5, 0, 0},
                        new double[] {0.5, 0.5, 1e-300, 0},
                        new double[] {0, 1e-300, 0.5, 0.5},
                        new double[] {0, 0, 0.5, 0.5});
        assertEveryEntry(unique(chain).pi(), 1e-15, .25, .25, .25, .25);
    }

    @Test
    void linksBeyondTheRangeOfDoublesAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StationaryDistribution.of(KnownChains.twoState(0.5, 1e-305)))
                .withMessageMatching(
                        "state 1 goes on in its class of 2 states with a probability below"
                                + " 9\\.33\\d*E-302, must be at least that");
    }

    @Test
    void waysOutBeyondTheRangeOfDoublesAreNamed() {
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {1, 0, 0},
                        new double[] {0, 1, 0},
                        new double[] {1e-305, 0, 1});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StationaryDistribution.of(chain))
                .withMessageMatching(
                        "state 2 is left with a probability below 9\\.33\\d*E-302, must be at least"
                                + " that");
    }

    @Test
    void aForkHasOneDistributionForEachEnd() {
        OnePerClass answer = severalOf(KnownChains.fork(0.25));
        assertThat(answer.extremes()).containsExactly(Distribution.at(0, 3), Distribution.at(2, 3));
        assertThat(answer.absorption())
                .containsExactly(
                        Distribution.at(0, 2), Distribution.of(0.25, 0.75), Distribution.at(1, 2));
        assertThat(answer.residual()).isZero();
        assertThat(answer.startedFrom(Distribution.at(1, 3)))
                .isEqualTo(Distribution.of(0.25, 0, 0.75));
    }

    @Test
    void theIdentityHasOneDistributionForEachState() {
        OnePerClass answer = severalOf(KnownChains.identity(5));
        for (int i = 0; i < 5; i++) {
            assertThat(answer.extremes().get(i)).isEqualTo(Distribution.at(i, 5));
            assertThat(answer.absorption().get(i)).isEqualTo(Distribution.at(i, 5));
        }
    }

    @ParameterizedTest
    @CsvSource({"12,0.5", "12,0.45", "30,0.9", "30,0.1", "60,0.49"})
    void aGamblerIsRuinedAsOftenAsTheClosedFormSays(int n, double up) {
        OnePerClass answer = severalOf(KnownChains.gambler(n, up));
        double ratio = (1 - up) / up;
        for (int i = 0; i < n; i++) {
            double wins =
                    up == 0.5
                            ? i / (n - 1.0)
                            : -Math.expm1(i * Math.log(ratio))
                                    / -Math.expm1((n - 1) * Math.log(ratio));
            assertThat(answer.absorption().get(i).mass(1))
                    .as("from %d", i)
                    .isCloseTo(wins, within(1e-12 * wins));
        }
    }

    @Test
    void allMassOfACausalHeadIsOnTheFirstToken() {
        Unique answer = unique(new RandomInput(3).causal(50, 4));
        assertThat(answer.pi()).isEqualTo(Distribution.at(0, 50));
        assertThat(answer.errorBound()).isZero();
    }

    @Test
    void separateBlocksKeepTheirOwnDistributions() {
        OnePerClass answer =
                severalOf(
                        KnownChains.disjoint(KnownChains.twoState(0.2, 0.3), KnownChains.cycle(3)));
        assertEveryEntry(answer.extremes().get(0), 1e-15, 0.6, 0.4, 0, 0, 0);
        assertEveryEntry(answer.extremes().get(1), 1e-15, 0, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0);
        assertThat(answer.absorption().get(4)).isEqualTo(Distribution.at(1, 2));
        assertThat(answer.startedFrom(Distribution.of(0.5, 0, 0, 0, 0.5)).mass(0))
                .isCloseTo(0.3, within(1e-15));
    }

    @Test
    void aThresholdClosesTheClassesAndTheResidualShowsWhatLeft() {
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {0.5, 0.499, 0.001},
                        new double[] {0.25, 0.75, 0},
                        new double[] {0, 0.001, 0.999});
        assertThat(StationaryDistribution.of(chain)).isInstanceOf(Unique.class);
        OnePerClass answer =
                (OnePerClass) StationaryDistribution.of(chain, Structure.of(chain, 0.01));
        assertEveryEntry(answer.extremes().get(0), 1e-15, 0.25 / 0.749, 0.499 / 0.749, 0);
        assertThat(answer.extremes().get(1)).isEqualTo(Distribution.at(2, 3));
        assertThat(answer.residual()).isCloseTo(0.002, within(1e-15));
    }

    @Test
    void aStepChangesNothing() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(2, 60);
                    StochasticMatrix chain = input.softmax(n, input.between(0.0, 20.0));
                    Unique answer = unique(chain);
                    assertThat(answer.residual()).isLessThanOrEqualTo(answer.errorBound());
                    double[] next = new double[n];
                    chain.step(answer.pi().toArray(), next);
                    assertWithin(Distribution.of(next), answer.pi(), 2 * answer.errorBound());
                });
    }

    @Test
    void relabellingRelabelsTheAnswer() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(2, 40);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    int[] order = input.permutation(n);
                    assertEveryEntry(
                            unique(RandomInput.permuted(chain, order)).pi(),
                            1e-12,
                            RandomInput.permuted(unique(chain).pi(), order).toArray());
                });
    }

    /// On small chains the exact answer is known: the error must be within the stated bound.
    @Test
    void theErrorIsWithinItsBound() {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(2, 11);
                    StochasticMatrix chain =
                            input.between(0, 1) == 0
                                    ? input.sparseIrreducible(n)
                                    : input.softmax(n, 20);
                    Unique answer = unique(chain);
                    assertThat(ExactSolve.error(answer.pi(), ExactSolve.stationary(chain)))
                            .isLessThanOrEqualTo(answer.errorBound());
                    assertThat(answer.errorBound()).isLessThan(1e-12);
                });
    }

    /// Rows as a person types them, with nine digits: the rest counts as staying.
    @Test
    void theErrorIsWithinItsBoundForRoundedRowsToo() {
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {0.333333333, 0.333333333, 0.3333333335},
                        new double[] {0.1, 0.2, 0.7000000005},
                        new double[] {0.6, 0.4, 0});
        Unique answer = unique(chain);
        assertThat(ExactSolve.error(answer.pi(), ExactSolve.stationary(chain)))
                .isLessThanOrEqualTo(answer.errorBound());
    }

    /// The long-run law by brute force: powers of the lazy chain, which has no periods.
    @Test
    void absorptionAndExtremesAreTheLimitOfThePowers() {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(2, 12);
                    StochasticMatrix chain =
                            RandomInput.rows(
                                    n, (i, j) -> input.between(0, n) < 2 || i == j ? 1 + i + j : 0);
                    double[][] power = limitOfPowers(chain);
                    StationaryDistribution answer = StationaryDistribution.of(chain);
                    for (int i = 0; i < n; i++) {
                        Distribution start = Distribution.at(i, n);
                        Distribution longRun =
                                switch (answer) {
                                    case Unique u -> u.pi();
                                    case OnePerClass several -> several.startedFrom(start);
                                };
                        assertWithin(longRun, Distribution.of(power[i]), 1e-9);
                    }
                });
    }

    /// ((I+P)/2)^(2^40), rows scaled after each squaring.
    private static double[][] limitOfPowers(StochasticMatrix chain) {
        int n = chain.states();
        double[][] power = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                power[i][j] = (chain.probability(i, j) + (i == j ? 1 : 0)) / 2;
            }
        }
        for (int squaring = 0; squaring < 40; squaring++) {
            double[][] square = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    for (int j = 0; j < n; j++) {
                        square[i][j] += power[i][k] * power[k][j];
                    }
                }
                square[i] = Distribution.proportionalTo(square[i]).toArray();
            }
            power = square;
        }
        return power;
    }

    @Test
    void absorptionIsADistributionForEveryStart() {
        RandomInput.times(
                30,
                input -> {
                    int n = input.between(3, 30);
                    int closed = input.between(2, n - 1);
                    StochasticMatrix chain =
                            RandomInput.rows(
                                    n,
                                    (i, j) ->
                                            i < closed
                                                    ? (i == j ? 1 : 0)
                                                    : Math.exp(input.between(-30.0, 0.0)));
                    OnePerClass answer = severalOf(chain);
                    assertThat(answer.absorption()).hasSize(n);
                    for (int i = 0; i < n; i++) {
                        double[] ends = answer.absorption().get(i).toArray();
                        assertThat(Arrays.stream(ends).sum()).isCloseTo(1, within(n * U));
                        // and harmonic: the chance now is the mean chance after one step
                        for (int c = 0; c < closed; c++) {
                            double mean = 0;
                            for (int j = 0; j < n; j++) {
                                mean +=
                                        chain.probability(i, j)
                                                * answer.absorption().get(j).mass(c);
                            }
                            assertThat(ends[c]).isCloseTo(mean, within(1e-13));
                        }
                    }
                });
    }

    @Test
    void startsAndStructuresOfOtherChainsAreRefused() {
        OnePerClass fork = severalOf(KnownChains.fork(0.5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fork.startedFrom(Distribution.uniform(2)))
                .withMessage("start distribution on 2 states, must be on 3");
        Structure other = Structure.of(KnownChains.cycle(4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StationaryDistribution.of(KnownChains.cycle(3), other))
                .withMessage("structure of 4 states, must be of 3");
    }

    @Test
    void listsAreCopied() {
        List<Distribution> extremes = new ArrayList<>(List.of(Distribution.at(0, 1)));
        OnePerClass answer = new OnePerClass(extremes, List.of(Distribution.at(0, 1)), 0, 0);
        extremes.clear();
        assertThat(answer.extremes()).hasSize(1);
    }

    private static Unique unique(Transition chain) {
        return (Unique) StationaryDistribution.of(chain);
    }

    private static OnePerClass severalOf(Transition chain) {
        return (OnePerClass) StationaryDistribution.of(chain);
    }

    private static double[] filled(int n, double value) {
        double[] values = new double[n];
        Arrays.fill(values, value);
        return values;
    }
}
