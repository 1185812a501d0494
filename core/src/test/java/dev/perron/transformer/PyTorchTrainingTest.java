package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Ten steps against PyTorch, by the script `pytorch-training.py` among the test's resources: all
/// gradients of the first, the losses, the learning rates and the weights after the last.
class PyTorchTrainingTest {
    private static final int V = 3;
    private static final int T = 12;
    private static final int B = 2;
    private static final int STEPS = 10;

    @ParameterizedTest
    @CsvSource({
        "tied.cos, FLOAT64, 1e-11",
        "tied.cos, FLOAT32, 2e-5",
        "untied.linear, FLOAT64, 1e-11",
        "untied.linear, FLOAT32, 2e-5",
        "rpe.cos, FLOAT64, 1e-11",
        "rpe.cos, FLOAT32, 2e-5"
    })
    void tenStepsAreThoseOfPyTorch(
            String name, TrainingPlan.Precision precision, double tolerance) {
        TrainingPlan plan = plan(!name.startsWith("untied"), precision);
        TransformerConfig two =
                TransformerConfig.reference(V, T).withDModel(4).withHeads(2).withLayers(2);
        TransformerConfig config =
                switch (name) {
                    case "tied.cos" -> two;
                    case "untied.linear" -> two.withHead(OutputHead.UNTIED);
                    default ->
                            two.withHead(OutputHead.UNTIED)
                                    .withNormalisation(Normalisation.AFTER_MLP)
                                    .withProbabilities(Probabilities.RELU);
                };
        TransformerWeights start =
                TransformerWeights.of(WeightLayout.of(config), golden(name + ".start"));
        int[] tokens = Arrays.stream(golden(name + ".tokens")).mapToInt(x -> (int) x).toArray();
        double[] losses = new double[STEPS];
        double[] rates = new double[STEPS];
        double[][] none = new double[2][start.layout().size()];
        try (TrainableModel model =
                precision == TrainingPlan.Precision.FLOAT64
                        ? new Float64Model(start, none, plan)
                        : new Float32Model(start, none, plan, 2)) {
            for (int step = 0; step < STEPS; step++) {
                int[] batch =
                        Arrays.copyOfRange(tokens, step * B * (T + 1), (step + 1) * B * (T + 1));
                model.clearGradient();
                losses[step] = model.addGradient(batch, B, 1);
                if (step == 0) {
                    assertClose(model.gradientArray(), golden(name + ".gradient"), tolerance);
                }
                double norm = model.gradientNorm();
                if (norm > plan.clip()) {
                    model.scaleGradient(plan.clip() / (norm + 1e-6));
                }
                rates[step] = plan.rateAt(step);
                model.step(plan.optimiser(), rates[step], step + 1);
            }
            assertClose(losses, golden(name + ".losses"), tolerance);
            assertClose(rates, golden(name + ".rates"), 1e-12);
            assertClose(model.weights().toArray(), golden(name + ".end"), 10 * tolerance);
        }
    }

    private static TrainingPlan plan(boolean adam, TrainingPlan.Precision precision) {
        return new TrainingPlan(
                STEPS,
                B,
                T,
                1,
                adam ? new Optimiser.AdamW(0.9, 0.95, 1e-8, 0.1) : new Optimiser.Sgd(0.9, 0.1),
                0.05,
                new Schedule.OneCycle(
                        adam ? Schedule.Annealing.COSINE : Schedule.Annealing.LINEAR,
                        0.3,
                        0.01,
                        0.2),
                adam ? Double.POSITIVE_INFINITY : 0.5,
                1,
                1,
                0,
                precision,
                List.of());
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        double most = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(actual).containsExactly(expected, within(tolerance * most));
    }

    private static double[] golden(String name) {
        try (InputStream in =
                Objects.requireNonNull(
                        PyTorchTrainingTest.class.getResourceAsStream("pytorch-training.csv"))) {
            String line =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(row -> row.startsWith(name + ","))
                            .findFirst()
                            .orElseThrow();
            return Arrays.stream(line.split(",", -1))
                    .skip(1)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
