package dev.perron.cli;

import dev.perron.figure.CurveChart;
import dev.perron.onnx.OnnxModel;
import dev.perron.vision.BootstrapInterval;
import dev.perron.vision.MaskingCurve;
import dev.perron.vision.Preprocessing;

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
                    + " that the model named for the whole image, and whether it still names it."
        },
        footerHeading = "%nExample:%n",
        footer = "  perron evaluate masking images --model vit.onnx --layer -1 --figure curves.svg")
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
            description = "How many random orders an image (default 3).")
    private int randomOrders;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "S",
            description = "Of random orders and bootstrap (default 0).")
    private long seed;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    /// What is known of one method: its curves, an image each.
    private record Method(MaskingOrder order, List<MaskingRun.Curves> runs) {
        BootstrapInterval interval(Curve curve, long seed) {
            return BootstrapInterval.of(
                    runs.stream().map(run -> curve.of(run).area()).toList(), seed);
        }

        /// The mean over images.
        List<Double> mean(Curve curve) {
            int points = curve.of(runs.getFirst()).values().size();
            return IntStream.range(0, points)
                    .mapToObj(
                            k ->
                                    runs.stream()
                                            .mapToDouble(run -> curve.of(run).values().get(k))
                                            .average()
                                            .orElseThrow())
                    .toList();
        }
    }

    /// The four curves of a run.
    private enum Curve {
        PROBABILITY_MOST_FIRST("probabilityMostFirst"),
        PROBABILITY_LEAST_FIRST("probabilityLeastFirst"),
        ACCURACY_MOST_FIRST("accuracyMostFirst"),
        ACCURACY_LEAST_FIRST("accuracyLeastFirst");

        private final String label;

        Curve(String label) {
            this.label = label;
        }

        MaskingCurve of(MaskingRun.Curves curves) {
            return switch (this) {
                case PROBABILITY_MOST_FIRST -> curves.mostFirst().probability();
                case PROBABILITY_LEAST_FIRST -> curves.leastFirst().probability();
                case ACCURACY_MOST_FIRST -> curves.mostFirst().accuracy();
                case ACCURACY_LEAST_FIRST -> curves.leastFirst().accuracy();
            };
        }
    }

    @Override
    public Integer call() throws IOException {
        output.check();
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
        try (Progress progress = new Progress(spec);
                OnnxModel opened = model.open()) {
            Preprocessing preprocessing = model.preprocessing(opened);
            List<MaskingOrder> orders = MaskingOrder.all(randomOrders, seed);
            List<MaskingRun> runs = ranked(opened, preprocessing, files, orders, progress);
            List<Method> methods = masked(opened, preprocessing, runs, orders, progress);
            Source source = Source.of(opened);
            output.figure(() -> chart(source, methods).draw());
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                Json.print(out, document(source, files, methods));
            } else if (output.csv()) {
                csv(out, files, methods);
            } else {
                table(out, source, files, methods);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    /// First all that needs attention, then all that needs answers: a model is made ready once for
    /// each.
    private List<MaskingRun> ranked(
            OnnxModel opened,
            Preprocessing preprocessing,
            List<Path> files,
            List<MaskingOrder> orders,
            Progress progress) {
        int last = HeadOptions.layers(layer, opened.layers()).getFirst();
        List<Integer> layers = IntStream.rangeClosed(0, last).boxed().toList();
        List<MaskingRun> runs = new ArrayList<>();
        for (Path file : files) {
            progress.at("attention of %s".formatted(file));
            ImageOptions.Taken taken = ImageOptions.take(file, preprocessing);
            var seen = opened.attend(taken.prepared().pixels(), layers);
            Map<MaskingOrder, List<Integer>> ranks = new LinkedHashMap<>();
            for (MaskingOrder order : orders) {
                ranks.put(order, order.of(seen, List.of(last), runs.size()));
            }
            runs.add(new MaskingRun(file, seen.grid(), ranks));
        }
        return runs;
    }

    private List<Method> masked(
            OnnxModel opened,
            Preprocessing preprocessing,
            List<MaskingRun> runs,
            List<MaskingOrder> orders,
            Progress progress) {
        List<MaskingRun.Asked> asked = new ArrayList<>();
        for (MaskingRun run : runs) {
            progress.at("%d of %d images masked".formatted(asked.size(), runs.size()));
            ImageOptions.Taken taken = ImageOptions.take(run.file(), preprocessing);
            asked.add(run.asked(taken.prepared().pixels(), opened::logits, steps));
        }
        return orders.stream()
                .map(
                        order ->
                                new Method(
                                        order,
                                        asked.stream().map(one -> one.curves(order)).toList()))
                .toList();
    }

    private CurveChart chart(Source source, List<Method> methods) {
        List<Double> shares =
                methods.getFirst().runs().getFirst().mostFirst().probability().shares();
        return new CurveChart(
                "What is left of the answer, most important patches first",
                List.of(
                        "%s, layer %s, mean over images".formatted(source.name(), layer),
                        "The sooner a curve falls, the more faithful the score."),
                "share of patches away",
                "probability of the class",
                methods.stream()
                        .map(
                                method ->
                                        new CurveChart.Series(
                                                method.order().name(),
                                                shares,
                                                method.mean(Curve.PROBABILITY_MOST_FIRST)))
                        .toList());
    }

    private Map<String, Object> document(Source source, List<Path> files, List<Method> methods) {
        Map<String, Object> content = Json.object();
        content.putAll(source.facts());
        content.putAll(
                Json.object(
                        "images",
                        files.size(),
                        "layer",
                        layer,
                        "steps",
                        steps,
                        "seed",
                        seed,
                        "masked",
                        "blank: 0 after normalisation",
                        "accuracy",
                        "share of images whose class is still that of the whole image",
                        "interval",
                        "95 % bootstrap over images"));
        content.put(
                "methods",
                methods.stream()
                        .map(
                                method -> {
                                    Map<String, Object> entry =
                                            Json.object(
                                                    "name", method.order().name(),
                                                    "usesChain", method.order().usesChain());
                                    for (Curve curve : Curve.values()) {
                                        entry.put(
                                                curve.label,
                                                Json.object(
                                                        "area",
                                                        interval(method.interval(curve, seed)),
                                                        "shares",
                                                        curve.of(method.runs().getFirst()).shares(),
                                                        "values",
                                                        method.mean(curve)));
                                    }
                                    return entry;
                                })
                        .toList());
        return Json.document("evaluate masking", content);
    }

    static Map<String, Object> interval(BootstrapInterval interval) {
        return Json.object("mean", interval.mean(), "low", interval.low(), "high", interval.high());
    }

    private static void csv(PrintWriter out, List<Path> files, List<Method> methods) {
        Csv csv =
                new Csv(
                        out,
                        "image",
                        "file",
                        "method",
                        "uses_chain",
                        "order",
                        "share",
                        "probability",
                        "accuracy");
        for (int i = 0; i < files.size(); i++) {
            for (Method method : methods) {
                rows(csv, i, files.get(i), method, "most first", method.runs().get(i).mostFirst());
                rows(
                        csv,
                        i,
                        files.get(i),
                        method,
                        "least first",
                        method.runs().get(i).leastFirst());
            }
        }
    }

    private static void rows(
            Csv csv, int image, Path file, Method method, String way, MaskingRun.Way curves) {
        for (int k = 0; k < curves.probability().shares().size(); k++) {
            csv.row(
                    image,
                    file.getFileName(),
                    method.order().name(),
                    method.order().usesChain(),
                    way,
                    curves.probability().shares().get(k),
                    curves.probability().values().get(k),
                    curves.accuracy().values().get(k));
        }
    }

    private void table(PrintWriter out, Source source, List<Path> files, List<Method> methods) {
        out.println(
                "%s, layer %s, %d images, areas under the curves with 95 %% bootstrap intervals"
                        .formatted(source.name(), layer, files.size()));
        Table table =
                new Table(
                        "score",
                        "chain",
                        "probability, most first",
                        "probability, least first",
                        "accuracy, most first",
                        "accuracy, least first");
        for (Method method : methods) {
            List<Object> row =
                    new ArrayList<>(
                            List.of(
                                    method.order().name(),
                                    method.order().usesChain() ? "yes" : "no"));
            for (Curve curve : Curve.values()) {
                row.add(words(method.interval(curve, seed)));
            }
            table.row(row.toArray());
        }
        table.print(out);
        out.println();
        out.println(
                "most first: the lower, the more faithful; least first: the higher. accuracy: the"
                        + " model still names the class that it named for the whole image");
    }

    /// `0.731 [0.698, 0.762]`.
    static String words(BootstrapInterval interval) {
        return "%.3f [%.3f, %.3f]".formatted(interval.mean(), interval.low(), interval.high());
    }
}
