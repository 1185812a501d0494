package dev.perron.cli;

import dev.perron.onnx.OnnxModel;
import dev.perron.vision.BootstrapInterval;
import dev.perron.vision.HalfAndHalf;
import dev.perron.vision.Preprocessing;
import dev.perron.vision.SegmentationScore;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// `perron evaluate segmentation`: masks found without labels, against masks that people drew.
@Command(
        name = "segmentation",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Finds the subject of each photograph in several ways and compares with masks: pixel"
                    + " accuracy, mean IoU and mean average precision of foreground and background,"
                    + " with 95 % bootstrap intervals over images.",
            "Layers, threshold and steps of each way are chosen by mean IoU on one half of the"
                    + " images and used on the other, both ways (by name, every second one), so"
                    + " that no number is tuned on its own images. A part that is empty in both"
                    + " masks is met perfectly, IoU 1; in one of them not at all, IoU 0."
        },
        footerHeading = "%nExample:%n",
        footer = "  perron evaluate segmentation images masks --model vit.onnx --json")
final class EvaluateSegmentationCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "IMAGES",
            description = "A folder of photographs, two at least.")
    private Path images = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "MASKS",
            description =
                    "A folder of masks, named as the photographs: white, or above half of the"
                            + " largest value, is the subject.")
    private Path masks = Path.of("");

    @Mixin private VisionModelOptions model = new VisionModelOptions();

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "S",
            description = "Of the bootstrap (default 0).")
    private long seed;

    @ArgGroup private OutputOptions.Form form = new OutputOptions.Form();
    @Spec private CommandSpec spec = CommandSpec.create();

    /// What one method reached.
    private record Result(
            SegmentationMethod method, HalfAndHalf choice, List<SegmentationScore> scores) {
        SegmentationMethod.Candidate candidate(int image) {
            return method.candidates().get(choice.candidate(image));
        }

        BootstrapInterval interval(ToDoubleFunction<SegmentationScore> of, long seed) {
            return BootstrapInterval.of(scores.stream().mapToDouble(of).boxed().toList(), seed);
        }
    }

    @Override
    public Integer call() {
        List<MaskedImage> pairs = MaskedImage.pairs(images, masks);
        if (pairs.size() < 2) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s has 1 photograph, must have at least 2, one for each half"
                            .formatted(images));
        }
        try (Progress progress = new Progress(spec);
                OnnxModel opened = model.open()) {
            Preprocessing preprocessing = model.preprocessing(opened);
            List<SegmentationMethod> methods = SegmentationMethod.all(opened.layers());
            SegmentationTrial trial = new SegmentationTrial(opened, preprocessing, methods);
            List<HalfAndHalf> choices = choose(trial, pairs, methods, progress);
            List<Result> results = judge(trial, pairs, methods, choices, progress);
            Source source = Source.of(opened);
            PrintWriter out = spec.commandLine().getOut();
            if (form.json()) {
                Json.print(out, document(source, pairs, results));
            } else if (form.csv()) {
                csv(out, pairs, results);
            } else {
                table(out, source, pairs, results);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    /// The mean IoU of every candidate on every image, and what follows from it.
    private static List<HalfAndHalf> choose(
            SegmentationTrial trial,
            List<MaskedImage> pairs,
            List<SegmentationMethod> methods,
            Progress progress) {
        List<List<double[]>> found = new ArrayList<>(); // [method][candidate][image]
        for (SegmentationMethod method : methods) {
            found.add(method.candidates().stream().map(_ -> new double[pairs.size()]).toList());
        }
        for (int i = 0; i < pairs.size(); i++) {
            progress.at("image %d of %d, all candidates".formatted(i, pairs.size()));
            List<double[]> ious = trial.meanIous(pairs.get(i));
            for (int m = 0; m < methods.size(); m++) {
                for (int c = 0; c < ious.get(m).length; c++) {
                    found.get(m).get(c)[i] = ious.get(m)[c];
                }
            }
        }
        return found.stream().map(HalfAndHalf::of).toList();
    }

    private static List<Result> judge(
            SegmentationTrial trial,
            List<MaskedImage> pairs,
            List<SegmentationMethod> methods,
            List<HalfAndHalf> choices,
            Progress progress) {
        List<List<SegmentationScore>> scores = new ArrayList<>();
        methods.forEach(_ -> scores.add(new ArrayList<>()));
        for (int i = 0; i < pairs.size(); i++) {
            progress.at("image %d of %d, those chosen".formatted(i, pairs.size()));
            int image = i;
            List<SegmentationMethod.Candidate> chosen =
                    IntStream.range(0, methods.size())
                            .mapToObj(
                                    m ->
                                            methods.get(m)
                                                    .candidates()
                                                    .get(choices.get(m).candidate(image)))
                            .toList();
            List<SegmentationScore> reached = trial.scores(pairs.get(i), chosen);
            for (int m = 0; m < methods.size(); m++) {
                scores.get(m).add(reached.get(m));
            }
        }
        return IntStream.range(0, methods.size())
                .mapToObj(m -> new Result(methods.get(m), choices.get(m), scores.get(m)))
                .sorted(
                        Comparator.comparingDouble(
                                (Result result) ->
                                        -result.scores().stream()
                                                .mapToDouble(SegmentationScore::meanIou)
                                                .average()
                                                .orElseThrow()))
                .toList();
    }

    private Map<String, Object> document(
            Source source, List<MaskedImage> pairs, List<Result> results) {
        Map<String, Object> content = Json.object();
        content.putAll(source.facts());
        content.putAll(
                Json.object(
                        "images",
                        pairs.size(),
                        "resized",
                        resized(pairs),
                        "emptyMasks",
                        empty(pairs),
                        "seed",
                        seed,
                        "rule",
                        "chosen by mean IoU on every second image, used on the others",
                        "interval",
                        "95 % bootstrap over images"));
        content.put(
                "methods",
                results.stream()
                        .map(
                                result ->
                                        Json.object(
                                                "name",
                                                result.method().name(),
                                                "usesChain",
                                                result.method().usesChain(),
                                                "accuracy",
                                                interval(result, SegmentationScore::accuracy),
                                                "meanIou",
                                                interval(result, SegmentationScore::meanIou),
                                                "meanAp",
                                                interval(result, SegmentationScore::meanAp),
                                                "chosen",
                                                List.of(
                                                        result.candidate(0).words(),
                                                        result.candidate(1).words()),
                                                "candidates",
                                                result.method().candidates().size(),
                                                "images",
                                                IntStream.range(0, pairs.size())
                                                        .mapToObj(
                                                                i -> entry(pairs.get(i), result, i))
                                                        .toList()))
                        .toList());
        return Json.document("evaluate segmentation", content);
    }

    private static Map<String, Object> entry(MaskedImage pair, Result result, int image) {
        SegmentationScore score = result.scores().get(image);
        return Json.object(
                "file", pair.name(),
                "accuracy", score.accuracy(),
                "foregroundIou", score.foregroundIou(),
                "backgroundIou", score.backgroundIou(),
                "meanIou", score.meanIou(),
                "meanAp", score.meanAp());
    }

    private Map<String, Object> interval(Result result, ToDoubleFunction<SegmentationScore> of) {
        return EvaluateMaskingCommand.interval(result.interval(of, seed));
    }

    private static List<String> resized(List<MaskedImage> pairs) {
        return pairs.stream().filter(MaskedImage::resized).map(MaskedImage::name).toList();
    }

    private static List<String> empty(List<MaskedImage> pairs) {
        return pairs.stream().filter(MaskedImage::empty).map(MaskedImage::name).toList();
    }

    private static void csv(PrintWriter out, List<MaskedImage> pairs, List<Result> results) {
        Csv csv =
                new Csv(
                        out,
                        "image",
                        "file",
                        "method",
                        "uses_chain",
                        "chosen",
                        "accuracy",
                        "foreground_iou",
                        "background_iou",
                        "mean_iou",
                        "mean_ap");
        for (int i = 0; i < pairs.size(); i++) {
            for (Result result : results) {
                SegmentationScore score = result.scores().get(i);
                csv.row(
                        i,
                        pairs.get(i).name(),
                        result.method().name(),
                        result.method().usesChain(),
                        result.candidate(i).words(),
                        score.accuracy(),
                        score.foregroundIou(),
                        score.backgroundIou(),
                        score.meanIou(),
                        score.meanAp());
            }
        }
    }

    private void table(
            PrintWriter out, Source source, List<MaskedImage> pairs, List<Result> results) {
        out.println(
                "%s, %d images; chosen on one half, used on the other"
                        .formatted(source.name(), pairs.size()));
        Table table =
                new Table(
                        "method",
                        "chain",
                        "mean IoU",
                        "accuracy",
                        "mean AP",
                        "chosen on odd",
                        "on even");
        for (Result result : results) {
            table.row(
                    result.method().name(),
                    result.method().usesChain() ? "yes" : "no",
                    EvaluateMaskingCommand.words(result.interval(SegmentationScore::meanIou, seed)),
                    EvaluateMaskingCommand.words(
                            result.interval(SegmentationScore::accuracy, seed)),
                    EvaluateMaskingCommand.words(result.interval(SegmentationScore::meanAp, seed)),
                    result.candidate(0).words(),
                    result.candidate(1).words());
        }
        table.print(out);
        if (!resized(pairs).isEmpty()) {
            out.println();
            out.println(
                    "masks of another size than their images, brought to it: "
                            + String.join(", ", resized(pairs)));
        }
        if (!empty(pairs).isEmpty()) {
            out.println();
            out.println(
                    "masks without any foreground (IoU 1 if none is found, else 0): "
                            + String.join(", ", empty(pairs)));
        }
    }
}
