package dev.perron.chain.spectrum;

import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.CyclicClasses;
import dev.perron.chain.Distribution;
import dev.perron.chain.KnownChains;
import dev.perron.chain.Lumping;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// Sets of states that the chain treats as one: lumped blocks and cyclic classes.
class PartitionTest {
    /// Of a walk on the corners of a cube only the number of ones matters: Ehrenfest's urns.
    @Test
    void aCubeLumpsToEhrenfestsUrns() {
        int m = 4;
        StochasticMatrix cube =
                RandomInput.rows(1 << m, (i, j) -> Integer.bitCount(i ^ j) == 1 ? 1 : 0);
        List<List<Integer>> blocks = new ArrayList<>();
        for (int ones = 0; ones <= m; ones++) {
            blocks.add(new ArrayList<>());
        }
        for (int i = 0; i < 1 << m; i++) {
            blocks.get(Integer.bitCount(i)).add(i);
        }
        Lumping lumping = Lumping.of(cube, pi(cube), blocks);
        assertThat(lumping.defect()).isLessThan(1e-15);
        assertThat(lumping.chain().probability(1, 2)).isCloseTo(0.75, offset(1e-15));
        assertThat(lumping.chain().probability(4, 3)).isCloseTo(1, offset(1e-15));
    }

    /// From {0, 1} the chain goes to 2 with 0 or 1: half of it is off by a half.
    @Test
    void theDefectIsHowFarTheStatesOfABlockDiffer() {
        Lumping lumping =
                Lumping.of(
                        KnownChains.cycle(3),
                        Distribution.uniform(3),
                        List.of(List.of(0, 1), List.of(2)));
        assertThat(lumping.defect()).isCloseTo(0.5, offset(1e-15));
        assertThat(lumping.meanDefect()).isCloseTo(1 / 3.0, offset(1e-15));
        assertThat(lumping.chain().probability(0, 1)).isCloseTo(0.5, offset(1e-15));
    }

    @Test
    void aBlockThatIsNeverVisitedCountsItsStatesAlike() {
        StochasticMatrix fork = KnownChains.fork(0.25);
        Lumping lumping =
                Lumping.of(fork, Distribution.at(0, 3), List.of(List.of(0), List.of(1, 2)));
        assertThat(lumping.chain().probability(1, 0)).isEqualTo(0.125);
        assertThat(lumping.meanDefect()).isZero();
    }

    @Test
    void theLumpedChainKeepsPiByBlockAndTrivialPartitionsAreExact() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(2, 20);
                    StochasticMatrix chain = input.sparseIrreducible(n);
                    Distribution pi = pi(chain);
                    int m = input.between(1, n);
                    List<List<Integer>> blocks = new ArrayList<>();
                    double[] mass = new double[m];
                    int[] order = input.permutation(n);
                    for (int k = 0; k < n; k++) {
                        if (k < m) {
                            blocks.add(new ArrayList<>());
                        }
                        blocks.get(k % m).add(order[k]);
                        mass[k % m] += pi.mass(order[k]);
                    }
                    Lumping lumping = Lumping.of(chain, pi, blocks);
                    assertWithin(pi(lumping.chain()), Distribution.proportionalTo(mass), 1e-11);
                    assertThat(lumping.defect()).isBetween(0.0, 1.0);
                    assertThat(lumping.meanDefect()).isLessThanOrEqualTo(lumping.defect());
                    if (m == 1 || m == n) {
                        assertThat(lumping.defect()).isLessThan(1e-14);
                    }
                });
    }

    @Test
    void whatIsNoPartitionIsRefused() {
        StochasticMatrix chain = KnownChains.cycle(3);
        Distribution pi = Distribution.uniform(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lumping.of(chain, pi, List.of(List.of(0, 1))))
                .withMessage("state 2 is in no block, must be in one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lumping.of(chain, pi, List.of(List.of(0, 1), List.of(2, 1))))
                .withMessage("state 1 is in blocks 0 and 1, must be in one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lumping.of(chain, pi, List.of(List.of(0, 1, 2), List.of())))
                .withMessage("block 1 is empty, must have a state");
    }

    @Test
    void aCycleVisitsEachStateInTurn() {
        assertThat(cyclic(KnownChains.cycle(4)).inTurn())
                .containsExactly(List.of(0), List.of(1), List.of(2), List.of(3));
        assertThat(cyclic(KnownChains.cycle(2)).inTurn()).containsExactly(List.of(0), List.of(1));
        assertThat(cyclic(KnownChains.identity(1)).inTurn()).containsExactly(List.of(0));
        assertThat(cyclic(new RandomInput(1).dense(3)).inTurn()).containsExactly(List.of(0, 1, 2));
    }

    @Test
    void aWalkWithoutStaysAlternates() {
        StochasticMatrix walk = RandomInput.rows(7, (i, j) -> Math.abs(i - j) == 1 ? 1 : 0);
        assertThat(cyclic(walk).inTurn()).containsExactly(List.of(0, 2, 4, 6), List.of(1, 3, 5));
    }

    @Test
    void aStateThatNeverReturnsIsASetOfItsOwn() {
        CommunicatingClass passing = Structure.of(KnownChains.fork(0.5)).classes().get(1);
        assertThat(CyclicClasses.of(KnownChains.fork(0.5), passing).inTurn())
                .containsExactly(List.of(1));
    }

    @Test
    void eachStepGoesFromOneClassToTheNext() {
        RandomInput.times(
                40,
                input -> {
                    int period = input.between(1, 5);
                    int n = period * input.between(1, 6);
                    int[] order = input.permutation(n);
                    RandomInput.Weight turning =
                            (i, j) -> {
                                boolean chord = (j - i - 1) % period == 0;
                                boolean linked = chord && input.between(0, 3) == 0;
                                return linked || j == (i + 1) % n ? 1 : 0;
                            };
                    StochasticMatrix chain =
                            RandomInput.permuted(RandomInput.rows(n, turning), order);
                    List<List<Integer>> turns = cyclic(chain).inTurn();
                    assertThat(turns.size() % period).isZero();
                    for (int t = 0; t < turns.size(); t++) {
                        for (int i : turns.get(t)) {
                            double next = 0;
                            for (int j : turns.get((t + 1) % turns.size())) {
                                next += chain.probability(i, j);
                            }
                            assertThat(next).isCloseTo(1, offset(1e-14));
                        }
                    }
                });
    }

    @Test
    void aClassOfAnotherChainIsRefused() {
        CommunicatingClass odd = Structure.of(KnownChains.cycle(3)).classes().getFirst();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CyclicClasses.of(new RandomInput(1).dense(3), odd))
                .withMessage("link from 0 to 0, must be none in a class of period 3");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                CyclicClasses.of(
                                        KnownChains.identity(3),
                                        new CommunicatingClass(List.of(0, 1, 2), true, 1)))
                .withMessage("state 1 isn't reached from 0, must be in one class");
    }

    private static CyclicClasses cyclic(Transition chain) {
        return CyclicClasses.of(chain, Structure.of(chain).classes().getFirst());
    }

    private static Distribution pi(Transition chain) {
        return ((Unique) StationaryDistribution.of(chain)).pi();
    }
}
