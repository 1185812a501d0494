package dev.perron.bench;

import dev.perron.chain.StochasticMatrix;
import dev.perron.transformer.Activation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.LagSource;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// How often trainings end at the bigram: the experiments of "Attention with Markov" from several
/// seeds each, for docs/training.md. No measurement of time; runs on one thread.
///
/// Arguments: names of experiments (`reference grid depth`), all of them if there is none.
final class Fractions {
    private static final StartLaw STATIONARY = new StartLaw.Stationary();

    /// Tokens a step, as published: gradients are as noisy whatever the length of a sequence is,
    /// and shorter ones have less attention to compute.
    private static final int TOKENS = 16 * 1024;

    /// Trainings that a fraction is of.
    private static final int SEEDS = 10;

    private static final int SHORT = 256;
    private static final int SHORTEST = 64;

    private Fractions() {}

    /// The experiments, in the order of the document.
    private enum Experiment {
        /// The two sources of the paper.
        REFERENCE {
            @Override
            List<SeededTrainings> trainings() {
                List<SeededTrainings> all = new ArrayList<>();
                for (double[] pq : new double[][] {{0.5, 0.8}, {0.2, 0.3}}) {
                    for (OutputHead head : List.of(OutputHead.TIED, OutputHead.UNTIED)) {
                        all.add(
                                binary(
                                        pq[0],
                                        pq[1],
                                        TransformerConfig.reference(2, SHORT).withHead(head),
                                        plan(400, SHORT),
                                        SEEDS));
                    }
                }
                return all;
            }
        },

        /// The sequences of float16_training.py, and those of the paper.
        LENGTHS {
            @Override
            List<SeededTrainings> trainings() {
                return Stream.of(SHORTEST, 1024)
                        .map(
                                length ->
                                        binary(
                                                0.5,
                                                0.8,
                                                TransformerConfig.reference(2, length),
                                                plan(400, length),
                                                SEEDS))
                        .toList();
            }
        },

        /// What is predicted over p and q, where a tied model may be stuck and where not.
        GRID {
            @Override
            List<SeededTrainings> trainings() {
                List<SeededTrainings> all = new ArrayList<>();
                double[] values = {0.2, 0.4, 0.5, 0.6, 0.8};
                for (OutputHead head : List.of(OutputHead.TIED, OutputHead.UNTIED)) {
                    for (double q : values) {
                        for (double p : values) {
                            all.add(
                                    binary(
                                            p,
                                            q,
                                            TransformerConfig.reference(2, SHORTEST).withHead(head),
                                            plan(400, SHORTEST),
                                            SEEDS));
                        }
                    }
                }
                return all;
            }
        },

        /// Deeper models, of half as many tokens a step.
        DEPTH {
            @Override
            List<SeededTrainings> trainings() {
                return Stream.of(1, 2, 4, 8)
                        .map(
                                layers ->
                                        binary(
                                                0.5,
                                                0.8,
                                                TransformerConfig.reference(2, SHORTEST)
                                                        .withLayers(layers),
                                                TrainingPlan.reference(500, 1)
                                                        .withBatch(128, SHORTEST),
                                                SEEDS))
                        .toList();
            }
        },

        /// The model of the theory without its attention.
        FREE {
            @Override
            List<SeededTrainings> trainings() {
                List<SeededTrainings> all = new ArrayList<>();
                double[][] sources = {{0.5, 0.8}, {0.7, 0.9}, {0.9, 0.9}, {0.2, 0.3}};
                for (double[] pq : sources) {
                    for (OutputHead head :
                            List.of(OutputHead.SCALAR_TIED, OutputHead.SCALAR_UNTIED)) {
                        all.add(
                                binary(
                                        pq[0],
                                        pq[1],
                                        TransformerConfig.reference(2, SHORT)
                                                .withDModel(4)
                                                .withMlp(16, Activation.RELU)
                                                .withAttention(false)
                                                .withNormalisation(Normalisation.NONE)
                                                .withHead(head),
                                        plan(1000, SHORT),
                                        SEEDS));
                    }
                }
                return all;
            }
        },

        /// Five symbols, less and more likely to change than not.
        SWITCH {
            @Override
            List<SeededTrainings> trainings() {
                List<SeededTrainings> all = new ArrayList<>();
                for (double p : new double[] {0.9, 0.1}) {
                    for (OutputHead head : List.of(OutputHead.TIED, OutputHead.UNTIED)) {
                        all.add(
                                new SeededTrainings(
                                        "5 symbols, p = %s, %s, 5000 steps".formatted(p, head),
                                        KernelSource.switching(5, p, STATIONARY),
                                        TransformerConfig.reference(5, SHORTEST).withHead(head),
                                        plan(5000, SHORTEST),
                                        SEEDS));
                    }
                }
                return all;
            }
        },

        /// The lag chain of two places through windows.
        WINDOW {
            @Override
            List<SeededTrainings> trainings() {
                List<SeededTrainings> all = new ArrayList<>();
                for (int layers : new int[] {1, 4}) {
                    for (int window : new int[] {3, 21, 61, 101, 256}) {
                        all.add(lagged(layers, window));
                    }
                }
                return all;
            }
        };

        abstract List<SeededTrainings> trainings();
    }

    /// Of as many tokens a step as the published code's, in sequences of this length.
    private static TrainingPlan plan(int steps, int length) {
        return TrainingPlan.reference(steps, 1).withBatch(TOKENS / length, length);
    }

    private static SeededTrainings lagged(int layers, int window) {
        StochasticMatrix matrix = StochasticMatrix.ofRows(new double[][] {{0.8, 0.2}, {0.3, 0.7}});
        TransformerConfig config =
                TransformerConfig.reference(2, SHORT)
                        .withDModel(32)
                        .withLayers(layers)
                        .withWindow(window);
        return new SeededTrainings(
                "lag 2, (0.2, 0.3), d 32, %d layers, window %d, 800 steps of 16 x %d"
                        .formatted(layers, window, SHORT),
                LagSource.of(matrix, 2, STATIONARY),
                config,
                TrainingPlan.reference(800, 1).withBatch(16, SHORT),
                SEEDS);
    }

    private static SeededTrainings binary(
            double p, double q, TransformerConfig config, TrainingPlan plan, int seeds) {
        String name =
                "(%s, %s), %d layers, %s, %d steps of %d x %d"
                        .formatted(
                                p,
                                q,
                                config.nLayers(),
                                config.head(),
                                plan.steps(),
                                plan.batch(),
                                plan.length());
        return new SeededTrainings(
                name, KernelSource.binary(p, q, STATIONARY), config, plan, seeds);
    }

    /// See the class.
    public static void main(String[] names) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Experiment> chosen =
                names.length == 0 || names[0].equals("true")
                        ? List.of(Experiment.values())
                        : Arrays.stream(names)
                                .map(name -> Experiment.valueOf(name.toUpperCase(Locale.ROOT)))
                                .toList();
        out.println(SeededTrainings.HEADER);
        for (Experiment experiment : chosen) {
            for (SeededTrainings trainings : experiment.trainings()) {
                out.println(trainings.line());
            }
        }
    }
}
