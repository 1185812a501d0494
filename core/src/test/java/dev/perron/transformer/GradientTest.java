package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/// Gradients over all configurations: those in double against finite differences of the loss, those
/// of the float32 kernels against the ones in double.
class GradientTest {
    private static final long SEED = 11;
    private static final int FEW = 3;

    /// So many that those of two symbols go through the first layer together, in two parts, of one
    /// group and of two.
    private static final int MANY = 37;

    static Stream<String> configurations() {
        return Configurations.all().keySet().stream();
    }

    /// A model, a batch, and both ways to the gradient.
    private static final class Case {
        private final TransformerWeights weights;
        private final TrainingPlan plan;
        private final int[] tokens;
        private final int batch;

        Case(String name, double std, int batch) {
            this.batch = batch;
            TransformerConfig config = Objects.requireNonNull(Configurations.all().get(name));
            Random random = new Random(SEED);
            TransformerWeights drawn = new Initialisation.Gaussian(std, false).draw(config, random);
            double[] values = drawn.toArray();
            for (int i = 0; i < values.length; i++) {
                // gains, biases and the like, too, get off their round starting values
                values[i] = (float) (values[i] + 0.3 * std * random.nextGaussian());
            }
            if (config.probabilities() == Probabilities.RELU) {
                keepOffTheKink(drawn.layout(), values, std);
            }
            weights = TransformerWeights.of(drawn.layout(), values);
            plan = TrainingPlan.reference(1, SEED).withBatch(batch, Configurations.T);
            tokens = new int[batch * (Configurations.T + 1)];
            Arrays.setAll(tokens, _ -> random.nextInt(config.dVocab()));
        }

        /// Token 0 gets logits that are always negative, others such that are always positive.
        private static void keepOffTheKink(WeightLayout layout, double[] values, double std) {
            WeightTensor bias = layout.tensor("lm_head.bias");
            for (int i = bias.offset(); i < bias.end(); i++) {
                values[i] =
                        (float)
                                (values[i]
                                        + (i == bias.offset() ? -1 : 1) * 20 * std * (1 + 2 * std));
            }
        }

        private double[][] moments() {
            return new double[2][weights.layout().size()];
        }

        double[] inDouble() {
            double[] gradient = new double[weights.layout().size()];
            PlainPass pass = new PlainPass(weights.layout(), weights.toArray());
            for (int b = 0; b < batch; b++) {
                pass.forward(part(b, 0));
                pass.backward(part(b, 1), 1.0 / (batch * Configurations.T), gradient);
            }
            return gradient;
        }

        double loss(double[] w) {
            PlainPass pass = new PlainPass(weights.layout(), w);
            double loss = 0;
            for (int b = 0; b < batch; b++) {
                pass.forward(part(b, 0));
                loss += pass.loss(part(b, 1));
            }
            return loss / (batch * Configurations.T);
        }

        private int[] part(int b, int shift) {
            int at = b * (Configurations.T + 1) + shift;
            return Arrays.copyOfRange(tokens, at, at + Configurations.T);
        }

        /// The gradient by kernels, and the loss in the last place.
        double[] byKernels(int threads) {
            try (Float32Model model = new Float32Model(weights, moments(), plan, threads)) {
                double loss = model.addGradient(tokens, batch, 1);
                double[] gradient = model.gradientArray();
                double[] all = Arrays.copyOf(gradient, gradient.length + 1);
                all[gradient.length] = loss;
                return all;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void theGradientInDoubleIsThatOfTheLoss(String name) {
        Case made = new Case(name, 0.5, FEW);
        double[] w = made.weights.toArray();
        double[] gradient = made.inDouble();
        double norm = norm(gradient);
        for (WeightTensor tensor : made.weights.layout().tensors()) {
            for (int k = 0; k < Math.min(6, tensor.size()); k++) {
                int i = tensor.offset() + k * 7919 % tensor.size();
                double before = w[i];
                double h = 1e-5;
                w[i] = before + h;
                double above = made.loss(w);
                w[i] = before - h;
                double below = made.loss(w);
                w[i] = before;
                assertThat(gradient[i])
                        .as("%s: %s[%d]", name, tensor.name(), i - tensor.offset())
                        .isCloseTo((above - below) / (2 * h), within(1e-7 * Math.max(1, norm)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void kernelsGiveTheGradientWithinOnePartInAHundredThousand(String name) {
        for (double std : List.of(0.02, 0.3)) {
            for (int batch : List.of(FEW, MANY)) {
                assertThat(error(new Case(name, std, batch)))
                        .as("%s, std %s, %d sequences", name, std, batch)
                        .isLessThan(1e-5);
            }
        }
    }

    /// Scores in the hundreds: most rows of attention are a one and zeros, and what is left of
    /// their gradients is rounding of float32 inputs, magnified by the size of the scores.
    @ParameterizedTest
    @MethodSource("configurations")
    void kernelsGiveTheGradientOfLargeWeights(String name) {
        assertThat(error(new Case(name, 2, FEW))).as(name).isLessThan(2e-3);
        assertThat(error(new Case(name, 2, MANY))).as(name).isLessThan(2e-3);
    }

    private static double error(Case made) {
        double[] expected = made.inDouble();
        double[] actual = made.byKernels(1);
        double loss = made.loss(made.weights.toArray());
        assertThat(actual[expected.length]).isCloseTo(loss, within(2e-6 * Math.max(1, loss)));
        double[] difference = new double[expected.length];
        Arrays.setAll(difference, i -> actual[i] - expected[i]);
        return norm(difference) / norm(expected);
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void threadsDoNotChangeABit(String name) {
        for (int batch : List.of(FEW, MANY)) {
            Case made = new Case(name, 0.3, batch);
            assertThat(made.byKernels(2)).isEqualTo(made.byKernels(1));
        }
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }
}
