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
                assertThat(fit.weights().get(l) / weights[l]).isCloseTo(1, within(.15));
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
