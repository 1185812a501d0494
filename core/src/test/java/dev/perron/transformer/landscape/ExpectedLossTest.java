package dev.perron.transformer.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.RandomInput;
import dev.perron.transformer.Activation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.LagSource;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;

/// The tape: its loss against sums over sequences, its gradient against differences of the loss,
/// its Hessian against differences of the gradient.
class ExpectedLossTest {
    private static final TransformerConfig REFERENCE =
            TransformerConfig.reference(2, 3).withDModel(4);

    private static final List<TransformerConfig> CONFIGURATIONS =
            List.of(
                    REFERENCE,
                    REFERENCE.withBiases(true).withHead(OutputHead.UNTIED).withLayers(2),
                    REFERENCE.withNormalisation(Normalisation.AFTER_MLP).withBiases(true),
                    REFERENCE.withHead(OutputHead.UNTIED).withProbabilities(Probabilities.RELU),
                    REFERENCE.withPositions(Positions.ROTARY).withHeads(2),
                    REFERENCE.withPositions(Positions.RELATIVE).withWindow(2),
                    REFERENCE.withPositions(Positions.SINUSOIDAL).withMlp(0, Activation.RELU),
                    REFERENCE
                            .withHead(OutputHead.SCALAR_TIED)
                            .withNormalisation(Normalisation.NONE)
                            .withMlp(5, Activation.RELU),
                    REFERENCE
                            .withHead(OutputHead.SCALAR_UNTIED)
                            .withPositions(Positions.NONE)
                            .withAttention(false));

    @Test
    void theLossIsTheMeanOverAllSequences() {
        for (TransformerConfig config : CONFIGURATIONS) {
            for (KnownSource source : sources()) {
                TransformerWeights weights = random(config, 3);
                double mean = 0;
                int[] all = new int[4];
                for (int code = 0; code < 16; code++) {
                    for (int t = 0; t < 4; t++) {
                        all[t] = code >> t & 1;
                    }
                    int[] tokens = {all[0], all[1], all[2]};
                    int[] targets = {all[1], all[2], all[3]};
                    mean += source.probability(all, 4) * PlainModel.loss(weights, tokens, targets);
                }
                assertThat(ExpectedLoss.of(source, config, 3).value(weights))
                        .as("%s", config)
                        .isEqualTo(mean, offset(1e-13));
            }
        }
    }

    @Test
    void gradientsAreDifferencesOfTheLoss() {
        for (TransformerConfig config : CONFIGURATIONS) {
            ExpectedLoss expected = ExpectedLoss.of(sources().getFirst(), config, 3);
            TransformerWeights weights = random(config, 4);
            double[] gradient = expected.gradient(weights);
            SplittableRandom random = new SplittableRandom(2);
            for (int trial = 0; trial < 40; trial++) {
                int i = random.nextInt(gradient.length);
                double h = 1e-5;
                double slope =
                        (expected.value(moved(weights, i, h))
                                        - expected.value(moved(weights, i, -h)))
                                / (2 * h);
                assertThat(gradient[i])
                        .as("weight %d of %s", i, config)
                        .isEqualTo(slope, offset(1e-8));
            }
        }
    }

    @Test
    void hessiansAreDifferencesOfTheGradient() {
        for (TransformerConfig config : CONFIGURATIONS) {
            ExpectedLoss expected = ExpectedLoss.of(sources().getFirst(), config, 3);
            TransformerWeights weights = random(config, 5);
            SplittableRandom random = new SplittableRandom(1);
            for (int trial = 0; trial < 8; trial++) {
                double[] gradient = expected.gradient(weights);
                int i = random.nextInt(gradient.length);
                double[] direction = new double[gradient.length];
                direction[i] = 1;
                double[] product = expected.hessianTimes(weights, direction);
                double h = 1e-5;
                double[] above = expected.gradient(moved(weights, i, h));
                double[] below = expected.gradient(moved(weights, i, -h));
                for (int j = 0; j < above.length; j++) {
                    assertThat(product[j])
                            .as("weights %d, %d of %s", i, j, config)
                            .isEqualTo((above[j] - below[j]) / (2 * h), offset(1e-7));
                }
            }
        }
    }

    /// Each row is a product of its own, so nothing makes the Hessian symmetric but its being
    /// right.
    @Test
    void hessiansAreSymmetric() {
        TransformerConfig config = CONFIGURATIONS.get(1).withDModel(2);
        double[][] hessian =
                ExpectedLoss.of(sources().getLast(), config, 2).hessian(random(config, 9));
        for (int i = 0; i < hessian.length; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(hessian[i][j]).isEqualTo(hessian[j][i], offset(1e-13));
            }
        }
    }

    @Test
    void aProductWithADirectionIsThatOfTheWholeHessian() {
        TransformerConfig config = CONFIGURATIONS.getFirst();
        ExpectedLoss expected = ExpectedLoss.of(sources().getFirst(), config, 3);
        TransformerWeights weights = random(config, 6);
        double[][] hessian = expected.hessian(weights);
        double[] direction = new RandomInput(7).function(hessian.length);
        double[] product = expected.hessianTimes(weights, direction);
        for (int i = 0; i < product.length; i++) {
            double sum = 0;
            for (int j = 0; j < product.length; j++) {
                sum += hessian[i][j] * direction[j];
            }
            assertThat(product[i]).isEqualTo(sum, offset(1e-12));
        }
    }

    /// What a place predicts doesn't depend on what comes later.
    @Test
    void nothingLooksAhead() {
        for (TransformerConfig config : CONFIGURATIONS) {
            TransformerWeights weights = random(config, 8);
            double[] one = PlainModel.logits(weights, 1, 0, 1);
            double[] other = PlainModel.logits(weights, 1, 0, 0);
            for (int i = 0; i < 2 * config.logits(); i++) {
                assertThat(one[i]).isEqualTo(other[i]);
            }
        }
    }

    @Test
    void aShorterContextChangesNothingForShortSequences() {
        for (TransformerConfig config : CONFIGURATIONS) {
            TransformerWeights weights = random(config, 2);
            KnownSource source = sources().getFirst();
            TransformerWeights shorter = ExpectedLoss.shortened(weights, 2);
            assertThat(ExpectedLoss.of(source, shorter.config(), 2).value(shorter))
                    .as("%s", config)
                    .isEqualTo(ExpectedLoss.of(source, config, 2).value(weights));
        }
    }

    @Test
    void whatIsNotThereIsRefused() {
        TransformerWeights weights = random(REFERENCE, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlainModel.logits(weights, 0, 2))
                .withMessage("token 2 at place 1, must be from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlainModel.loss(weights, new int[] {0}, new int[] {-1}))
                .withMessageContaining("no target counts");
        ExpectedLoss expected = ExpectedLoss.of(sources().getFirst(), REFERENCE, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expected.value(random(REFERENCE.withLayers(2), 1)))
                .withMessageContaining("nLayers: 2, there 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expected.hessianTimes(weights, new double[3]))
                .withMessageContaining("direction of 3 entries");
    }

    private static List<KnownSource> sources() {
        StartLaw stationary = new StartLaw.Stationary();
        return List.of(
                KernelSource.binary(.2, .7, stationary),
                LagSource.of(new RandomInput(2).dense(2), 2, stationary),
                KernelSource.ofKernel(
                        2,
                        List.of(
                                new RandomInput(1).distribution(2),
                                new RandomInput(2).distribution(2),
                                new RandomInput(3).distribution(2),
                                new RandomInput(4).distribution(2)),
                        new StartLaw.Uniform()));
    }

    private static TransformerWeights random(TransformerConfig config, long seed) {
        return TheoryPoint.gaussian(config, .7, new SplittableRandom(seed));
    }

    private static TransformerWeights moved(TransformerWeights weights, int i, double by) {
        double[] values = weights.toArray();
        values[i] += by;
        return TransformerWeights.of(weights.layout(), values);
    }
}
