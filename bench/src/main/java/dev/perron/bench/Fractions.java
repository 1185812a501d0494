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

/// How often trainings end at the bigram: the experiments of "Attention with Markov" from several
/// seeds each, for docs/training.md. No measurement of time; runs on one thread.
///
/// Arguments: names of experiments, all of them if none is given.
final class Fractions {
    private static final StartLaw STATIONARY = new StartLaw.Stationary();

    /// As many tokens a step as the published 16 of 1024, and gradients as noisy, at a quarter of
    /// the attention.
    private static final int SHORT = 256;

    private static final int MANY = 64;

    private Fractions() {}

    /// The experiments, in the order of the document.
    private enum Experiment {
        /// The two sources of the paper, at its size.
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
                                        TransformerConfig.reference(2, 1024).withHead(head),
                                        TrainingPlan.reference(400, 1),
                                        10));
                    }
                }
                return all;
            }
        },

        /// What float16_training.py does in PyTorch.
        TORCH {
            @Override
            List<SeededTrainings> trainings() {
                return List.of(
                        binary(
                                0.5,
                                0.8,
                                TransformerConfig.reference(2, SHORT),
                                TrainingPlan.reference(400, 1).withBatch(MANY, SHORT),
                                10));
            }
        },

        /// What is predicted over p and q; ten seeds where a tied model may be stuck.
        GRID {
            @Override
            List<SeededTrainings> trainings() {
                List<SeededTrainings> all = new ArrayList<>();
                double[] values = {0.2, 0.4, 0.5, 0.6, 0.8};
                for (double q : values) {
                    for (double p : values) {
                        all.add(
                                binary(
                                        p,
                                        q,
                                        TransformerConfig.reference(2, SHORT),
                                        TrainingPlan.reference(400, 1).withBatch(MANY, SHORT),
                                        p + q > 1 + 1e-9 ? 10 : 3));
                    }
                }
                return all;
            }
        },

        /// Deeper models.
        DEPTH {
            @Override
            List<SeededTrainings> trainings() {
                return Arrays.stream(new int[] {1, 2, 4, 8})
                        .mapToObj(
                                layers ->
                                        binary(
                                                0.5,
                                                0.8,
                                                TransformerConfig.reference(2, 512)
                                                        .withLayers(layers),
                                                TrainingPlan.reference(500, 1).withBatch(16, 512),
                                                layers < 8 ? 10 : 5))
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
                                        TrainingPlan.reference(1000, 1).withBatch(MANY, SHORT),
                                        10));
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
                    for (int window : new int[] {3, 21, 61, 101, 512}) {
                        all.add(lagged(layers, window));
                    }
                }
                return all;
            }
        },

        /// Five symbols, more and less likely to change.
        SWITCH {
            @Override
            List<SeededTrainings> trainings() {
                List<SeededTrainings> all = new ArrayList<>();
                for (double p : new double[] {0.1, 0.9}) {
                    for (OutputHead head : List.of(OutputHead.TIED, OutputHead.UNTIED)) {
                        all.add(
                                new SeededTrainings(
                                        "5 symbols, p = %s, %s, 5000 steps of %d x %d"
                                                .formatted(p, head, MANY, SHORT),
                                        KernelSource.switching(5, p, STATIONARY),
                                        TransformerConfig.reference(5, SHORT).withHead(head),
                                        TrainingPlan.reference(5000, 1).withBatch(MANY, SHORT),
                                        3));
                    }
                }
                return all;
            }
        };

        abstract List<SeededTrainings> trainings();
    }

    private static SeededTrainings lagged(int layers, int window) {
        StochasticMatrix matrix = StochasticMatrix.ofRows(new double[][] {{0.8, 0.2}, {0.3, 0.7}});
        TransformerConfig config =
                TransformerConfig.reference(2, 512)
                        .withDModel(32)
                        .withLayers(layers)
                        .withWindow(window);
        return new SeededTrainings(
                "lag 2, (0.2, 0.3), d 32, %d layers, window %d, 800 steps of 16 x 512"
                        .formatted(layers, window),
                LagSource.of(matrix, 2, STATIONARY),
                config,
                TrainingPlan.reference(800, 1).withBatch(16, 512),
                layers == 1 ? 3 : 2);
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
                names.length == 0
                        ? List.of(Experiment.values())
                        : Arrays.stream(names).map(Experiment::valueOf).toList();
        out.println(SeededTrainings.HEADER);
        for (Experiment experiment : chosen) {
            for (SeededTrainings trainings : experiment.trainings()) {
                out.println(trainings.line());
            }
        }
    }
}
