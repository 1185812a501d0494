package dev.perron.cli;

import dev.perron.attention.model.TextInput;
import dev.perron.chain.path.Trajectory;
import dev.perron.context.collapse.Observation;
import dev.perron.onnx.Generation;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextTokenizer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

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

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description =
                    "Default 1. All temperatures draw the same random numbers, so that their"
                            + " difference is the temperature's; their rows aren't independent.")
    private long seed;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

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
        List<ObservedText> all = new ArrayList<>();
        String model;
        try (Progress progress = new Progress(spec);
                OnnxModel opened = text.openOnnx();
                TextTokenizer pieces = text.tokenizer()) {
            model = opened.description().name();
            if (TrainedModel.is(Path.of(model))) { // a checkpoint is called as its file
                TrainedModel.requireSoftmax(Path.of(model));
            }
            TextInput prompt = withoutEnd(text.tokens(opened, pieces, "--text", text.text()));
            for (double temperature : temperatures) {
                all.add(written(opened, pieces, prompt, temperature, progress));
            }
        }
        output.figure(() -> ObservationFigure.of(model, all));
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
                                    all.stream().map(ObservedText::document).toList())));
        } else if (output.csv()) {
            Csv csv =
                    new Csv(out, "temperature", "measure", "observed", "predicted", "low", "high");
            all.forEach(written -> written.csv(csv));
        } else {
            all.forEach(written -> written.text(out));
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

    private ObservedText written(
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
        return new ObservedText(
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
}
