package dev.perron.cli;

import dev.perron.chain.path.Trajectory;
import dev.perron.context.collapse.Observation;
import dev.perron.context.collapse.Repetition;
import dev.perron.figure.SequenceStrip;
import dev.perron.onnx.Generation;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;
import dev.perron.onnx.TextTokenizer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// `perron context observe`: a real model's repetition beside what the law says.
@Command(
        name = "observe",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Lets a causal language model go on from a text, fits the context-conditioned chain to"
                    + " the first half of what it wrote, and holds it against the second half:"
                    + " loss beside that of simpler laws, repetition beside that of simulated"
                    + " continuations. Says what doesn't fit."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  perron context observe --model m.onnx --tokenizer tokenizer.json --text \"Once\""
                        + " --temperature 0,1")
final class ContextObserveCommand implements Callable<Integer> {
    private static final List<Measure> MEASURES =
            List.of(
                    new Measure("distinct1", "different tokens", Repetition::distinct1),
                    new Measure("distinct2", "different pairs", Repetition::distinct2),
                    new Measure("distinct3", "different triples", Repetition::distinct3),
                    new Measure("topShare", "most frequent token", Repetition::topShare));

    @Mixin private TextOptions text = new TextOptions();

    @Option(
            names = "--steps",
            defaultValue = "400",
            paramLabel = "N",
            description = "Tokens to write, fewer if the context is full (default 400).")
    private int steps;

    @Option(
            names = "--temperature",
            split = ",",
            defaultValue = "0,1",
            paramLabel = "T,...",
            description = "One text for each; 0 takes the likeliest token (default 0,1).")
    private List<Double> temperatures = List.of();

    @Option(
            names = "--ridge",
            defaultValue = "0.1",
            paramLabel = "R",
            description = "Of the fit: one text never tells all rows (default 0.1).")
    private double ridge;

    @Option(
            names = "--runs",
            defaultValue = "200",
            paramLabel = "N",
            description = "Simulated continuations (default 200).")
    private int runs;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default 1.")
    private long seed;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    private record Measure(String name, String words, ToDoubleFunction<Repetition> of) {}

    /// What was written at one temperature.
    ///
    /// @param tokens numbered by first appearance
    private record Written(
            double temperature,
            Trajectory tokens,
            int given,
            List<String> names,
            String words,
            Observation observation) {}

    @Override
    public Integer call() throws IOException {
        output.check();
        if (!text.given()) {
            throw new Failure(ExitCode.USAGE, "nothing to go on from; give --text TEXT");
        }
        if (steps < 8 || runs < 1 || !(ridge > 0)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--steps must be at least 8, --runs at least 1, --ridge positive");
        }
        for (double temperature : temperatures) {
            if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--temperature %s, must be at least 0 and finite".formatted(temperature));
            }
        }
        List<Written> all = new ArrayList<>();
        String model;
        try (Progress progress = new Progress(spec);
                OnnxModel opened = text.open();
                TextTokenizer pieces = text.tokenizer()) {
            model = opened.description().name();
            TextInput prompt = withoutEnd(text.tokens(opened, pieces, "--text", text.text()));
            for (double temperature : temperatures) {
                all.add(written(opened, pieces, prompt, temperature, progress));
            }
        }
        output.figure(() -> strips(model, all).draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(
                    out,
                    Json.document(
                            "context observe",
                            Json.object(
                                    "model",
                                    model,
                                    "ridge",
                                    ridge,
                                    "runs",
                                    runs,
                                    "seed",
                                    seed,
                                    "texts",
                                    all.stream().map(this::document).toList())));
        } else if (output.csv()) {
            csv(out, all);
        } else {
            all.forEach(written -> table(out, written));
        }
        out.flush();
        return ExitCode.OK.code();
    }

    /// A closing special token, which some tokenizers add, would end the text before it begins.
    private static TextInput withoutEnd(TextInput prompt) {
        int n = prompt.size();
        boolean ended =
                n > 1 && prompt.tokens().getLast() instanceof dev.perron.attention.Token.Special;
        return ended
                ? new TextInput(
                        prompt.ids().subList(0, n - 1),
                        prompt.typeIds().subList(0, n - 1),
                        prompt.tokens().subList(0, n - 1),
                        prompt.spans().subList(0, n - 1))
                : prompt;
    }

    private Written written(
            OnnxModel model,
            TextTokenizer pieces,
            TextInput prompt,
            double temperature,
            Progress progress) {
        Generation generation =
                Generation.of(
                        model,
                        prompt,
                        steps,
                        temperature == 0
                                ? new Generation.Choice.Greedy()
                                : new Generation.Choice.Sampled(
                                        temperature, new SplittableRandom(seed)),
                        done ->
                                progress.at(
                                        "temperature %s: %d of %d tokens"
                                                .formatted(temperature, done, steps)));
        Map<Integer, Integer> numbers = new LinkedHashMap<>();
        generation.text().ids().forEach(id -> numbers.putIfAbsent(id, numbers.size()));
        int[] tokens = generation.text().ids().stream().mapToInt(numbers::get).toArray();
        if (tokens.length - prompt.size() < 8 || numbers.size() < 2) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text leaves room for %d tokens of the context, must be at least 8; shorten it"
                            .formatted(tokens.length - prompt.size()));
        }
        Trajectory trajectory = Trajectory.of(tokens);
        return new Written(
                temperature,
                trajectory,
                generation.prompt(),
                numbers.keySet().stream().map(id -> name(pieces, id)).toList(),
                pieces.decode(generation.text().ids()),
                Observation.of(trajectory, generation.prompt(), numbers.size(), ridge, runs, seed));
    }

    private static String name(TextTokenizer pieces, int id) {
        String piece = pieces.decode(List.of(id));
        return piece.isEmpty() ? "#" + id : piece;
    }

    private Map<String, Object> document(Written written) {
        Observation seen = written.observation();
        return Json.object(
                "temperature",
                written.temperature(),
                "text",
                written.words(),
                "prompt",
                written.given(),
                "written",
                written.tokens().steps() + 1 - written.given(),
                "tokens",
                written.names().size(),
                "newTokens",
                seen.newTokens(),
                "logLoss",
                Json.object(
                        "contextConditioned",
                        value(seen.logLoss(Observation.Law.CONTEXT_CONDITIONED)),
                        "counts",
                        value(seen.logLoss(Observation.Law.COUNTS)),
                        "pairs",
                        value(seen.logLoss(Observation.Law.PAIRS))),
                "repetition",
                MEASURES.stream()
                        .map(
                                m ->
                                        Json.object(
                                                "measure",
                                                m.name(),
                                                "observed",
                                                m.of().applyAsDouble(seen.observed()),
                                                "predicted",
                                                seen.predicted(m.of(), 0.5),
                                                "predictedInterval",
                                                List.of(
                                                        seen.predicted(m.of(), 0.05),
                                                        seen.predicted(m.of(), 0.95))))
                        .toList(),
                "winner",
                written.names().get(seen.winner()),
                "winnerShare",
                seen.winnerShare().stream()
                        .map(
                                share ->
                                        Json.object(
                                                "t",
                                                share.length(),
                                                "observed",
                                                share.observed(),
                                                "predicted",
                                                share.predicted()))
                        .toList(),
                "misfit",
                misfit(written));
    }

    private static Object value(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : Double.NaN;
    }

    private static void csv(PrintWriter out, List<Written> all) {
        Csv csv = new Csv(out, "temperature", "measure", "observed", "predicted", "low", "high");
        for (Written written : all) {
            for (Measure m : MEASURES) {
                csv.row(
                        written.temperature(),
                        m.name(),
                        m.of().applyAsDouble(written.observation().observed()),
                        written.observation().predicted(m.of(), 0.5),
                        written.observation().predicted(m.of(), 0.05),
                        written.observation().predicted(m.of(), 0.95));
            }
        }
    }

    private static void table(PrintWriter out, Written written) {
        Observation seen = written.observation();
        out.println(
                "%s, %d tokens after %d, %d different:"
                        .formatted(
                                written.temperature() == 0
                                        ? "greedy"
                                        : "temperature " + written.temperature(),
                                written.tokens().steps() + 1 - written.given(),
                                written.given(),
                                written.names().size()));
        out.println(written.words().strip());
        out.println();
        Table table = new Table("second half", "observed", "predicted", "5 %", "95 %");
        for (Measure m : MEASURES) {
            table.row(
                    m.words(),
                    m.of().applyAsDouble(seen.observed()),
                    seen.predicted(m.of(), 0.5),
                    seen.predicted(m.of(), 0.05),
                    seen.predicted(m.of(), 0.95));
        }
        table.print(out);
        out.println(
                "loss in nats of the %d repeated tokens: context-conditioned %s, counts alone %s, pairs alone %s"
                        .formatted(
                                seen.repeats(),
                                loss(seen.logLoss(Observation.Law.CONTEXT_CONDITIONED)),
                                loss(seen.logLoss(Observation.Law.COUNTS)),
                                loss(seen.logLoss(Observation.Law.PAIRS))));
        out.println(
                "share of '%s', which leads the first half: %s"
                        .formatted(
                                written.names().get(seen.winner()),
                                java.util.stream.Stream.of(
                                                seen.winnerShare().getFirst(),
                                                seen.winnerShare()
                                                        .get(seen.winnerShare().size() / 2),
                                                seen.winnerShare().getLast())
                                        .map(
                                                share ->
                                                        "t %d %s (predicted %s)"
                                                                .formatted(
                                                                        share.length(),
                                                                        Table.number(
                                                                                share.observed()),
                                                                        Table.number(
                                                                                share.predicted())))
                                        .collect(Collectors.joining(", "))));
        misfit(written).forEach(out::println);
        out.println();
    }

    private static String loss(OptionalDouble loss) {
        return loss.isPresent() ? Table.number(loss.getAsDouble()) : "none";
    }

    /// What the law doesn't explain, in sentences.
    private static List<String> misfit(Written written) {
        Observation seen = written.observation();
        List<String> found = new ArrayList<>();
        if (seen.newTokens() > 0) {
            found.add(
                    "%.1f %% of the second half are tokens that weren't there before: the law gives them none"
                            .formatted(100 * seen.newTokens()));
        }
        for (Measure m : MEASURES) {
            double observed = m.of().applyAsDouble(seen.observed());
            if (observed < seen.predicted(m.of(), 0.05)
                    || observed > seen.predicted(m.of(), 0.95)) {
                found.add(
                        "%s: %s than nearly all simulated continuations"
                                .formatted(
                                        m.words(),
                                        observed < seen.predicted(m.of(), 0.05)
                                                ? "fewer"
                                                : "more"));
            }
        }
        double own = seen.logLoss(Observation.Law.CONTEXT_CONDITIONED).orElse(0);
        String better =
                java.util.stream.Stream.of(Observation.Law.COUNTS, Observation.Law.PAIRS)
                        .filter(law -> seen.logLoss(law).orElse(0) < own)
                        .map(law -> law == Observation.Law.COUNTS ? "counts alone" : "pairs alone")
                        .collect(Collectors.joining(" and "));
        if (!better.isEmpty()) {
            found.add(better + " predict the second half better than the fitted chain");
        }
        return found;
    }

    private static SequenceStrip strips(String model, List<Written> all) {
        List<String> names = new ArrayList<>();
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<SequenceStrip.Row> rows = new ArrayList<>();
        for (Written written : all) {
            List<Integer> row = new ArrayList<>();
            for (int t = 0; t <= written.tokens().steps(); t++) {
                String name = written.names().get(written.tokens().state(t));
                row.add(
                        numbers.computeIfAbsent(
                                name,
                                n -> {
                                    names.add(n);
                                    return names.size() - 1;
                                }));
            }
            rows.add(
                    new SequenceStrip.Row(
                            "temperature " + written.temperature(), row, written.given()));
        }
        rows.sort(Comparator.comparing(SequenceStrip.Row::name));
        return new SequenceStrip(
                "What a language model wrote, token by token", List.of(model), names, rows);
    }
}
