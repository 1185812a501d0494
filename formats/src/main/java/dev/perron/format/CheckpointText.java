package dev.perron.format;

import dev.perron.transformer.Activation;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.Optimiser;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.Schedule;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A configuration and a plan as names and values of a header, and back. Numbers keep all digits.
final class CheckpointText {
    private final Map<String, String> values;
    private final String where;

    private CheckpointText(Map<String, String> values, String where) {
        this.values = values;
        this.where = where;
    }

    static Map<String, String> of(TransformerConfig config, TrainingPlan plan) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("config.vocabulary", String.valueOf(config.dVocab()));
        values.put("config.context", String.valueOf(config.nCtx()));
        values.put("config.d-model", String.valueOf(config.dModel()));
        values.put("config.heads", String.valueOf(config.nHeads()));
        values.put("config.layers", String.valueOf(config.nLayers()));
        values.put("config.d-mlp", String.valueOf(config.dMlp()));
        values.put("config.attention", String.valueOf(config.attention()));
        values.put("config.activation", name(config.activation()));
        values.put("config.norm", name(config.normalisation()));
        values.put("config.biases", String.valueOf(config.biases()));
        values.put("config.head", name(config.head()));
        values.put("config.probabilities", name(config.probabilities()));
        values.put("config.positions", name(config.positions()));
        values.put("config.window", String.valueOf(config.window()));
        values.put("plan.steps", String.valueOf(plan.steps()));
        values.put("plan.batch", String.valueOf(plan.batch()));
        values.put("plan.length", String.valueOf(plan.length()));
        values.put("plan.accumulation", String.valueOf(plan.accumulation()));
        values.put("plan.optimiser", text(plan.optimiser()));
        values.put("plan.rate", String.valueOf(plan.rate()));
        values.put("plan.schedule", text(plan.schedule()));
        values.put("plan.clip", String.valueOf(plan.clip()));
        values.put("plan.evaluate-every", String.valueOf(plan.evaluateEvery()));
        values.put("plan.evaluation-batches", String.valueOf(plan.evaluationBatches()));
        values.put("plan.seed", String.valueOf(plan.seed()));
        values.put("plan.precision", name(plan.precision()));
        values.put("plan.frozen", String.join(",", plan.frozen()));
        return values;
    }

    /// The plan that is written there.
    ///
    /// @throws FormatException if a value is missing, or isn't one
    static TrainingPlan plan(Map<String, String> values, String where) {
        CheckpointText text = new CheckpointText(values, where);
        try {
            String frozen = text.value("plan.frozen");
            return new TrainingPlan(
                    text.integer("plan.steps"),
                    text.integer("plan.batch"),
                    text.integer("plan.length"),
                    text.integer("plan.accumulation"),
                    text.optimiser(),
                    Double.parseDouble(text.value("plan.rate")),
                    text.schedule(),
                    Double.parseDouble(text.value("plan.clip")),
                    text.integer("plan.evaluate-every"),
                    text.integer("plan.evaluation-batches"),
                    Long.parseLong(text.value("plan.seed")),
                    text.one("plan.precision", TrainingPlan.Precision.class),
                    frozen.isEmpty() ? List.of() : List.of(frozen.split(",", -1)));
        } catch (IllegalArgumentException e) { // NumberFormatException is one
            throw text.wrong(e);
        }
    }

    /// The configuration that is written there.
    ///
    /// @throws FormatException if a value is missing, or isn't one
    static TransformerConfig config(Map<String, String> values, String where) {
        CheckpointText text = new CheckpointText(values, where);
        try {
            return new TransformerConfig(
                    text.integer("config.vocabulary"),
                    text.integer("config.context"),
                    text.integer("config.d-model"),
                    text.integer("config.heads"),
                    text.integer("config.layers"),
                    text.integer("config.d-mlp"),
                    text.flag("config.attention"),
                    text.one("config.activation", Activation.class),
                    text.one("config.norm", Normalisation.class),
                    text.flag("config.biases"),
                    text.one("config.head", OutputHead.class),
                    text.probabilities(),
                    text.one("config.positions", Positions.class),
                    text.integer("config.window"));
        } catch (IllegalArgumentException e) {
            throw text.wrong(e);
        }
    }

    private FormatException wrong(IllegalArgumentException e) {
        return FormatException.of(
                where,
                "a header that doesn't hold together (%s)".formatted(e.getMessage()),
                "one that 'perron train' wrote",
                "train again",
                e);
    }

    private String value(String name) {
        String value = values.get(name);
        if (value == null) {
            throw FormatException.of(
                    where,
                    "no " + name + " in the header",
                    "a checkpoint of 'perron train'",
                    "give the checkpoint.safetensors of its --out folder");
        }
        return value;
    }

    private int integer(String name) {
        return Integer.parseInt(value(name));
    }

    private boolean flag(String name) {
        return switch (value(name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " " + value(name));
        };
    }

    private <E extends Enum<E>> E one(String name, Class<E> type) {
        return Enum.valueOf(type, value(name).toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// Checkpoints from before there was a choice have a softmax.
    private Probabilities probabilities() {
        return values.containsKey("config.probabilities")
                ? one("config.probabilities", Probabilities.class)
                : Probabilities.SOFTMAX;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(Optimiser optimiser) {
        return switch (optimiser) {
            case Optimiser.AdamW(double beta1, double beta2, double epsilon, double decay) ->
                    words("adamw", beta1, beta2, epsilon, decay);
            case Optimiser.Sgd(double momentum, double decay) -> words("sgd", momentum, decay);
        };
    }

    private static String text(Schedule schedule) {
        return switch (schedule) {
            case Schedule.Constant(int warmUp) -> "constant " + warmUp;
            case Schedule.OneCycle(var annealing, double warmUp, double start, double end) ->
                    words("one-cycle-" + name(annealing), warmUp, start, end);
        };
    }

    private static String words(String name, double... numbers) {
        return name
                + " "
                + Arrays.stream(numbers).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private Optimiser optimiser() {
        String[] words = value("plan.optimiser").split(" ", -1);
        double[] x = numbers(words);
        if (words[0].equals("adamw") && x.length == 4) {
            return new Optimiser.AdamW(x[0], x[1], x[2], x[3]);
        }
        if (words[0].equals("sgd") && x.length == 2) {
            return new Optimiser.Sgd(x[0], x[1]);
        }
        throw new IllegalArgumentException("optimiser " + value("plan.optimiser"));
    }

    private Schedule schedule() {
        String[] words = value("plan.schedule").split(" ", -1);
        double[] x = numbers(words);
        if (words[0].equals("constant") && x.length == 1) {
            return new Schedule.Constant((int) x[0]);
        }
        for (Schedule.Annealing annealing : Schedule.Annealing.values()) {
            if (words[0].equals("one-cycle-" + name(annealing)) && x.length == 3) {
                return new Schedule.OneCycle(annealing, x[0], x[1], x[2]);
            }
        }
        throw new IllegalArgumentException("schedule " + value("plan.schedule"));
    }

    private static double[] numbers(String... words) {
        return Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
    }
}
