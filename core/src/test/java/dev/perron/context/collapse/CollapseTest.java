package dev.perron.context.collapse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.path.Trajectory;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Prompt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Who wins, and how fast the others fall. Seeds are fixed.
class CollapseTest {
    private static StochasticMatrix two(double a, double b) {
        return StochasticMatrix.ofRows(new double[] {1 - a, a}, new double[] {1 - b, b});
    }

    private static CollapseRuns runs(StochasticMatrix base, int length, int runs) {
        int k = base.states();
        return CollapseRuns.simulate(
                ContextConditionedChain.of(base),
                Prompt.of(IntStream.range(0, k).toArray()),
                Checkpoints.logarithmic(k, length, 10),
                runs,
                1);
    }

    @Test
    void theFourPhasesAndTheLevelOfCoexistence() {
        assertThat(TwoTokenPhase.of(.3, .1)).isEqualTo(new TwoTokenPhase.FirstWins());
        assertThat(TwoTokenPhase.of(.7, .9)).isEqualTo(new TwoTokenPhase.SecondWins());
        assertThat(TwoTokenPhase.of(.3, .7)).isEqualTo(new TwoTokenPhase.RandomWinner());
        assertThat(TwoTokenPhase.of(.5, .5)).isEqualTo(new TwoTokenPhase.Urn());
        assertThat(TwoTokenPhase.of(.5, .3)).isEqualTo(new TwoTokenPhase.Border());
        double level = ((TwoTokenPhase.Coexistence) TwoTokenPhase.of(.6, .2)).share();
        assertThat(level).isCloseTo(.3077, within(1e-4));
        // the mean field stands still there
        assertThat(MeanField.of(two(.6, .2)).exponents(1 - level, level))
                .satisfies(e -> assertThat(e[0]).isCloseTo(0, within(1e-12)))
                .satisfies(e -> assertThat(e[1]).isCloseTo(0, within(1e-12)));
        assertThatIllegalArgumentException().isThrownBy(() -> TwoTokenPhase.of(0, .5));
    }

    /// Runs of finite length end beside the level of coexistence, by W t^e with an e near 0; what
    /// least squares leaves is the level.
    @Test
    void theLevelOfCoexistenceIsFoundOnceItsSlowPowerIsTakenOut() {
        var coexistence = (TwoTokenPhase.Coexistence) TwoTokenPhase.of(.6, .2);
        double level = coexistence.share();
        assertThat(coexistence.exponent()).isCloseTo(-.3, within(1e-3));
        // the flow's own slope there, by differences
        double h = 1e-5;
        double above = MeanField.of(two(.6, .2)).exponents(1 - level - h, level + h)[1];
        assertThat(above * level / h).isCloseTo(coexistence.exponent(), within(1e-3));
        CollapseRuns runs = runs(two(.6, .2), 20_000, 300);
        LongRunShare share = LongRunShare.of(runs, 1, coexistence.exponent(), 200).orElseThrow();
        assertThat(Math.abs(share.value() - level)).isLessThan(3 * share.standardError());
        assertThat(share.standardError()).isLessThan(.004);
        assertThat(LongRunShare.of(runs, 1, coexistence.exponent(), 19_000)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LongRunShare.of(runs, 1, 0, 200))
                .withMessage("exponent = 0.0, must be below 0");
    }

    @Test
    void winnersAndPhasesAgreeEverywhere() {
        for (double a = .05; a < 1; a += .1) {
            for (double b = .05; b < 1; b += .1) {
                List<Integer> winners = Winners.of(two(a, b)).possible();
                List<Integer> expected =
                        switch (TwoTokenPhase.of(a, b)) {
                            case TwoTokenPhase.FirstWins() -> List.of(0);
                            case TwoTokenPhase.SecondWins() -> List.of(1);
                            case TwoTokenPhase.RandomWinner() -> List.of(0, 1);
                            case TwoTokenPhase.Coexistence(double share, double exponent) -> {
                                assertThat(exponent).isBetween(-1.0, 0.0);
                                assertThat(share).isBetween(0.0, 1.0);
                                yield List.of();
                            }
                            case TwoTokenPhase.Urn(), TwoTokenPhase.Border() -> winners;
                        };
                assertThat(winners).as("a %s, b %s", a, b).isEqualTo(expected);
            }
        }
    }

    @Test
    void nearACornerTheMeanFieldHasThePredictedExponents() {
        assertThat(MeanField.of(two(.4, .4)).exponents(1, 1e-9)[1])
                .isCloseTo(-1.0 / 3, within(1e-7));
        assertThat(MeanField.of(two(.45, .45)).exponents(1, 1e-9)[1])
                .isCloseTo(-.181818, within(1e-6));
        StochasticMatrix three =
                StochasticMatrix.ofRows(
                        new double[] {.5, .3, .2},
                        new double[] {.2, .3, .5},
                        new double[] {.4, .4, .2});
        double[] exponents = MeanField.of(three).exponents(1, 1e-9, 1e-8);
        assertThat(Winners.of(three).possible()).containsExactly(0);
        assertThat(exponents[1]).isCloseTo(Winners.of(three).exponents(0)[1], within(1e-6));
        assertThat(exponents[2]).isCloseTo(-.6, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({".1,.1", ".2,.2", ".3,.3", ".3,.1"})
    void theLosersShareFallsAsPredicted(double a, double b) {
        CollapseRuns runs = runs(two(a, b), 30_000, 300);
        Slope slope = Slope.of(runs, Slope.Average.MEAN, 1, runs.ledBy(0), 300, 1).orElseThrow();
        assertThat(slope.value()).isCloseTo(a / (1 - a) - 1, within(.03));
        assertThat(slope.low()).isLessThan(slope.value());
        assertThat(slope.high()).isGreaterThan(slope.value());
    }

    @Test
    void anUrnsSharesHaveTheirBetaLaw() {
        CollapseRuns runs = runs(two(.5, .5), 3000, 500);
        double[] shares =
                IntStream.range(0, 500)
                        .mapToDouble(r -> runs.share(r, runs.checkpoints().times().size() - 1, 0))
                        .toArray();
        assertThat(new UrnLimit(1, 1).agreement(shares).pValue()).isGreaterThan(1e-3);
        assertThat(new UrnLimit(2, 5).agreement(shares).pValue()).isLessThan(1e-3);
        assertThat(new UrnLimit(1, 1).cumulative(.3)).isCloseTo(.3, within(1e-15));
        // Beta(2, 3): 6x² - 8x³ + 3x⁴
        assertThat(new UrnLimit(2, 3).cumulative(.4))
                .isCloseTo(6 * .16 - 8 * .064 + 3 * .0256, within(1e-14));
    }

    @Test
    void coexistenceAndTheRandomWinnerAreSeen() {
        CollapseRuns both = runs(two(.6, .2), 30_000, 100);
        int last = both.checkpoints().times().size() - 1;
        assertThat(both.meanShare(IntStream.range(0, 100).boxed().toList(), last, 1))
                .isCloseTo(.308, within(.01));
        CollapseRuns either = runs(two(.3, .7), 30_000, 200);
        assertThat(either.wonBy(0, .9).size()).isBetween(40, 160);
        assertThat(either.wonBy(1, .9).size()).isBetween(40, 160);
    }

    @Test
    void resultsDontDependOnTheNumberOfThreads() {
        CollapseRuns runs = runs(two(.3, .3), 1000, 16);
        ContextConditionedChain chain = ContextConditionedChain.of(two(.3, .3));
        SplittableRandom root = new SplittableRandom(1);
        for (int r = 0; r < 16; r++) {
            int[] run = chain.simulate(Prompt.of(0, 1), 998, root.split()).toArray();
            long ones = IntStream.of(run).filter(x -> x == 1).count();
            assertThat(runs.share(r, runs.checkpoints().times().size() - 1, 1))
                    .isEqualTo(ones / 1000.0);
        }
    }

    /// Below a third the weak token's row is never learned, above it is.
    @Test
    void oneRunTeachesTheWeakRowOnlyAboveAThird() {
        OneRunLearning weak = learning(.2, 5000, 30);
        OneRunLearning strong = learning(.45, 5000, 30);
        OneRunLearning.Pair lost = pair(weak, 1);
        assertThat(lost.exponent()).isCloseTo(-.5, within(1e-12));
        assertThat(lost.learnable()).isFalse();
        assertThat(lost.information().getLast() / lost.information().getFirst())
                .isBetween(1.0, 1.3);
        assertThat(lost.noEstimate().getLast()).isGreaterThan(.5);
        OneRunLearning.Pair learned = pair(strong, 1);
        assertThat(learned.learnable()).isTrue();
        assertThat(learned.information().getLast() / learned.information().getFirst())
                .isGreaterThan(2.5);
        assertThat(learned.medianError().getLast()).isLessThan(.35);
        assertThat(pair(weak, 0).learnable()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Winners.of(two(.2, .2)).informationExponent(0, 1, 0))
                .withMessageContaining("target 0 is the winner");
    }

    private static OneRunLearning learning(double q, int length, int runs) {
        return OneRunLearning.simulate(
                ContextConditionedChain.of(two(q, q)),
                0,
                Prompt.of(0, 1),
                new Checkpoints(List.of(1000, length)),
                runs,
                1);
    }

    private static OneRunLearning.Pair pair(OneRunLearning learning, int query) {
        return learning.pairs().stream()
                .filter(p -> p.query() == query && p.target() == 1)
                .findFirst()
                .orElseThrow();
    }

    /// What the law itself wrote is explained by it better than by counts or pairs.
    @Test
    void aTextOfTheLawIsExplainedByIt() {
        SplittableRandom random = new SplittableRandom(3);
        int k = 6;
        ContextConditionedChain chain =
                ContextConditionedChain.of(
                        StochasticMatrix.proportionalTo(
                                k,
                                random.doubles((long) k * k)
                                        .map(u -> Math.pow(u, 3) + .01)
                                        .toArray()));
        Trajectory text = chain.simulate(Prompt.of(0, 1, 2, 3, 4, 5), 4000, random);
        Observation seen = Observation.of(text, 6, k, .1, 50, 1);
        double own = seen.logLoss(Observation.Law.CONTEXT_CONDITIONED).orElseThrow();
        assertThat(own).isLessThan(seen.logLoss(Observation.Law.COUNTS).orElseThrow());
        assertThat(seen.newTokens()).isZero();
        assertThat(seen.lossSoFar()).hasSameSizeAs(seen.winnerShare());
        assertThat(seen.lossSoFar().getFirst().logLoss()).isEmpty();
        assertThat(seen.lossSoFar().getLast().logLoss()).isEqualTo(seen.logLoss());
        Observation.WinnerShare share = seen.winnerShare().getLast();
        assertThat(share.length()).isEqualTo(4006);
        assertThat(share.low()).isLessThan(share.predicted());
        assertThat(share.high()).isGreaterThan(share.predicted());
        assertThat(seen.observed().topShare())
                .isBetween(
                        seen.predicted(Repetition::topShare, 0) - .05,
                        seen.predicted(Repetition::topShare, 1) + .05);
        assertThat(Repetition.of(1, 1, 1, 2).distinct2()).isCloseTo(2.0 / 3, within(1e-15));
    }
}
