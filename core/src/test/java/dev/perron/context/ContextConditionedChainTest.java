package dev.perron.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.StochasticMatrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

/// The law, and that it is attention.
class ContextConditionedChainTest {
    @Test
    void theRowOfTheQueryIsWeighedByTheCounts() {
        ContextConditionedChain chain =
                ContextConditionedChain.of(
                        StochasticMatrix.ofRows(
                                new double[] {.5, .3, .2},
                                new double[] {.1, .6, .3},
                                new double[] {.2, .2, .6}));
        // counts 2, 1, 1 and row .1 .6 .3: .2 : .6 : .3
        double[] next = chain.next(Prompt.of(0, 2, 0, 1)).toArray();
        assertThat(next[0]).isCloseTo(.2 / 1.1, within(1e-15));
        assertThat(next[1]).isCloseTo(.6 / 1.1, within(1e-15));
        assertThat(next[2]).isCloseTo(.3 / 1.1, within(1e-15));
        assertThat(chain.next(Prompt.of(2)).toArray()).containsExactly(0, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void attentionIsTheContextConditionedChain(long seed) {
        Gaussian random = new Gaussian(seed);
        int k = 4;
        int d = 6;
        Embeddings embeddings = Embeddings.of(random.matrix(k, d));
        SingleLayerAttention layer = SingleLayerAttention.of(embeddings, random.matrix(d, d));
        ContextConditionedChain chain = ContextConditionedChain.of(layer.baseChain());
        double[][] u = random.matrix(12, d);
        ContextConditionedChain positional = chain.withPositions(layer.positionWeights(u));
        for (int i = 0; i < 40; i++) {
            Prompt prompt = random.prompt(k, 1 + i % 12);
            assertWithin(layer.next(prompt), chain.next(prompt).toArray(), 1e-12, seed);
            assertWithin(layer.next(prompt, u), positional.next(prompt).toArray(), 1e-12, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void baseChainToWeightsAndBackIsTheSame(long seed) {
        Gaussian random = new Gaussian(seed);
        for (int k : new int[] {2, 4, 9}) {
            Embeddings embeddings = Embeddings.of(random.matrix(k, k + 3));
            StochasticMatrix base = random.base(k);
            SingleLayerAttention layer = SingleLayerAttention.of(base, embeddings);
            StochasticMatrix again = layer.baseChain();
            for (int q = 0; q < k; q++) {
                for (int j = 0; j < k; j++) {
                    assertThat(again.probability(q, j))
                            .as("seed %d", seed)
                            .isCloseTo(base.probability(q, j), within(1e-12));
                }
            }
        }
    }

    /// What is orthogonal to the subspace doesn't show, and the weights of a base chain have none
    /// of it, with whatever embeddings.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theIdentifiablePartHasTheSamePredictionsAndIsShorter(long seed) {
        Gaussian random = new Gaussian(seed);
        Embeddings embeddings = Embeddings.of(random.matrix(4, 6));
        SingleLayerAttention layer = SingleLayerAttention.of(embeddings, random.matrix(6, 6));
        SingleLayerAttention part = layer.identifiablePart();
        double[][] rest = layer.weights();
        double inner = 0;
        for (int r = 0; r < 6; r++) {
            for (int c = 0; c < 6; c++) {
                rest[r][c] -= part.weights()[r][c];
                inner += rest[r][c] * part.weights()[r][c];
            }
        }
        assertThat(inner).as("seed %d", seed).isCloseTo(0, within(1e-12));
        for (int i = 0; i < 20; i++) {
            Prompt prompt = random.prompt(4, 7);
            assertWithin(layer.next(prompt), part.next(prompt), 1e-12, seed);
        }
        // rest is orthogonal to each (e(i) - e(j)) e(q)ᵀ
        for (int j = 1; j < 4; j++) {
            for (int q = 0; q < 4; q++) {
                double sum = 0;
                for (int r = 0; r < 6; r++) {
                    for (int c = 0; c < 6; c++) {
                        sum +=
                                (embeddings.entry(j, r) - embeddings.entry(0, r))
                                        * rest[r][c]
                                        * embeddings.entry(q, c);
                    }
                }
                assertThat(sum).as("seed %d", seed).isCloseTo(0, within(1e-11));
            }
        }
    }

    /// As many independent directions of W change predictions as K(K-1).
    @Test
    void theIdentifiableSubspaceHasDimensionKTimesKMinusOne() {
        Gaussian random = new Gaussian(5);
        int d = 6;
        Embeddings embeddings = Embeddings.of(random.matrix(4, d));
        double[][] images = new double[d * d][];
        for (int i = 0; i < d * d; i++) {
            double[][] w = new double[d][d];
            w[i / d][i % d] = 1;
            double[][] part = SingleLayerAttention.of(embeddings, w).identifiablePart().weights();
            images[i] = new double[d * d];
            for (int j = 0; j < d * d; j++) {
                images[i][j] = part[j / d][j % d];
            }
        }
        double trace = 0; // of a projection: its rank
        for (int i = 0; i < d * d; i++) {
            trace += images[i][i];
        }
        assertThat(trace).isCloseTo(12, within(1e-10));
    }

    @Test
    void onlyTokensOfThePromptCanFollow() {
        ContextConditionedChain chain = ContextConditionedChain.of(new Gaussian(1).base(5));
        assertThat(chain.next(Prompt.of(1, 3, 3)).toArray())
                .satisfies(law -> assertThat(law[0] + law[2] + law[4]).isZero());
    }

    @Test
    void whatIsNoBaseChainIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ContextConditionedChain.of(
                                        StochasticMatrix.ofRows(
                                                new double[] {1, 0}, new double[] {.5, .5})))
                .withMessage("row 0: probability[1] = 0.0, must be > 0: softmax gives no zeros");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ContextConditionedChain.of(StochasticMatrix.ofRows(new double[] {1})))
                .withMessage("1 token, must be at least 2: one can only follow itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.of())
                .withMessage("the prompt is empty, must have at least one token");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ContextConditionedChain.of(new Gaussian(1).base(3))
                                        .next(Prompt.of(0, 3)))
                .withMessage("token 3 at position 1, must be from 0 to 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Embeddings.of(new double[] {1, 2}, new double[] {2, 4}))
                .withMessageContaining("depend on each other linearly");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionWeights.of(new double[] {1, 0}))
                .withMessage("weight[0, 1] = 0.0, must be positive and finite");
    }

    static void assertWithin(double[] actual, double[] expected, double tolerance, long seed) {
        assertThat(actual).as("seed %d", seed).hasSameSizeAs(expected);
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j]).as("seed %d", seed).isCloseTo(expected[j], within(tolerance));
        }
    }

    @Test
    void theComparisonWithAToleranceFindsADifference() {
        org.assertj.core.api.Assertions.assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> assertWithin(new double[] {1}, new double[] {1 + 1e-9}, 1e-12, 0));
    }

    /// Seeded input.
    static final class Gaussian {
        private final SplittableRandom random;

        Gaussian(long seed) {
            random = new SplittableRandom(seed);
        }

        double[][] matrix(int rows, int columns) {
            double[][] matrix = new double[rows][columns];
            for (double[] row : matrix) {
                for (int c = 0; c < columns; c++) {
                    row[c] = random.nextGaussian();
                }
            }
            return matrix;
        }

        /// Rows from a Dirichlet(1) law.
        StochasticMatrix base(int k) {
            double[] weights = new double[k * k];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = -Math.log1p(-random.nextDouble()) + 1e-12;
            }
            return StochasticMatrix.proportionalTo(k, weights);
        }

        Prompt prompt(int k, int length) {
            int[] tokens = new int[length];
            for (int l = 0; l < length; l++) {
                tokens[l] = random.nextInt(k);
            }
            return Prompt.of(tokens);
        }
    }
}
