package dev.perron.cli;

import dev.perron.onnx.OnnxModel;
import dev.perron.vision.HalfAndHalf;
import dev.perron.vision.SegmentationScore;

import picocli.CommandLine.ArgGroup;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron evaluate segmentation images masks --model vit.onnx --json",
            "  perron evaluate segmentation images masks --model vit.onnx -o trials.csv --resume"
        })
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

    @Mixin private TrialOptions trials = new TrialOptions();
    @ArgGroup private OutputOptions.Form form = new OutputOptions.Form();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        trials.check();
        List<MaskedImage> pairs = MaskedImage.pairs(images, masks);
        if (pairs.size() < 2) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s has 1 photograph, must have at least 2, one for each half"
                            .formatted(images));
        }
        try (Progress progress = new Progress(spec);
                OnnxModel opened = model.open()) {
            SegmentationTrial trial =
                    new SegmentationTrial(
                            opened,
                            model.preprocessing(opened),
                            SegmentationMethod.all(opened.layers()));
            SegmentationResults results = results(trial, pairs, progress);
            PrintWriter out = spec.commandLine().getOut();
            if (form.json()) {
                Json.print(out, results.document());
            } else if (form.csv()) {
                results.csv(out);
            } else {
                results.table(out);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    private SegmentationResults results(
            SegmentationTrial trial, List<MaskedImage> pairs, Progress progress)
            throws IOException {
        List<List<SegmentationTrial.Tried>> tried =
                tried(trial, pairs, progress); // [image][method]
        List<Chosen> chosen = new ArrayList<>();
        Map<String, String> not = new LinkedHashMap<>();
        for (int m = 0; m < trial.methods().size(); m++) {
            int number = m;
            List<SegmentationTrial.Tried> its = tried.stream().map(one -> one.get(number)).toList();
            SegmentationMethod method = trial.methods().get(m);
            its.getFirst()
                    .notApplicable()
                    .ifPresentOrElse(
                            why -> not.put(method.name(), why),
                            () -> chosen.add(Chosen.of(method, its)));
        }
        return new SegmentationResults(
                Source.of(trial.model()), pairs, judge(trial, pairs, chosen, progress), not, seed);
    }

    /// A method and what is chosen of it.
    ///
    /// @param without how many images the chosen candidate has no answer on
    private record Chosen(SegmentationMethod method, HalfAndHalf choice, long without) {
        static Chosen of(SegmentationMethod method, List<SegmentationTrial.Tried> images) {
            HalfAndHalf choice =
                    HalfAndHalf.of(
                            IntStream.range(0, method.candidates().size())
                                    .mapToObj(c -> worth(images, c))
                                    .toList());
            return new Chosen(
                    method,
                    choice,
                    IntStream.range(0, images.size())
                            .filter(i -> images.get(i).meanIous().get(choice.candidate(i)).isNaN())
                            .count());
        }

        /// No answer is worth nothing here, less than the empty mask that it is judged as: a
        /// candidate isn't to be chosen for the background that it gets right by failing.
        private static double[] worth(List<SegmentationTrial.Tried> images, int candidate) {
            return images.stream()
                    .mapToDouble(image -> image.meanIous().get(candidate))
                    .map(iou -> Double.isNaN(iou) ? 0 : iou)
                    .toArray();
        }

        SegmentationMethod.Candidate candidate(int image) {
            return method.candidates().get(choice.candidate(image));
        }
    }

    /// The mean IoU of every candidate on every image: tried, or read where that was done before.
    private List<List<SegmentationTrial.Tried>> tried(
            SegmentationTrial trial, List<MaskedImage> pairs, Progress progress)
            throws IOException {
        String run =
                "%s images=%s masks=%s"
                        .formatted(
                                trial.model().sha256().substring(0, 12),
                                Fingerprint.of(trial.preprocessing().toString()),
                                Fingerprint.of(pairs.stream().map(MaskedImage::maskBytes)));
        try (Trials kept = trials.open(run, SegmentationTrial.COLUMNS)) {
            List<List<SegmentationTrial.Tried>> all = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i++) {
                MaskedImage pair = pairs.get(i);
                List<List<String>> rows = kept.rows(i, pair.image());
                if (rows.isEmpty()) {
                    progress.at("image %d of %d, all candidates".formatted(i, pairs.size()));
                    List<SegmentationTrial.Tried> image = trial.tried(pair);
                    kept.add(i, pair.image(), csv -> trial.rows(csv, image));
                    all.add(image);
                } else {
                    all.add(trial.read(kept, rows));
                }
            }
            return all;
        }
    }

    private static List<SegmentationResults.Result> judge(
            SegmentationTrial trial,
            List<MaskedImage> pairs,
            List<Chosen> chosen,
            Progress progress) {
        List<List<SegmentationScore>> scores = new ArrayList<>(); // [image][method]
        for (int i = 0; i < pairs.size(); i++) {
            progress.at("image %d of %d, those chosen".formatted(i, pairs.size()));
            int image = i;
            scores.add(
                    trial.scores(
                            pairs.get(i),
                            chosen.stream().map(method -> method.candidate(image)).toList()));
        }
        return IntStream.range(0, chosen.size())
                .mapToObj(
                        m ->
                                new SegmentationResults.Result(
                                        chosen.get(m).method(),
                                        chosen.get(m).choice(),
                                        scores.stream().map(image -> image.get(m)).toList(),
                                        chosen.get(m).without()))
                .sorted(Comparator.comparingDouble(result -> -result.meanIou()))
                .toList();
    }
}
