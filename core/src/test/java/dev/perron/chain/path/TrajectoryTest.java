package dev.perron.chain.path;

import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.Distribution;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.passage.Committor;
import dev.perron.chain.path.TransitionEstimate.Estimated;
import dev.perron.chain.path.TransitionEstimate.NeverLeft;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.OnePerClass;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Paths: sampled, learned from, and of chains that remember more than one state. Seeds are fixed,
/// so what passes passes always; bounds are such that another seed would pass too.
class TrajectoryTest {
    @Test
    void theSameSeedGivesTheSamePath() {
        StochasticMatrix chain = new RandomInput(4).dense(5);
        Distribution start = Distribution.uniform(5);
        assertThat(Trajectory.sampled(chain, start, 100, new SplittableRandom(7)))
                .isEqualTo(Trajectory.sampled(chain, start, 100, new SplittableRandom(7)))
                .isNotEqualTo(Trajectory.sampled(chain, start, 100, new SplittableRandom(8)));
    }

    @Test
    void aCertainPathIsTaken() {
        Trajectory round =
                Trajectory.sampled(
                        KnownChains.cycle(3), Distribution.at(1, 3), 4, new SplittableRandom(1));
        assertThat(round).isEqualTo(Trajectory.of(1, 2, 0, 1, 2));
        assertThat(round.steps()).isEqualTo(4);
        assertThat(
                        Trajectory.sampled(
                                        KnownChains.identity(1),
                                        Distribution.of(1),
                                        0,
                                        new SplittableRandom(1))
                                .toArray())
                .containsExactly(0);
    }

    /// Masses may sum to 1 - 1e-9, and `nextDouble` may be closer to 1 than that.
    @Test
    void whatRoundingLeavesOverGoesToTheLastStateThatCanBe() {
        double[] law = {0.5, 0.5 - 1e-10, 0, 0};
        double last = Math.nextDown(1.0);
        assertThat(Trajectory.drawn(law, last)).isEqualTo(1);
        assertThat(Trajectory.drawn(law, 0.5)).isEqualTo(1);
        assertThat(Trajectory.drawn(law, Math.nextDown(0.5))).isZero();
        assertThat(Trajectory.drawn(new double[] {0, 0, 1}, 0)).isEqualTo(2);
        assertThat(Trajectory.drawn(new double[] {1e-300, 1}, 0)).isZero();
        assertThat(Trajectory.drawn(new double[] {1e-300, 1}, 0x1p-53)).isEqualTo(1);
    }

    /// A count of successes among N runs is more than 5 standard deviations √(q(1-q)/N) off its
    /// mean once in 1.7 million times.
    @Test
    void theCommittorIsHowOftenPathsGetThere() {
        StochasticMatrix chain = new RandomInput(11).softmax(6, 1.5);
        List<Double> q = Committor.forward(chain, List.of(0), List.of(5)).byState();
        SplittableRandom random = new SplittableRandom(20260501);
        int runs = 20_000;
        for (int start = 1; start < 5; start++) {
            int arrived = 0;
            for (int run = 0; run < runs; run++) {
                int at = start;
                while (at != 0 && at != 5) {
                    at = Trajectory.sampled(chain, Distribution.at(at, 6), 1, random).state(1);
                }
                arrived += at == 5 ? 1 : 0;
            }
            double expected = q.get(start);
            double deviation = Math.sqrt(expected * (1 - expected) / runs);
            assertThat(arrived / (double) runs).isCloseTo(expected, offset(5 * deviation));
        }
    }

    @Test
    void countsMakeTheEstimate() {
        Estimated estimated =
                (Estimated)
                        TransitionEstimate.of(
                                2,
                                List.of(Trajectory.of(0, 0, 1, 0, 1, 1), Trajectory.of(1, 0)),
                                0);
        assertThat(estimated.chain())
                .isEqualTo(
                        StochasticMatrix.ofRows(
                                new double[] {1 / 3.0, 2 / 3.0}, new double[] {2 / 3.0, 1 / 3.0}));
        assertThat(estimated.departures()).containsExactly(3L, 3L);
    }

    @Test
    void rowsWithoutDataNeedAPrior() {
        List<Trajectory> paths = List.of(Trajectory.of(0, 0, 2), Trajectory.of(1));
        assertThat(TransitionEstimate.of(4, paths, 0)).isEqualTo(new NeverLeft(List.of(1, 2, 3)));
        Estimated estimated = (Estimated) TransitionEstimate.of(4, paths, 0.5);
        assertThat(estimated.chain().probability(3, 1)).isEqualTo(0.25);
        assertThat(estimated.chain().probability(0, 2)).isEqualTo(1.5 / 4);
        assertThat(TransitionEstimate.of(1, List.of(), 0)).isEqualTo(new NeverLeft(List.of(0)));
    }

    /// Each p(i,j) is estimated from c(i) draws, so it is within 5√(p(1-p)/c(i)) but once in 1.7
    /// million times; 36 of them and the seed is fixed.
    @Test
    void whatIsSampledIsLearnedAgain() {
        StochasticMatrix chain = new RandomInput(3).dense(6);
        Trajectory path =
                Trajectory.sampled(
                        chain, Distribution.uniform(6), 200_000, new SplittableRandom(20260501));
        Estimated estimated = (Estimated) TransitionEstimate.of(6, List.of(path), 0);
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                double p = chain.probability(i, j);
                double deviation = Math.sqrt(p * (1 - p) / estimated.departures().get(i));
                assertThat(estimated.chain().probability(i, j)).isCloseTo(p, offset(5 * deviation));
            }
        }
    }

    @Test
    void aChainOfOrderOneIsTheChain() {
        StochasticMatrix chain = new RandomInput(2).dense(4);
        assertThat(StochasticMatrix.copyOf(higher(1, chain))).isEqualTo(chain);
        assertThat(StochasticMatrix.copyOf(higher(1, KnownChains.identity(1))))
                .isEqualTo(KnownChains.identity(1));
    }

    /// The next symbol is 1 unless the last two are: 1 1 0 1 1 0 ... forever.
    @Test
    void aChainThatLooksBackTwiceIsOnPairs() {
        Distribution one = Distribution.at(1, 2);
        HigherOrderChain chain = HigherOrderChain.of(2, one, one, one, Distribution.at(0, 2));
        assertThat(chain.states()).isEqualTo(4);
        assertThat(chain.block(1, 0)).isEqualTo(2);
        assertThat(chain.latestSymbol(2)).isZero();
        assertThat(Structure.of(chain).transientStates()).containsExactly(0);
        assertThat(Structure.of(chain).recurrent().getFirst().period()).isEqualTo(3);
        Distribution pairs = ((Unique) StationaryDistribution.of(chain)).pi();
        assertWithin(pairs, Distribution.of(0, 1 / 3.0, 1 / 3.0, 1 / 3.0), 1e-15);
        assertWithin(chain.latestSymbol(pairs), Distribution.of(1 / 3.0, 2 / 3.0), 1e-15);
        Trajectory path =
                Trajectory.sampled(
                        chain, Distribution.at(chain.block(1, 1), 4), 5, new SplittableRandom(1));
        assertThat(Arrays.stream(path.toArray()).map(chain::latestSymbol))
                .containsExactly(1, 0, 1, 1, 0, 1);
    }

    @Test
    void copyingForEverHasOneLawForEachSymbol() {
        HigherOrderChain copies =
                HigherOrderChain.of(
                        2,
                        Distribution.at(0, 2),
                        Distribution.at(1, 2),
                        Distribution.at(0, 2),
                        Distribution.at(1, 2));
        assertThat(StationaryDistribution.of(copies)).isInstanceOf(OnePerClass.class);
    }

    @Test
    void aMemoryThatDoesntMatterChangesNothing() {
        StochasticMatrix chain = new RandomInput(9).dense(3);
        Distribution[] laws = new Distribution[27];
        Arrays.setAll(laws, b -> row(chain, b % 3));
        HigherOrderChain third = HigherOrderChain.of(3, laws);
        Distribution blocks = ((Unique) StationaryDistribution.of(third)).pi();
        Distribution pi = ((Unique) StationaryDistribution.of(chain)).pi();
        assertWithin(third.latestSymbol(blocks), pi, 1e-14);
        double expected = pi.mass(2) * chain.probability(2, 0) * chain.probability(0, 1);
        assertThat(blocks.mass(third.block(2, 0, 1))).isCloseTo(expected, offset(1e-15));
    }

    @Test
    void stepsOnBlocksAreThoseOfTheDenseMatrix() {
        RandomInput.times(
                20,
                input -> {
                    int q = input.between(1, 4);
                    int order = input.between(1, 3);
                    Distribution[] laws = new Distribution[(int) Math.pow(q, order)];
                    Arrays.setAll(laws, b -> input.distribution(q));
                    HigherOrderChain chain = HigherOrderChain.of(order, laws);
                    StochasticMatrix dense = StochasticMatrix.copyOf(chain);
                    int n = chain.states();
                    double[] f = input.function(n);
                    double[] one = new double[n];
                    double[] other = new double[n];
                    chain.step(f, one);
                    dense.step(f, other);
                    assertThat(one).containsExactly(other, offset(1e-15 * n));
                    chain.expectation(f, one);
                    dense.expectation(f, other);
                    assertThat(one).containsExactly(other, offset(1e-15 * n));
                    assertThat(chain.lowerTriangular()).isEqualTo(dense.lowerTriangular());
                });
    }

    /// Frequencies of a path of T steps have variance about 2τπ(1-π)/T, where τ sums the
    /// correlations: λ₂ of this chain is below 0.9, so τ < 1/(1-0.9) = 10 and 5√(20/4/T) bounds 5
    /// deviations.
    @Test
    void theStationaryLawOfBlocksIsHowOftenPathsShowThem() {
        RandomInput input = new RandomInput(5);
        Distribution[] laws = new Distribution[8];
        Arrays.setAll(laws, b -> input.distribution(2));
        HigherOrderChain chain = HigherOrderChain.of(3, laws);
        var spectrum = (Spectrum.Complete) Spectrum.of(chain);
        assertThat(spectrum.lambda2().orElseThrow().modulus()).isLessThan(0.9);
        int steps = 400_000;
        Trajectory path =
                Trajectory.sampled(
                        chain, Distribution.uniform(8), steps, new SplittableRandom(20260501));
        double[] seen = new double[8];
        for (int block : path.toArray()) {
            seen[block]++;
        }
        Distribution pi = ((Unique) StationaryDistribution.of(chain)).pi();
        for (int b = 0; b < 8; b++) {
            assertThat(seen[b] / (steps + 1))
                    .isCloseTo(pi.mass(b), offset(5 * Math.sqrt(20.0 / 4 / steps)));
        }
    }

    @Test
    void whatIsNoPathOrNoChainIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trajectory.of())
                .withMessage("no states, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trajectory.of(0, -1))
                .withMessage("state -1 at time 1, must be at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransitionEstimate.of(2, List.of(Trajectory.of(0, 2)), 0))
                .withMessage("state 2 at time 1, must be from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransitionEstimate.of(2, List.of(), Double.NaN))
                .withMessage("pseudo-count = NaN, must be at least 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HigherOrderChain.of(2, Distribution.uniform(2)))
                .withMessage("1 laws on 2 symbols, must be 2 to the power 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> higher(1, KnownChains.cycle(3)).block(0, 1))
                .withMessage("2 symbols, must be 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> higher(1, KnownChains.cycle(3)).block(3))
                .withMessage("symbol 3, must be from 0 to 2");
    }

    private static HigherOrderChain higher(int order, StochasticMatrix chain) {
        Distribution[] laws = new Distribution[chain.states()];
        Arrays.setAll(laws, i -> row(chain, i));
        return HigherOrderChain.of(order, laws);
    }

    private static Distribution row(Transition chain, int from) {
        double[] row = new double[chain.states()];
        chain.row(from, row);
        return Distribution.of(row);
    }
}
