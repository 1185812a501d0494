package dev.perron.cli;

import dev.perron.vision.BootstrapInterval;
import dev.perron.vision.HalfAndHalf;
import dev.perron.vision.SegmentationScore;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What methods reached against masks, and how it is shown.
///
/// @param source the model
/// @param pairs the images and their masks
/// @param results of methods that apply, the best first
/// @param notApplicable why the others don't, by their names
/// @param seed of the bootstrap
record SegmentationResults(
        Source source,
        List<MaskedImage> pairs,
        List<Result> results,
        Map<String, String> notApplicable,
        long seed) {
    /// What one method reached.
    ///
    /// @param without how many images it has no answer on, which counts as an empty mask
    record Result(
            SegmentationMethod method,
            HalfAndHalf choice,
            List<SegmentationScore> scores,
            long without) {
        SegmentationMethod.Candidate candidate(int image) {
            return method.candidates().get(choice.candidate(image));
        }

        double meanIou() {
            return scores.stream().mapToDouble(SegmentationScore::meanIou).average().orElseThrow();
        }

        BootstrapInterval interval(ToDoubleFunction<SegmentationScore> of, long seed) {
            return BootstrapInterval.of(scores.stream().mapToDouble(of).boxed().toList(), seed);
        }
    }

    Map<String, Object> document() {
        Map<String, Object> content = Json.object();
        content.putAll(source.facts());
        content.putAll(
                Json.object(
                        "images",
                        pairs.size(),
                        "resized",
                        resized(),
                        "emptyMasks",
                        empty(),
                        "emptyMask",
                        "a part that is empty in both masks has IoU 1, in one of them 0",
                        "seed",
                        seed,
                        "rule",
                        "chosen by mean IoU on every second image, used on the others",
                        "interval",
                        "95 % bootstrap over images"));
        List<Object> methods = new ArrayList<>();
        for (Result result : results) {
            methods.add(
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
                            List.of(result.candidate(0).words(), result.candidate(1).words()),
                            "candidates",
                            result.method().candidates().size(),
                            "imagesWithoutAnswer",
                            result.without(),
                            "images",
                            IntStream.range(0, pairs.size())
                                    .mapToObj(i -> entry(pairs.get(i), result, i))
                                    .toList()));
        }
        notApplicable.forEach(
                (name, why) -> methods.add(Json.object("name", name, "notApplicable", why)));
        content.put("methods", methods);
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
        return MaskingResults.interval(result.interval(of, seed));
    }

    private List<String> resized() {
        return pairs.stream().filter(MaskedImage::resized).map(MaskedImage::name).toList();
    }

    private List<String> empty() {
        return pairs.stream().filter(MaskedImage::empty).map(MaskedImage::name).toList();
    }

    void csv(PrintWriter out) {
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

    void table(PrintWriter out) {
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
                    MaskingResults.words(result.interval(SegmentationScore::meanIou, seed)),
                    MaskingResults.words(result.interval(SegmentationScore::accuracy, seed)),
                    MaskingResults.words(result.interval(SegmentationScore::meanAp, seed)),
                    result.candidate(0).words(),
                    result.candidate(1).words());
        }
        table.print(out);
        remarks(out);
    }

    private void remarks(PrintWriter out) {
        notApplicable.forEach(
                (name, why) -> out.println("%s: not applicable, %s".formatted(name, why)));
        for (Result result : results) {
            if (result.without() > 0) {
                out.println(
                        "%s: no answer on %d of %d images, each taken for an empty mask"
                                .formatted(result.method().name(), result.without(), pairs.size()));
            }
        }
        if (!resized().isEmpty()) {
            out.println();
            out.println(
                    "masks of another size than their images, brought to it: "
                            + String.join(", ", resized()));
        }
        if (!empty().isEmpty()) {
            out.println();
            out.println(
                    "masks without any foreground (IoU 1 if none is found, else 0): "
                            + String.join(", ", empty()));
        }
    }
}
