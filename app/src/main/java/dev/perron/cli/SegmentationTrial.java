package dev.perron.cli;

import dev.perron.onnx.OnnxModel;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.LayerChoice;
import dev.perron.vision.Mask;
import dev.perron.vision.PatchMap;
import dev.perron.vision.PatchScore;
import dev.perron.vision.PixelMap;
import dev.perron.vision.Preprocessing;
import dev.perron.vision.Segmentation;
import dev.perron.vision.SegmentationScore;
import dev.perron.vision.Threshold;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Candidates of several methods, tried on one photograph after another; of none more than that one
/// is in memory.
record SegmentationTrial(
        OnnxModel model, Preprocessing preprocessing, List<SegmentationMethod> methods) {
    /// A photograph, its attention in all layers, and the truth.
    private record Ready(ImageOptions.Taken taken, ImageAttention attention, Mask truth) {}

    /// What a map is made of; its threshold is found later, and costs less.
    private record Question(PatchScore score, LayerChoice layers) {
        static Question of(SegmentationMethod.Candidate candidate) {
            return new Question(candidate.score(), candidate.layers());
        }
    }

    private Ready ready(MaskedImage pair) {
        ImageOptions.Taken taken = ImageOptions.take(pair.image(), preprocessing);
        List<Integer> all = IntStream.range(0, model.layers()).boxed().toList();
        return new Ready(
                taken, model.attend(taken.prepared().pixels(), all), pair.truth(taken.image()));
    }

    /// The mean IoU of each candidate, `[method][candidate]`. One without an answer on this image
    /// has 0.
    List<double[]> meanIous(MaskedImage pair) {
        Ready ready = ready(pair);
        List<SegmentationMethod.Candidate> all =
                methods.stream().flatMap(method -> method.candidates().stream()).toList();
        Map<Question, List<SegmentationMethod.Candidate>> grouped = new LinkedHashMap<>();
        all.forEach(
                candidate ->
                        grouped.computeIfAbsent(Question.of(candidate), _ -> new ArrayList<>())
                                .add(candidate));
        Map<SegmentationMethod.Candidate, Double> ious = new LinkedHashMap<>();
        grouped.entrySet().parallelStream()
                .map(entry -> meanIous(ready, entry.getKey(), entry.getValue()))
                .toList()
                .forEach(ious::putAll);
        return methods.stream()
                .map(
                        method ->
                                method.candidates().stream()
                                        .mapToDouble(candidate -> ious.getOrDefault(candidate, 0.0))
                                        .toArray())
                .toList();
    }

    private static Map<SegmentationMethod.Candidate, Double> meanIous(
            Ready ready, Question question, List<SegmentationMethod.Candidate> candidates) {
        Map<SegmentationMethod.Candidate, Double> ious = new LinkedHashMap<>();
        switch (question.layers().of(question.score(), ready.attention()).outcome()) {
            case PatchScore.Outcome.Scored(PatchMap patches) -> {
                PixelMap map =
                        patches.upsampled(
                                ready.taken().prepared().view(),
                                ready.truth().width(),
                                ready.truth().height());
                for (SegmentationMethod.Candidate candidate : candidates) {
                    ious.put(
                            candidate,
                            SegmentationScore.meanIou(
                                    map.above(candidate.threshold()), ready.truth()));
                }
            }
            case PatchScore.Outcome.Undefined _ -> {
                // no answer is worth nothing, and isn't chosen
            }
        }
        return ious;
    }

    /// All that is known of one candidate a method.
    List<SegmentationScore> scores(
            MaskedImage pair, List<SegmentationMethod.Candidate> candidates) {
        Ready ready = ready(pair);
        return candidates.parallelStream().map(candidate -> score(ready, candidate)).toList();
    }

    private static SegmentationScore score(Ready ready, SegmentationMethod.Candidate candidate) {
        int width = ready.truth().width();
        int height = ready.truth().height();
        return switch (candidate.layers().of(candidate.score(), ready.attention()).outcome()) {
            case PatchScore.Outcome.Scored(PatchMap patches) -> {
                Segmentation found =
                        Segmentation.of(
                                patches,
                                candidate.threshold(),
                                ready.taken().prepared().view(),
                                width,
                                height);
                yield SegmentationScore.of(found.mask(), found.map(), ready.truth());
            }
            case PatchScore.Outcome.Undefined _ -> {
                PatchMap plain = PatchMap.of(ready.attention().grid(), _ -> 0);
                Segmentation nothing =
                        Segmentation.of(
                                plain,
                                Threshold.MEAN,
                                ready.taken().prepared().view(),
                                width,
                                height);
                yield SegmentationScore.of(nothing.mask(), nothing.map(), ready.truth());
            }
        };
    }
}
