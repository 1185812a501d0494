package dev.perron.chain;

import static dev.perron.chain.ChainAssert.assertEveryEntry;
import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.StationaryDistribution.Unique;
import dev.perron.chain.StochasticComplement.NeverReturns;
import dev.perron.chain.StochasticComplement.Watched;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class StochasticComplementTest {
    @Test
    void aCycleWatchedOnSomeStatesIsAShorterCycle() {
        assertThat(watched(KnownChains.cycle(7), List.of(1, 2, 5))).isEqualTo(KnownChains.cycle(3));
    }

    /// From 1, through any number of stays in 2: p(1,0) + p(1,2) p(2,0)/(1-p(2,2)).
    @Test
    void whatHappensOutsideIsCountedByWhereItComesBack() {
        StochasticMatrix chain =
                StochasticMatrix.ofRows(
                        new double[] {0.25, 0.5, 0.25},
                        new double[] {0.25, 0.25, 0.5},
                        new double[] {0.375, 0.125, 0.5});
        assertThat(watched(chain, List.of(0, 1)))
                .isEqualTo(
                        StochasticMatrix.ofRows(
                                new double[] {0.4375, 0.5625}, new double[] {0.625, 0.375}));
    }

    @Test
    void statesComeInTheOrderInWhichTheyWereKept() {
        StochasticMatrix chain = KnownChains.twoState(0.125, 0.75);
        assertThat(watched(chain, List.of(1, 0)))
                .isEqualTo(RandomInput.permuted(chain, new int[] {1, 0}));
        assertThat(watched(chain, List.of(0, 1))).isEqualTo(chain);
    }

    @Test
    void oneStateWatchedAloneStays() {
        assertThat(watched(new RandomInput(5).dense(9), List.of(4)).probability(0, 0))
                .isCloseTo(1, within(20 * 0x1p-53));
    }

    @Test
    void whatIsLostForEverIsNamed() {
        assertThat(StochasticComplement.of(KnownChains.fork(0.5), List.of(0, 1)))
                .isEqualTo(new NeverReturns(2));
        StochasticMatrix causal = new RandomInput(5).causal(6, 1);
        assertThat(StochasticComplement.of(causal, List.of(1, 2, 3, 4, 5)))
                .isEqualTo(new NeverReturns(0));
        // 2 and 3 swap for ever
        StochasticMatrix chain = RandomInput.rows(4, (i, j) -> i < 2 ? 1 : j == 5 - i ? 1 : 0);
        assertThat(StochasticComplement.of(chain, List.of(0, 1))).isInstanceOf(NeverReturns.class);
    }

    /// A way back of 1e-305 is none, one of 1e-300 counts in full.
    @Test
    void theSmallestWayBackCounts() {
        assertThat(StochasticComplement.of(KnownChains.twoState(0.5, 1e-305), List.of(0)))
                .isEqualTo(new NeverReturns(1));
        assertThat(watched(KnownChains.twoState(0.5, 1e-300), List.of(0)))
                .isEqualTo(KnownChains.identity(1));
    }

    /// Padding attends to itself, and nobody attends to it.
    @Test
    void whatIsNeverReachedNeedNotReturn() {
        StochasticMatrix inner = new RandomInput(2).dense(4);
        StochasticMatrix padded = KnownChains.disjoint(inner, KnownChains.identity(3));
        assertThat(watched(padded, List.of(0, 1, 2, 3))).isEqualTo(inner);
        assertThat(watched(padded, List.of(5))).isEqualTo(KnownChains.identity(1));
        assertThat(watched(new RandomInput(5).causal(6, 1), List.of(0, 1)).states()).isEqualTo(2);
    }

    @Test
    void theStationaryDistributionIsRestrictedAndRenormalised() {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(2, 30);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    int[] order = input.permutation(n);
                    int m = input.between(1, n);
                    List<Integer> kept = IntStream.of(order).limit(m).boxed().toList();
                    double[] pi = unique(chain).toArray();
                    double[] restricted = kept.stream().mapToDouble(i -> pi[i]).toArray();
                    assertEveryEntry(
                            unique(watched(chain, kept)),
                            1e-12,
                            Distribution.proportionalTo(restricted).toArray());
                });
    }

    @Test
    void watchingTwiceIsWatchingOnce() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(4, 25);
                    StochasticMatrix chain = input.softmax(n, 8);
                    List<Integer> some = IntStream.range(0, n - 1).boxed().toList();
                    List<Integer> fewer = IntStream.range(0, n / 2).boxed().toList();
                    StochasticMatrix once = watched(chain, fewer);
                    StochasticMatrix twice = watched(watched(chain, some), fewer);
                    for (int i = 0; i < n / 2; i++) {
                        assertWithin(row(twice, i), row(once, i), 1e-13);
                    }
                });
    }

    @Test
    void whatCannotBeKeptIsRefused() {
        StochasticMatrix chain = KnownChains.cycle(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StochasticComplement.of(chain, List.of()))
                .withMessage("no states kept, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StochasticComplement.of(chain, List.of(1, 1)))
                .withMessage("state 1 is kept twice, must be once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StochasticComplement.of(chain, List.of(0, 3)))
                .withMessage("state 3, must be from 0 to 2");
    }

    private static StochasticMatrix watched(Transition chain, List<Integer> kept) {
        return StochasticMatrix.copyOf(((Watched) StochasticComplement.of(chain, kept)).chain());
    }

    private static Distribution unique(Transition chain) {
        return ((Unique) StationaryDistribution.of(chain)).pi();
    }

    private static Distribution row(Transition chain, int from) {
        double[] row = new double[chain.states()];
        Arrays.fill(row, Double.NaN);
        chain.row(from, row);
        return Distribution.of(row);
    }
}
