package dev.perron.chain.stationary;

import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.Distribution;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;
import dev.perron.chain.passage.Committor;
import dev.perron.chain.stationary.StationaryDistribution.Unique;
import dev.perron.chain.stationary.TimeReversal.Reversed;
import dev.perron.chain.stationary.TimeReversal.Unseen;

import org.junit.jupiter.api.Test;

import java.util.List;

/// Time reversal and the committors, of which one runs backwards.
class TimeReversalTest {
    @Test
    void aCycleBackwardsRunsTheOtherWay() {
        assertThat(reversed(KnownChains.cycle(5)))
                .isEqualTo(RandomInput.rows(5, (i, j) -> i == (j + 1) % 5 ? 1 : 0));
    }

    @Test
    void aWalkLooksTheSameBackwards() {
        double[][] walk = KnownChains.learning(10, 0.4, 0.1);
        StochasticMatrix chain = KnownChains.birthDeath(walk[0], walk[1]);
        assertSame(reversed(chain), chain, 1e-14);
    }

    @Test
    void whereAStationaryChainIsNeverSeenNothingIsSaid() {
        assertThat(TimeReversal.of(KnownChains.fork(0.5))).isEqualTo(new Unseen(List.of(1)));
        assertThat(TimeReversal.of(new RandomInput(1).causal(4, 1)))
                .isEqualTo(new Unseen(List.of(1, 2, 3)));
        // π(0) = 1e-295
        StochasticMatrix drift = KnownChains.twoState(1, 1e-295);
        assertThat(TimeReversal.of(drift)).isEqualTo(new Unseen(List.of(0)));
    }

    @Test
    void classesThatNeverMeetAreReversedEachByItself() {
        StochasticMatrix other = new RandomInput(3).dense(4);
        assertThat(reversed(KnownChains.disjoint(KnownChains.cycle(3), other)))
                .isEqualTo(KnownChains.disjoint(reversed(KnownChains.cycle(3)), reversed(other)));
        assertThat(reversed(KnownChains.identity(3))).isEqualTo(KnownChains.identity(3));
    }

    @Test
    void backwardsTwiceIsForwardsAndKeepsPi() {
        RandomInput.times(
                40,
                input -> {
                    StochasticMatrix chain = input.sparseIrreducible(input.between(1, 25));
                    StochasticMatrix back = reversed(chain);
                    assertSame(reversed(back), chain, 1e-12);
                    assertWithin(pi(back), pi(chain), 1e-12);
                });
    }

    @Test
    void theFairGamblersCommittorIsALine() {
        assertThat(Committor.forward(KnownChains.gambler(5, 0.5), List.of(0), List.of(4)).byState())
                .containsExactly(0.0, 0.25, 0.5, 0.75, 1.0);
    }

    @Test
    void backwardsARiverComesFromItsSource() {
        // 0 → 1 → 2 → 3 → 0: from 1 the next of {0, 3} is 3, the last was 0
        StochasticMatrix cycle = KnownChains.cycle(4);
        Reversed reversed = (Reversed) TimeReversal.of(cycle);
        assertThat(Committor.forward(cycle, List.of(0), List.of(3)).byState())
                .containsExactly(0.0, 1.0, 1.0, 1.0);
        assertThat(Committor.backward(reversed, List.of(0), List.of(3)).byState())
                .containsExactly(1.0, 1.0, 1.0, 0.0);
    }

    @Test
    void aReversibleChainWasLastWhereItWillNotBeFirst() {
        double[][] walk = KnownChains.learning(12, 0.4, 0.1);
        StochasticMatrix chain = KnownChains.birthDeath(walk[0], walk[1]);
        List<Double> forward = Committor.forward(chain, List.of(0), List.of(12)).byState();
        List<Double> backward =
                Committor.backward((Reversed) TimeReversal.of(chain), List.of(0), List.of(12))
                        .byState();
        for (int i = 0; i <= 12; i++) {
            assertThat(backward.get(i)).isCloseTo(1 - forward.get(i), offset(1e-13));
        }
    }

    @Test
    void committorsOfSetsWithoutAWayAreDefined() {
        StochasticMatrix identity = KnownChains.identity(3);
        assertThat(Committor.forward(identity, List.of(0), List.of(2)).byState())
                .containsExactly(0.0, 0.0, 1.0);
        assertThat(Committor.forward(identity, List.of(), List.of()).byState())
                .containsExactly(0.0, 0.0, 0.0);
        StochasticMatrix dense = new RandomInput(1).dense(4);
        assertThat(Committor.forward(dense, List.of(), List.of(2)).byState()).containsOnly(1.0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Committor.forward(dense, List.of(0, 1), List.of(1, 2)))
                .withMessage("states {1} are in both sets, must be in one");
    }

    /// The chain ends in `to` before `from` as often as the chain in which both absorb ends there.
    @Test
    void theCommittorIsAnAbsorptionProbability() {
        RandomInput.times(
                30,
                input -> {
                    int n = input.between(3, 20);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    StochasticMatrix absorbing =
                            RandomInput.rows(
                                    n,
                                    (i, j) -> i < 2 ? (i == j ? 1 : 0) : chain.probability(i, j));
                    List<Double> q = Committor.forward(chain, List.of(0), List.of(1)).byState();
                    var ends =
                            (StationaryDistribution.OnePerClass)
                                    StationaryDistribution.of(absorbing);
                    for (int i = 0; i < n; i++) {
                        double expected = ends.absorption().get(i).mass(1);
                        assertThat(q.get(i)).isCloseTo(expected, offset(1e-12 * expected));
                    }
                });
    }

    private static StochasticMatrix reversed(Transition chain) {
        return ((Reversed) TimeReversal.of(chain)).chain();
    }

    private static Distribution pi(Transition chain) {
        return ((Unique) StationaryDistribution.of(chain)).pi();
    }

    private static void assertSame(StochasticMatrix actual, StochasticMatrix expected, double u) {
        for (int i = 0; i < expected.states(); i++) {
            for (int j = 0; j < expected.states(); j++) {
                double p = expected.probability(i, j);
                assertThat(actual.probability(i, j)).isCloseTo(p, offset(u * p));
            }
        }
    }
}
