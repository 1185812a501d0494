package dev.perron.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perron.chain.StochasticMatrix;
import dev.perron.context.ContextConditionedChainTest.Gaussian;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Steps have the law that they should have, whichever way they are drawn.
class ContextWalkTest {
    /// What a token comes out above its probability, added up, is a martingale: as large as its
    /// standard deviation. Few tokens are added up, many drawn from tables and rejection.
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 9, 20, 60})
    void tokensComeOutAsOftenAsTheirLawSays(int k) {
        ContextConditionedChain chain = ContextConditionedChain.of(new Gaussian(k).base(k));
        Prompt prompt = Prompt.of(IntStream.range(0, k).toArray());
        double[] surplus = new double[k * k];
        double[] variance = new double[k * k];
        double[] counts = new double[k];
        SplittableRandom root = new SplittableRandom(k);
        for (int run = 0; run < 10; run++) {
            ContextWalk walk = chain.walk(prompt, root.split());
            for (int t = 0; t < 4000; t++) {
                walk.counts(counts);
                int query = walk.last();
                double[] law = chain.next(query, counts).toArray();
                int next = walk.step();
                for (int j = 0; j < k; j++) {
                    surplus[query * k + j] += (next == j ? 1 : 0) - law[j];
                    variance[query * k + j] += law[j] * (1 - law[j]);
                }
            }
        }
        double squares = 0;
        int cells = 0;
        for (int i = 0; i < k * k; i++) {
            if (variance[i] > 5) {
                double z = surplus[i] / Math.sqrt(variance[i]);
                assertThat(Math.abs(z)).as("query %d, next %d", i / k, i % k).isLessThan(5.5);
                squares += z * z;
                cells++;
            }
        }
        assertThat(cells).isPositive();
        assertThat(squares / cells).isBetween(0.3, 1.8);
    }

    @Test
    void countsAndLengthAreThoseOfTheWholeContext() {
        ContextConditionedChain chain = ContextConditionedChain.of(new Gaussian(3).base(30));
        ContextWalk walk = chain.walk(Prompt.of(3, 4, 4, 29), new SplittableRandom(1));
        int[] seen = new int[30];
        seen[3]++;
        seen[4] += 2;
        seen[29]++;
        for (int t = 0; t < 5000; t++) {
            seen[walk.step()]++;
        }
        assertThat(walk.length()).isEqualTo(5004);
        assertThat(IntStream.range(0, 30).map(k -> (int) walk.count(k)).toArray()).isEqualTo(seen);
        // nothing but what was there
        assertThat(Arrays.stream(seen).filter(n -> n > 0).count()).isLessThanOrEqualTo(3);
    }

    @Test
    void theSameGeneratorGivesTheSameRun() {
        ContextConditionedChain chain = ContextConditionedChain.of(new Gaussian(3).base(12));
        Prompt prompt = Prompt.of(IntStream.range(0, 12).toArray());
        assertThat(chain.simulate(prompt, 500, new SplittableRandom(4)))
                .isEqualTo(chain.simulate(prompt, 500, new SplittableRandom(4)))
                .isNotEqualTo(chain.simulate(prompt, 500, new SplittableRandom(5)));
        assertThat(chain.simulate(prompt, 0, new SplittableRandom(4)).toArray())
                .isEqualTo(prompt.toArray());
    }

    /// A row whose large entries belong to tokens that hardly occur: rejection alone would throw
    /// nearly all draws away.
    @Test
    void aRowThatPrefersRareTokensIsDrawnFromInReasonableTime() {
        int k = 50;
        double[] weights = new double[k * k];
        for (int q = 0; q < k; q++) {
            for (int j = 0; j < k; j++) {
                weights[q * k + j] = j == 0 ? 1e-7 : j == 1 ? 1 : 1e-9;
            }
        }
        ContextConditionedChain chain =
                ContextConditionedChain.of(StochasticMatrix.proportionalTo(k, weights));
        int[] prompt = new int[3000];
        prompt[7] = 2;
        ContextWalk walk = chain.walk(Prompt.of(prompt), new SplittableRandom(1));
        for (int t = 0; t < 20_000; t++) {
            assertThat(walk.step()).isIn(0, 2);
        }
    }

    @Test
    void aChainWithPositionWeightsDoesntGoOnForLong() {
        ContextConditionedChain chain =
                ContextConditionedChain.of(new Gaussian(3).base(2))
                        .withPositions(PositionWeights.sameForAll(2, 1, 2, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chain.walk(Prompt.of(1), new SplittableRandom(1)))
                .withMessageContaining("weights for 3 positions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chain.next(Prompt.of(0, 1, 0, 1)))
                .withMessageContaining("a prompt of 4 tokens, must be at most 3");
    }
}
