package dev.perron.cli;

import dev.perron.onnx.OnnxModel;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.Preprocessing;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// `perron evaluate masking`: whether a model loses its answer sooner without the patches that a
/// score calls important.
@Command(
        name = "masking",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Takes patches away in the order of each score, and asks the model again: a score is"
                    + " faithful if the answer goes soon when its first patches go, and stays long"
                    + " when its last ones go first. A patch that is away is blank, the colour that"
                    + " normalisation makes 0. What is measured is the probability of the class"
                    + " that the model named for the whole image, and whether it still names it;"
                    + " with --labels, of the true class."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  perron evaluate masking images --model vit.onnx --layer -1 --figure curves.svg",
            "  perron evaluate masking images --model vit.onnx --labels classes.csv -o m.csv"
                    + " --resume"
        })
final class EvaluateMaskingCommand implements Callable<Integer> {
    private static final int MOST_STEPS = 1000;

    @Parameters(
            index = "0",
            paramLabel = "IMAGES",
            description = "A folder of photographs, or one of them.")
    private Path images = Path.of("");

    @Mixin private VisionModelOptions model = new VisionModelOptions();

    @Option(
            names = "--layer",
            defaultValue = "-1",
            paramLabel = "N",
            description =
                    "The layer whose heads are averaged, from 0; -1 is the last one (default).")
    private String layer = "-1";

    @Option(
            names = "--steps",
            defaultValue = "10",
            paramLabel = "N",
            description = "In how many steps all patches go (default 10).")
    private int steps;

    @Option(
            names = "--random",
            defaultValue = "3",
            paramLabel = "N",
            description =
                    "How many random orders an image (default 3); what is told is of their mean.")
    private int randomOrders;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "S",
            description = "Of random orders and bootstrap (default 0).")
    private long seed;

    @Option(
            names = "--labels",
            paramLabel = "FILE.csv",
            description =
                    "The true class of each photograph, a line each: its name, a comma, the class's"
                            + " number in the model, from 0.")
    private @Nullable Path labels;

    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private TrialOptions trials = new TrialOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    /// What all images are asked with.
    ///
    /// @param last the layer whose heads are averaged
    private record Question(
            OnnxModel model,
            Preprocessing preprocessing,
            List<MaskingOrder> orders,
            ImageLabels labels,
            int last) {}

    @Override
    public Integer call() throws IOException {
        output.check();
        trials.check();
        if (layer.equals("all")) {
            throw new Failure(
                    ExitCode.USAGE, "--layer all, must be one layer's number; -1 is the last");
        }
        if (steps < 2 || steps > MOST_STEPS || randomOrders < 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--steps %d, --random %d: must be from 2 to %d, and at least 1"
                            .formatted(steps, randomOrders, MOST_STEPS));
        }
        List<Path> files = ImageOptions.photographs(images);
        ImageLabels known = labels == null ? ImageLabels.none() : ImageLabels.read(labels);
        known.requireAll(files);
        try (Progress progress = new Progress(spec);
                OnnxModel opened = model.open()) {
            String classes = opened.classOutput().toString();
            int last = HeadOptions.layers(layer, opened.layers()).getFirst();
            Question question =
                    new Question(
                            opened,
                            model.preprocessing(opened),
                            MaskingOrder.all(randomOrders, seed),
                            known,
                            last);
            List<MaskingRun.Asked> asked = asked(question, files, progress);
            Source source = Source.of(opened);
            Map<String, Object> facts = Json.object();
            facts.putAll(source.facts());
            facts.putAll(
                    Json.object("classes", classes, "layer", layer, "steps", steps, "seed", seed));
            show(
                    new MaskingResults(
                            facts,
                            "%s, layer %d, classes from %s".formatted(source.name(), last, classes),
                            files,
                            question.orders(),
                            asked,
                            known.given(),
                            seed));
            return ExitCode.OK.code();
        }
    }

    private void show(MaskingResults results) throws IOException {
        output.figure(() -> results.chart().draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, results.document());
        } else if (output.csv()) {
            results.csv(out);
        } else {
            results.table(out);
        }
        out.flush();
    }

    /// First all that needs attention, then all that needs answers: a model is made ready once for
    /// each. Images that were done before are read.
    private List<MaskingRun.Asked> asked(Question question, List<Path> files, Progress progress)
            throws IOException {
        String run =
                "%s layer=%d steps=%d random=%d seed=%d images=%s%s"
                        .formatted(
                                question.model().sha256().substring(0, 12),
                                question.last(),
                                steps,
                                randomOrders,
                                seed,
                                Fingerprint.of(question.preprocessing().toString()),
                                question.labels().given()
                                        ? " labels=" + question.labels().fingerprint()
                                        : "");
        try (Trials kept = trials.open(run, MaskingResults.COLUMNS)) {
            Map<Integer, MaskingRun> runs = new LinkedHashMap<>();
            for (int i = 0; i < files.size(); i++) {
                if (kept.rows(i, files.get(i)).isEmpty()) {
                    progress.at("attention of %s".formatted(files.get(i)));
                    runs.put(i, ranked(question, files.get(i), i));
                }
            }
            List<MaskingRun.Asked> asked = new ArrayList<>();
            for (int i = 0; i < files.size(); i++) {
                progress.at("%d of %d images masked".formatted(i, files.size()));
                asked.add(asked(question, kept, files.get(i), i, runs.get(i)));
            }
            return asked;
        }
    }

    private MaskingRun.Asked asked(
            Question question, Trials kept, Path file, int number, @Nullable MaskingRun run)
            throws IOException {
        if (run == null) {
            return MaskingResults.read(kept, kept.rows(number, file));
        }
        ImageOptions.Taken taken = ImageOptions.take(file, question.preprocessing());
        MaskingRun.Asked asked =
                run.asked(taken.prepared().pixels(), question.model()::logits, steps);
        kept.add(number, file, csv -> MaskingResults.rows(csv, question.orders(), asked));
        return asked;
    }

    private static MaskingRun ranked(Question question, Path file, int number) {
        List<Integer> layers = IntStream.rangeClosed(0, question.last()).boxed().toList();
        ImageOptions.Taken taken = ImageOptions.take(file, question.preprocessing());
        ImageAttention seen = question.model().attend(taken.prepared().pixels(), layers);
        Map<String, List<Integer>> ranks = new LinkedHashMap<>();
        Map<String, String> not = new LinkedHashMap<>();
        for (MaskingOrder order : question.orders()) {
            switch (order.of(seen, List.of(question.last()), number)) {
                case MaskingOrder.Outcome.Ordered(var patches) -> ranks.put(order.name(), patches);
                case MaskingOrder.Outcome.NotApplicable(String why) -> not.put(order.name(), why);
            }
        }
        return new MaskingRun(file, seen.grid(), ranks, not, question.labels().of(file));
    }
}
