package dev.perron.chain.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.ChainAssert;
import dev.perron.chain.Distribution;
import dev.perron.chain.Golden;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.spectrum.MetastableStates.Memberships;
import dev.perron.chain.spectrum.MetastableStates.NotSeparable;
import dev.perron.chain.stationary.StationaryDistribution;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class MetastableStatesTest {
    /// Each group goes to the others with the same probability from each of its states: lumpable,
    /// so memberships are exactly 0 and 1, and P_c is the lumped chain.
    @Test
    void lumpableGroupsAreFoundExactly() {
        double leave = 1e-3;
        StochasticMatrix chain =
                RandomInput.rows(
                        9,
                        (i, j) -> i / 3 == j / 3 ? (1 - leave) * (1 + (i + j) % 3) / 6 : leave / 6);
        Memberships states = memberships(MetastableStates.of(chain, 3));
        assertThat(states.crispSets())
                .containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6, 7, 8));
        assertThat(states.crispness()).isCloseTo(1, within(1e-12));
        assertThat(states.minChi()).isCloseTo(0, within(1e-12));
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                assertThat(states.coarse().get(a).get(b))
                        .isCloseTo(a == b ? 1 - leave : leave / 2, within(1e-12));
            }
        }
        // two equal eigenvalues can't be parted
        NotSeparable two = notSeparable(MetastableStates.of(chain, 2));
        assertThat(two.reason()).contains("can't be told apart");
        assertThat(two.legal()).startsWith(1, 3).doesNotContain(2).endsWith(9);
        assertThat(memberships(MetastableChoice.of(chain, 8).crispest()).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 1})
    void twoAbsorbingStatesAreTheStatesAndWhatPassesBelongsWhereItEnds(double left) {
        Memberships states = memberships(MetastableStates.of(KnownChains.fork(left), 2));
        int ofZero = states.crispState(0);
        assertThat(states.memberships().get(0).mass(ofZero)).isCloseTo(1, within(1e-14));
        assertThat(states.memberships().get(1).mass(ofZero)).isCloseTo(left, within(1e-14));
        assertThat(states.memberships().get(2).mass(ofZero)).isCloseTo(0, within(1e-14));
    }

    /// One membership for each recurrent class, whatever the route.
    @ParameterizedTest
    @ValueSource(ints = {10, 40, 150})
    void membershipsOfRecurrentClassesAreAbsorptionProbabilities(int size) {
        RandomInput.times(
                size > 100 ? 2 : 15,
                input -> {
                    int classes = 3;
                    StochasticMatrix blocks =
                            KnownChains.disjoint(
                                    input.dense(size), input.dense(size / 2), input.dense(size));
                    int n = blocks.states() + size;
                    StochasticMatrix chain =
                            RandomInput.rows(
                                    n,
                                    (i, j) ->
                                            i >= blocks.states()
                                                    ? input.between(0.0, 1.0)
                                                    : j >= blocks.states()
                                                            ? 0
                                                            : blocks.probability(i, j));
                    var stationary =
                            (StationaryDistribution.OnePerClass) StationaryDistribution.of(chain);
                    MetastableStates outcome = MetastableStates.of(chain, classes);
                    Memberships states = memberships(outcome);
                    for (int c = 0; c < classes; c++) {
                        int first = c == 0 ? 0 : c == 1 ? size : size + size / 2;
                        int column = states.crispState(first);
                        for (int i = 0; i < n; i++) {
                            assertThat(states.memberships().get(i).mass(column))
                                    .isCloseTo(
                                            stationary.absorption().get(i).mass(c), within(1e-8));
                        }
                    }
                    assertThat(notSeparable(MetastableStates.of(chain, 2)).legal())
                            .startsWith(1, 3);
                });
    }

    /// Groups visited in turn: the eigenvalues 1, and a pair of nearly the same modulus.
    @Test
    void aPairIsNeverSplit() {
        StochasticMatrix chain =
                RandomInput.rows(
                        9, (i, j) -> j / 3 == (i / 3 + 1) % 3 ? 1 + 0.01 * ((i * j) % 5) : 0.01);
        NotSeparable two = notSeparable(MetastableStates.of(chain, 2));
        assertThat(two.reason()).startsWith("it would split the conjugate pair");
        assertThat(two.legal()).startsWith(1, 3).endsWith(9);
        Memberships three = memberships(MetastableStates.of(chain, 3));
        assertThat(three.crispSets())
                .containsExactlyInAnyOrder(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6, 7, 8));
        // nothing is kept, so these aren't what auto looks for
        assertThat(notSeparable(MetastableChoice.of(chain, 8).crispest()).legal())
                .isEqualTo(two.legal());
    }

    @Test
    void aCycleHasNoNumberOfStatesBetweenOneAndAll() {
        assertThat(MetastableChoice.of(KnownChains.cycle(5), 4).legal()).containsExactly(1, 5);
        assertThat(MetastableChoice.of(KnownChains.cycle(2), 4).legal()).containsExactly(1, 2);
    }

    @Test
    void aChainThatForgetsEverythingHasNoneEither() {
        StochasticMatrix chain = RandomInput.rows(6, (i, j) -> j + 1);
        assertThat(notSeparable(MetastableStates.of(chain, 3)).legal()).containsExactly(1, 6);
        assertThat(notSeparable(MetastableChoice.of(chain, 5).crispest()).legal())
                .containsExactly(1, 6);
    }

    @Test
    void theIdentityHasOneOrAll() {
        assertThat(MetastableChoice.of(KnownChains.identity(4), 4).legal()).containsExactly(1, 4);
        assertThat(memberships(MetastableStates.of(KnownChains.identity(4), 4)).crispSets())
                .hasSize(4);
    }

    @Test
    void oneStateHoldsEverything() {
        for (int n : new int[] {1, 2, 12}) {
            StochasticMatrix chain = new RandomInput(1).dense(n);
            Memberships one = memberships(MetastableStates.of(chain, 1));
            assertThat(one.crispness()).isCloseTo(1, within(1e-14));
            assertThat(one.crispSets()).hasSize(1);
            assertThat(one.crispSets().getFirst()).hasSize(n);
            assertThat(one.coarse().getFirst().getFirst()).isCloseTo(1, within(1e-14));
        }
    }

    @Test
    void asManyStatesAsThereAreAreTheChainItself() {
        StochasticMatrix chain = new RandomInput(2).dense(5);
        Memberships all = memberships(MetastableStates.of(chain, 5));
        assertThat(all.crispness()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            assertThat(all.memberships().get(i)).isEqualTo(Distribution.at(i, 5));
            for (int j = 0; j < 5; j++) {
                assertThat(all.coarse().get(i).get(j)).isEqualTo(chain.probability(i, j));
            }
        }
    }

    @Test
    void moreStatesThanThereAreIsNoAnswerAndNoneIsAMistake() {
        StochasticMatrix chain = PublishedClusters.twelve();
        NotSeparable many = notSeparable(MetastableStates.of(chain, 13));
        assertThat(many.reason()).isEqualTo("the chain has only 12 states");
        assertThat(many.legal()).contains(1, 2, 3, 12).doesNotContain(13, 4);
        assertThat(notSeparable(MetastableStates.of(KnownChains.identity(1), 2)).legal())
                .containsExactly(1);
        assertThat(notSeparable(MetastableChoice.of(KnownChains.identity(1), 2).crispest()).legal())
                .containsExactly(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetastableStates.of(chain, 0))
                .withMessage("m = 0, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetastableChoice.of(chain, 1))
                .withMessage("most = 1, must be at least 2");
    }

    @Test
    void weightsMustNotLeaveAStateOut() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                MetastableStates.of(
                                        KnownChains.fork(0.5),
                                        2,
                                        Distribution.at(0, 3),
                                        EigenvalueOrder.MODULUS))
                .withMessageStartingWith("weight of state 1 is 0.0, must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                MetastableStates.of(
                                        KnownChains.fork(0.5),
                                        2,
                                        Distribution.uniform(4),
                                        EigenvalueOrder.MODULUS))
                .withMessage("distribution on 4 states, must be on 3");
    }

    /// Where the published search ends, in 1 and 4 dimensions, ours ends too; in more it ends
    /// higher.
    @ParameterizedTest
    @CsvSource({"MODULUS,'1,2,3,5,7,8,10,11,12'", "REAL_PART,'1,2,3,4,5,6,8,10,12'"})
    void publishedExampleHasItsLegalNumbersAndIsAtLeastAsCrisp(
            EigenvalueOrder order, String legal) {
        StochasticMatrix chain = PublishedClusters.twelve();
        double[] published =
                order == EigenvalueOrder.MODULUS
                        ? PublishedClusters.CRISPNESS_BY_MODULUS
                        : PublishedClusters.CRISPNESS_BY_REAL_PART;
        MetastableChoice choice = MetastableChoice.of(chain, 11, Distribution.uniform(12), order);
        assertThat(choice.legal())
                .isEqualTo(Arrays.stream(legal.split(",")).map(Integer::valueOf).toList());
        for (Memberships states : choice.candidates()) {
            int m = states.count();
            assertThat(published[m - 2]).isPositive();
            assertThat(states.crispness()).isGreaterThan(published[m - 2] - 1e-12);
            if (m <= 3) {
                assertThat(states.crispness()).isCloseTo(published[m - 2], within(1e-13));
            }
            if (order == EigenvalueOrder.REAL_PART) {
                assertThat(states.minChi())
                        .isCloseTo(PublishedClusters.MIN_CHI_BY_REAL_PART[m - 2], within(1e-11));
            }
            requireLaws(chain, states);
        }
    }

    @Test
    void publishedExampleHasThreeStates() {
        Memberships auto =
                memberships(MetastableChoice.of(PublishedClusters.twelve(), 11).crispest());
        assertThat(auto.count()).isEqualTo(3);
        for (int core : new int[] {0, 6, 9}) {
            assertThat(auto.crispSets().get(auto.crispState(core)))
                    .contains(core, core + 1, core + 2);
        }
    }

    /// The first guess of the published program, whose weights are those of the counts.
    @Test
    void innerSimplexOfThePublishedExampleIsTheSame() {
        double[][] counts = PublishedClusters.nine(100);
        DominantSubspace dominant =
                new DominantSubspace(chain(counts), weights(counts), EigenvalueOrder.MODULUS, 4);
        double[][] x = dominant.functions(3);
        double[][] chi = CrispTransformation.product(x, InnerSimplex.of(x));
        // sorted within a row: the order of the corners is free
        requireRow(chi[0], -0.00425802286765996, 0.0428010274328084, 0.961456995434851);
        requireRow(chi[1], 0, 0, 1);
        requireRow(chi[2], -0.0273094510284719, 0.259818536557969, 0.767490914470503);
        requireRow(chi[4], -0.0236853587798636, 0.188796387221419, 0.834888971558448);
    }

    @ParameterizedTest
    @CsvSource({"0,3,0.973,1e-3", "1000,5,0.804,1"})
    void nineStatesAreAsCrispAsPublished(double mu, int m, double published, double above) {
        double[][] counts = PublishedClusters.nine(mu);
        Memberships states =
                memberships(
                        MetastableStates.of(
                                chain(counts), m, weights(counts), EigenvalueOrder.MODULUS));
        assertThat(states.crispness()).isBetween(published - 1e-3, published + above);
        requireLaws(chain(counts), states);
    }

    /// Published choice by crispness: 3, 3, 3, 2.
    @ParameterizedTest
    @CsvSource({"10,3", "50,3", "100,3", "200,2"})
    void nineStatesHaveTheirPublishedNumber(double mu, int published) {
        double[][] counts = PublishedClusters.nine(mu);
        MetastableChoice choice =
                MetastableChoice.of(chain(counts), 7, weights(counts), EigenvalueOrder.MODULUS);
        assertThat(memberships(choice.crispest()).count()).isEqualTo(published);
    }

    @Test
    void softmaxAttentionWithTwoStickyGroupsIsTakenApart() {
        RandomInput.times(
                10,
                input -> {
                    int n = 80;
                    int[] order = input.permutation(n);
                    StochasticMatrix chain =
                            RandomInput.permuted(
                                    RandomInput.rows(
                                            n,
                                            (i, j) ->
                                                    Math.exp(2 * input.between(-1.0, 1.0))
                                                            * (i < 30 == j < 30 ? 1 : 0.0125)),
                                    order);
                    var lambda2 = ((Spectrum.Complete) Spectrum.of(chain)).lambda2().orElseThrow();
                    assertThat(lambda2.real()).isBetween(0.96, 0.985);
                    MetastableStates auto = MetastableChoice.of(chain, 8).crispest();
                    assertThat(memberships(auto).crispSets())
                            .containsExactlyInAnyOrder(
                                    Arrays.stream(order, 0, 30).sorted().boxed().toList(),
                                    Arrays.stream(order, 30, n).sorted().boxed().toList());
                });
    }

    @Test
    void lawsHoldAndRelabellingChangesNothing() {
        RandomInput.times(
                25,
                input -> {
                    int n = input.between(6, 40);
                    StochasticMatrix chain = input.softmax(n, 4);
                    Distribution weights = input.distribution(n);
                    int[] order = input.permutation(n);
                    MetastableChoice choice =
                            MetastableChoice.of(chain, 4, weights, EigenvalueOrder.MODULUS);
                    MetastableChoice relabelled =
                            MetastableChoice.of(
                                    RandomInput.permuted(chain, order),
                                    4,
                                    RandomInput.permuted(weights, order),
                                    EigenvalueOrder.MODULUS);
                    assertThat(relabelled.legal()).isEqualTo(choice.legal());
                    for (int c = 0; c < choice.candidates().size(); c++) {
                        Memberships states = choice.candidates().get(c);
                        requireLaws(chain, states);
                        Memberships other = relabelled.candidates().get(c);
                        assertThat(other.crispness()).isCloseTo(states.crispness(), within(1e-9));
                        for (int i = 0; i < n; i++) {
                            assertThat(
                                            other.memberships()
                                                    .get(order[i])
                                                    .distanceTo(states.memberships().get(i)))
                                    .isLessThan(1e-7);
                        }
                    }
                });
    }

    /// Four copies of nothing in common, beyond the size where one process finds everything: the
    /// eigenvalue 1 comes four times, and none is missed.
    @Test
    void equalEigenvaluesAreAllFoundInLargeChains() {
        StochasticMatrix block = new RandomInput(3).dense(60);
        StochasticMatrix chain = KnownChains.disjoint(block, block, block, block);
        MetastableChoice choice = MetastableChoice.of(chain, 5);
        assertThat(choice.legal()).startsWith(1, 4);
        Memberships states = memberships(choice.crispest());
        assertThat(states.count()).isEqualTo(4);
        assertThat(states.crispness()).isCloseTo(1, within(1e-9));
        assertThat(states.crispSets().getFirst())
                .isEqualTo(IntStream.range(0, 60).boxed().toList());
    }

    @Test
    void eigenvaluesAreThoseOfNumPy() {
        Golden golden = Golden.of("window", 40, 5);
        DominantSubspace all =
                new DominantSubspace(
                        golden.chain(), Distribution.uniform(40), EigenvalueOrder.MODULUS, 40);
        ChainAssert.assertSpectrum(all.eigenvalues(), 1e-13, golden.eigenvalues());
        assertThat(all.residual(40)).isLessThan(1e-13);
    }

    /// cos(2πk/n), all but 1 and -1 twice, with the first few crowded at 1.
    @Test
    void aLongRingIsCutBetweenItsPairs() {
        StochasticMatrix ring =
                RandomInput.rows(300, (i, j) -> Math.floorMod(j - i + 1, 300) <= 2 ? 1 : 0);
        NotSeparable parted = notSeparable(MetastableStates.of(ring, 2));
        assertThat(parted.reason())
                .startsWith("it would part eigenvalues that can't be told apart: 0.99985");
        assertThat(parted.legal()).startsWith(1, 3).endsWith(300);
        requireLaws(ring, memberships(MetastableStates.of(ring, 3)));
    }

    /// All eigenvalues of a long cycle are of modulus 1: what doesn't converge is said.
    @Test
    void whatDoesNotConvergeIsSaid() {
        NotSeparable crowded = notSeparable(MetastableStates.of(KnownChains.cycle(300), 3));
        assertThat(crowded.reason())
                .isEqualTo(
                        "only 1 eigenvalues converged in %d products with P, 4 are needed"
                                .formatted(DominantSubspace.MAX_PRODUCTS));
        assertThat(crowded.legal()).containsExactly(1, 300);
    }

    private static void requireLaws(StochasticMatrix chain, Memberships states) {
        int m = states.count();
        int n = chain.states();
        double scale = 1;
        for (List<Double> row : states.coarse()) {
            for (double entry : row) {
                scale = Math.max(scale, Math.abs(entry));
            }
        }
        for (List<Double> row : states.coarse()) {
            assertThat(row.stream().mapToDouble(x -> x).sum()).isCloseTo(1, within(1e-10 * scale));
        }
        for (int j = 0; j < m; j++) {
            double[] column = new double[n];
            double[] image = new double[n];
            for (int i = 0; i < n; i++) {
                column[i] = states.memberships().get(i).mass(j);
            }
            chain.expectation(column, image);
            for (int i = 0; i < n; i++) {
                double coarse = 0;
                for (int k = 0; k < m; k++) {
                    coarse += states.memberships().get(i).mass(k) * states.coarse().get(k).get(j);
                }
                assertThat(image[i]).isCloseTo(coarse, within(1e-9 * scale));
            }
        }
        assertThat(states.crispness()).isBetween(0.0, 1 + 1e-12);
        assertThat(states.clipped()).isLessThan(1e-10);
        assertThat(states.residual()).isLessThan(1e-10);
    }

    private static void requireRow(double[] row, double... expected) {
        double[] sorted = row.clone();
        Arrays.sort(sorted);
        for (int j = 0; j < sorted.length; j++) {
            assertThat(sorted[j]).isCloseTo(expected[j], within(1e-12));
        }
    }

    private static StochasticMatrix chain(double[][] counts) {
        return RandomInput.rows(counts.length, (i, j) -> counts[i][j]);
    }

    private static Distribution weights(double[][] counts) {
        return Distribution.proportionalTo(
                Arrays.stream(counts).mapToDouble(row -> Arrays.stream(row).sum()).toArray());
    }

    private static Memberships memberships(MetastableStates outcome) {
        assertThat(outcome).isInstanceOf(Memberships.class);
        return (Memberships) outcome;
    }

    private static NotSeparable notSeparable(MetastableStates outcome) {
        assertThat(outcome).isInstanceOf(NotSeparable.class);
        return (NotSeparable) outcome;
    }
}
