package dev.perron.cli;

import dev.perron.transformer.MarkovSource;
import dev.perron.transformer.Optimiser;
import dev.perron.transformer.Schedule;
import dev.perron.transformer.TrainingMemory;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;

/// How a model is trained.
final class TrainingOptions {
    @Option(
            names = "--steps",
            defaultValue = "400",
            paramLabel = "N",
            description = "Updates of the weights (default 400).")
    private int steps = 400;

    @Option(
            names = "--batch",
            defaultValue = "16",
            paramLabel = "B",
            description = "Sequences of a step (default 16).")
    private int batch = 16;

    @Option(
            names = "--accumulate",
            defaultValue = "1",
            paramLabel = "N",
            description = "Batches that a step's gradient is the mean of (default 1).")
    private int accumulate = 1;

    @Option(
            names = "--optimiser",
            defaultValue = "adamw",
            paramLabel = "HOW",
            description = "adamw (default), or sgd with momentum 0.9.")
    private String optimiser = "adamw";

    @Option(
            names = "--rate",
            defaultValue = "0.002",
            paramLabel = "X",
            description = "The highest learning rate (default 0.002).")
    private double rate = 0.002;

    @Option(
            names = "--decay",
            defaultValue = "0.001",
            paramLabel = "X",
            description =
                    "Weight decay (default 0.001) of matrices; embeddings, a tied head, biases and"
                            + " norms have none.")
    private double decay = 0.001;

    @Option(
            names = "--schedule",
            defaultValue = "cosine",
            paramLabel = "HOW",
            description =
                    "How the rate goes: up and down by a cosine (default) or linear, or constant.")
    private String schedule = "cosine";

    @Option(
            names = "--warm-up",
            defaultValue = "0.02",
            paramLabel = "X",
            description = "Share of the steps on which the rate goes up (default 0.02).")
    private double warmUp = 0.02;

    @Option(
            names = "--clip",
            paramLabel = "X",
            description = "Shorten gradients that are longer than this.")
    private @Nullable Double clip;

    @Option(
            names = "--evaluate-every",
            defaultValue = "20",
            paramLabel = "N",
            description = "Steps from one evaluation to the next (default 20).")
    private int evaluateEvery = 20;

    @Option(
            names = "--freeze",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Tensors that stay as they start, by the beginning of their names:"
                            + " transformer.wte, transformer.h.0.attn.")
    private List<String> frozen = List.of();

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Of start, data and evaluation (default 1).")
    private long seed = 1;

    @Option(
            names = "--precision",
            defaultValue = "float32",
            paramLabel = "P",
            description = "float32 (default), or float64 for studies: hundreds of times slower.")
    private TrainingPlan.Precision precision = TrainingPlan.Precision.FLOAT32;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads (default: one a core); they don't change the result.")
    private @Nullable Integer threads;

    int threads() {
        if (threads != null && threads < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--threads %d, must be at least 1".formatted(threads));
        }
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /// The plan.
    ///
    /// @throws Failure if an option is out of its range
    TrainingPlan read(int context) {
        try {
            return new TrainingPlan(
                    steps,
                    batch,
                    context,
                    accumulate,
                    optimiser(),
                    rate,
                    schedule(),
                    clip == null ? Double.POSITIVE_INFINITY : clip,
                    evaluateEvery,
                    1,
                    seed,
                    precision,
                    frozen);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "the training's options: " + e.getMessage());
        }
    }

    /// What a training needs.
    ///
    /// @throws Failure if there is no room for it
    TrainingMemory requireMemory(TransformerConfig config, TrainingPlan plan, MarkovSource source) {
        TrainingMemory memory =
                TrainingMemory.of(config, plan, threads()).on(source, plan.length());
        String less =
                "give a smaller --d-model, --d-mlp, --layers, --batch, --context, or fewer symbols";
        Memory.require("the training", memory.bytes(), less);
        if (!memory.possible()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "an array of %.3g numbers, must be at most %d; %s"
                            .formatted(memory.longest(), Integer.MAX_VALUE, less));
        }
        return memory;
    }

    private Optimiser optimiser() {
        return switch (optimiser.toLowerCase(Locale.ROOT)) {
            case "adamw" -> new Optimiser.AdamW(0.9, 0.95, 1e-8, decay);
            case "sgd" -> new Optimiser.Sgd(0.9, decay);
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--optimiser %s, must be adamw or sgd".formatted(optimiser));
        };
    }

    private Schedule schedule() {
        return switch (schedule.toLowerCase(Locale.ROOT)) {
            case "cosine" -> new Schedule.OneCycle(Schedule.Annealing.COSINE, warmUp, 0.01, 0.2);
            case "linear" -> new Schedule.OneCycle(Schedule.Annealing.LINEAR, warmUp, 0.01, 0.2);
            case "constant" -> new Schedule.Constant((int) Math.round(warmUp * steps));
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--schedule %s, must be cosine, linear or constant"
                                    .formatted(schedule));
        };
    }
}
