package dev.perron.context.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.PositionWeights;
import dev.perron.context.Prompt;
import dev.perron.context.PromptLaw;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/// Position weights and a row, together.
class PositionFitTest {
    @Test
    void weightsAndRowsComeBackFromManySamples() {
        ContextConditionedChain chain =
                ContextConditionedChain.of(
                                StochasticMatrix.ofRows(
                                        new double[] {.5, .3, .2},
                                        new double[] {.2, .2, .6},
                                        new double[] {.3, .4, .3}))
                        .withPositions(PositionWeights.sameForAll(3, 1, .5, 2, 1, 3));
        SequenceCounts counts = samples(chain, 60_000, 5, 3);
        assertThat(counts.positions()).isEqualTo(5);
        for (int q = 0; q < 3; q++) {
            PositionFit.Converged fit =
                    (PositionFit.Converged)
                            PositionFit.of(counts, q, FitOptions.maximumLikelihood());
            double[] weights = {1, .5, 2, 1, 3};
            for (int l = 0; l < 5; l++) {
                assertThat(fit.weights().get(l).value() / weights[l]).isCloseTo(1, within(.15));
            }
            for (int j = 0; j < 3; j++) {
                assertThat(fit.law().mass(j))
                        .isCloseTo(chain.base().probability(q, j), within(.03));
            }
            assertThat(fit.certificate().newtonDecrement()).isLessThan(1e-8);
        }
    }

    /// A prompt of one length whose query is seen nowhere else: its token and its position can't be
    /// told apart.
    @Test
    void aTokenThatStandsInOnePlaceOnlyIsNotIdentified() {
        SequenceCounts.Builder builder = new SequenceCounts.Builder(3);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            int a = random.nextInt(2);
            int b = random.nextInt(2);
            int[] prompt = {a, b, 2};
            builder.add(Prompt.of(prompt), prompt[random.nextInt(3)]);
        }
        assertThat(PositionFit.of(builder.build(), 2, FitOptions.maximumLikelihood()))
                .isEqualTo(new PositionFit.NotIdentifiable(2, 1));
        assertThat(PositionFit.of(builder.build(), 0, FitOptions.maximumLikelihood()))
                .isEqualTo(new PositionFit.NotIdentifiable(0, 4));
    }

    /// Standard errors are what fits to fresh samples scatter by, and intervals cover the truth as
    /// often as they say.
    @Test
    void standardErrorsAreThoseOfFreshSamples() {
        ContextConditionedChain chain =
                ContextConditionedChain.of(
                                StochasticMatrix.ofRows(
                                        new double[] {.5, .3, .2},
                                        new double[] {.2, .2, .6},
                                        new double[] {.3, .4, .3}))
                        .withPositions(PositionWeights.sameForAll(3, 1, .5, 2, 1));
        double[] truth = {Math.log(.5), Math.log(2), .5};
        double[] squares = new double[3];
        double[] variance = new double[3];
        int covered = 0;
        int replicates = 80;
        for (int r = 0; r < replicates; r++) {
            PositionFit.Converged fit =
                    (PositionFit.Converged)
                            PositionFit.of(
                                    samples(chain, 6000, 4, r), 0, FitOptions.maximumLikelihood());
            double[] found = {
                Math.log(fit.weights().get(1).value()),
                Math.log(fit.weights().get(2).value()),
                fit.law().mass(0)
            };
            double[] errors = {
                fit.weights().get(1).logError(),
                fit.weights().get(2).logError(),
                fit.information().standardError(0)
            };
            for (int i = 0; i < 3; i++) {
                squares[i] += Math.pow(found[i] - truth[i], 2);
                variance[i] += errors[i] * errors[i];
            }
            PositionFit.Weight.Interval interval = fit.weights().get(2).interval(1.96);
            covered += interval.low() < 2 && 2 < interval.high() ? 1 : 0;
            assertThat(fit.weights().getFirst().logError()).isZero();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(squares[i] / variance[i]).as("coordinate %d", i).isBetween(.6, 1.6);
        }
        assertThat(covered).isBetween(69, 80);
    }

    /// The penalty is told apart: with a hard ridge, the risk is that of even weights.
    @Test
    void theRiskIsWithoutTheRidge() {
        SequenceCounts counts =
                samples(
                        ContextConditionedChain.of(
                                StochasticMatrix.ofRows(
                                        new double[] {.6, .4}, new double[] {.3, .7})),
                        500,
                        3,
                        1);
        FitOptions options = FitOptions.maximumLikelihood();
        Certificate free = certificate(PositionFit.of(counts, 0, options));
        Certificate hard = certificate(PositionFit.of(counts, 0, options.withRidge(1e9)));
        assertThat(free.penalty()).isZero();
        assertThat(hard.penalty()).isPositive().isLessThan(1e-3);
        double even = 0;
        long all = 0;
        for (SequenceCounts.Sample sample : counts.of(0)) {
            int there = sample.prompt().counts(2)[sample.next()];
            even -= sample.times() * Math.log(there / 3.0);
            all += sample.times();
        }
        assertThat(hard.risk()).isCloseTo(even / all, within(1e-6));
        assertThat(free.risk()).isLessThan(hard.risk());
        Certificate some = certificate(PositionFit.of(counts, 0, options.withRidge(5)));
        assertThat(some.risk()).isBetween(free.risk(), hard.risk());
        assertThat(some.penalty()).isPositive();
    }

    @Test
    void aQueryThatNeverOccursHasTheRidgesAnswer() {
        SequenceCounts counts = new SequenceCounts.Builder(2).add(Prompt.of(0, 1), 0).build();
        FitOptions options = FitOptions.maximumLikelihood();
        assertThat(PositionFit.of(counts, 0, options))
                .isEqualTo(new PositionFit.NotIdentifiable(0, 2));
        PositionFit.Converged fit =
                (PositionFit.Converged) PositionFit.of(counts, 0, options.withRidge(4));
        assertThat(fit.law().mass(0)).isEqualTo(.5);
        // two independent logarithms of precision 4
        assertThat(fit.weights().get(1).value()).isEqualTo(1);
        assertThat(fit.weights().get(1).logError()).isCloseTo(Math.sqrt(.5), within(1e-12));
    }

    private static Certificate certificate(PositionFit fit) {
        return ((PositionFit.Converged) fit).certificate();
    }

    private static SequenceCounts samples(
            ContextConditionedChain chain, int n, int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PromptLaw law = new PromptLaw.Independent(Distribution.uniform(chain.tokens()));
        SequenceCounts.Builder builder = new SequenceCounts.Builder(chain.tokens());
        for (int i = 0; i < n; i++) {
            Prompt prompt = law.draw(length, random);
            builder.add(prompt, chain.draw(prompt, random));
        }
        return builder.build();
    }
}
