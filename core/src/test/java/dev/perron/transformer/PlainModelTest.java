package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.transformer.landscape.PlainModel;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Two routes to the same gradient, which share no code: the backward pass that training is checked
/// against, and the tape.
class PlainModelTest {
    private static final int LENGTH = 9;

    /// All but the wide one, which takes the tape longer than the others together.
    static Stream<String> configurations() {
        return Configurations.all().keySet().stream().filter(name -> !name.equals("wide"));
    }

    /// Also with weights so large that attention is saturated.
    @ParameterizedTest
    @MethodSource("configurations")
    void theTapeAgreesWithTheBackwardPass(String name) {
        TransformerConfig config = Objects.requireNonNull(Configurations.all().get(name));
        WeightLayout layout = WeightLayout.of(config);
        for (double deviation : new double[] {.1, 2}) {
            SplittableRandom random = new SplittableRandom(5);
            double[] values = new double[layout.size()];
            Arrays.setAll(values, _ -> deviation * random.nextGaussian());
            int[] tokens = random.ints(LENGTH, 0, config.dVocab()).toArray();
            int[] targets = random.ints(LENGTH, 0, config.dVocab()).toArray();
            PlainPass pass = new PlainPass(layout, values);
            pass.forward(tokens);
            double loss = pass.loss(targets) / LENGTH;
            double[] gradient = new double[values.length];
            pass.backward(targets, 1.0 / LENGTH, gradient);
            TransformerWeights weights = TransformerWeights.of(layout, values);
            assertThat(PlainModel.loss(weights, tokens, targets))
                    .isEqualTo(loss, offset(1e-12 * Math.max(1, loss)));
            double[] other = PlainModel.gradient(weights, tokens, targets);
            double largest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
            for (int i = 0; i < gradient.length; i++) {
                assertThat(other[i])
                        .as("%s, deviation %s, weight %d", name, deviation, i)
                        .isEqualTo(gradient[i], offset(1e-11 * largest));
            }
        }
    }
}
