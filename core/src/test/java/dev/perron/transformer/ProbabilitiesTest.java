package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.Random;

/// Laws made of logits, their losses and gradients; those of PyTorch are in [PyTorchTrainingTest].
class ProbabilitiesTest {
    private static final int V = 5;

    @Test
    void aReluGivesNegativeLogitsTheFloorAlone() {
        double[] law = {9, 3, -1, 1, 9};
        Probabilities.RELU.normalise(law, 1, 3);
        double sum = 4 + 3e-5;
        assertThat(law)
                .containsExactly(
                        new double[] {9, (3 + 1e-5) / sum, 1e-5 / sum, (1 + 1e-5) / sum, 9},
                        within(1e-15));
        assertThat(Probabilities.RELU.surprise(new double[] {3, -1, 1}, 1))
                .isCloseTo(-Math.log(1e-5 / sum), within(1e-12));
    }

    @Test
    void noPositiveLogitIsTheUniformLawAndNoGradient() {
        double[] logits = {-1, -2, -0.5};
        assertThat(Probabilities.RELU.surprise(logits, 2)).isCloseTo(Math.log(3), within(1e-12));
        assertThat(Probabilities.RELU.surpriseGradient(logits, 2)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(Probabilities.class)
    void theLossIsThatOfTheLawAndTheGradientThatOfTheLoss(Probabilities how) {
        Random random = new Random(3);
        for (int trial = 0; trial < 200; trial++) {
            double[] logits = random.doubles(V, -3, 3).map(ProbabilitiesTest::offTheKink).toArray();
            int target = random.nextInt(V);
            double[] law = logits.clone();
            how.normalise(law, 0, V);
            assertThat(Arrays.stream(law).sum()).isCloseTo(1, within(1e-14));
            assertThat(how.surprise(logits, target))
                    .isCloseTo(-Math.log(law[target]), within(1e-12));
            double[] gradient = how.surpriseGradient(logits, target);
            for (int v = 0; v < V; v++) {
                double h = 1e-6;
                double[] moved = logits.clone();
                moved[v] += h;
                double above = how.surprise(moved, target);
                moved[v] -= 2 * h;
                double below = how.surprise(moved, target);
                assertThat(gradient[v]).isCloseTo((above - below) / (2 * h), within(1e-7));
            }
        }
    }

    private static double offTheKink(double x) {
        return x + Math.copySign(0.05, x);
    }

    @Test
    void inFloat32ItIsTheSame() {
        Random random = new Random(4);
        int times = 64;
        int stride = times + 7;
        float[] logits = new float[3 + V * stride];
        int[] targets = new int[times];
        for (int t = 0; t < times; t++) {
            targets[t] = t % 9 == 0 ? -1 : random.nextInt(V);
            for (int v = 0; v < V; v++) {
                logits[3 + v * stride + t] =
                        (float) (random.nextGaussian() * Math.pow(10, -random.nextInt(6)));
            }
        }
        float[] gradient = logits.clone();
        double loss = ReluCrossEntropy.of(gradient, 3, V, targets, 0.25f, stride, times);
        double expected = 0;
        for (int t = 0; t < times; t++) {
            double[] row = new double[V];
            for (int v = 0; v < V; v++) {
                row[v] = logits[3 + v * stride + t];
            }
            double[] wanted = new double[V];
            if (targets[t] >= 0) {
                expected += Probabilities.RELU.surprise(row, targets[t]);
                wanted = Probabilities.RELU.surpriseGradient(row, targets[t]);
            }
            for (int v = 0; v < V; v++) {
                assertThat((double) gradient[3 + v * stride + t])
                        .isCloseTo(
                                0.25 * wanted[v], within(1e-7 * Math.max(1, Math.abs(wanted[v]))));
            }
        }
        assertThat(loss).isCloseTo(expected, within(1e-10));
    }

    @Test
    void aHeadOfOneLogitNeedsASoftmax() {
        TransformerConfig config =
                TransformerConfig.reference(2, 4).withHead(OutputHead.SCALAR_TIED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.withProbabilities(Probabilities.RELU))
                .withMessage("probabilities RELU, must be softmax for a head of one logit");
    }
}
