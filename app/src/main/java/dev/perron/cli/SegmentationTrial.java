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
import java.util.Optional;
import java.util.stream.IntStream;

/// Candidates of several methods, tried on one photograph after another; of none more than that one
/// is in memory.
record SegmentationTrial(
        OnnxModel model, Preprocessing preprocessing, List<SegmentationMethod> methods) {
    /// Columns of the rows of an image.
    static final List<String> COLUMNS = List.of("method", "candidate", "mean_iou");

    private static final String NOT_APPLICABLE = "not applicable: ";

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

    /// What a method's candidates reached on one image.
    ///
    /// @param meanIous of each candidate; no number for one without an answer on this image
    /// @param notApplicable why the method has no answer on any image, if that is so
    record Tried(List<Double> meanIous, Optional<String> notApplicable) {}

    /// What each method reached.
    List<Tried> tried(MaskedImage pair) {
        Ready ready = ready(pair);
        List<SegmentationMethod.Candidate> all =
                methods.stream().flatMap(method -> method.candidates().stream()).toList();
        Map<Question, List<SegmentationMethod.Candidate>> grouped = new LinkedHashMap<>();
        all.forEach(
                candidate ->
                        grouped.computeIfAbsent(Question.of(candidate), _ -> new ArrayList<>())
                                .add(candidate));
        Map<SegmentationMethod.Candidate, Double> ious = new LinkedHashMap<>();
        Map<SegmentationMethod.Candidate, String> not = new LinkedHashMap<>();
        grouped.entrySet().parallelStream()
                .map(entry -> answers(ready, entry.getKey(), entry.getValue()))
                .toList()
                .forEach(
                        answers -> {
                            ious.putAll(answers.meanIous());
                            not.putAll(answers.notApplicable());
                        });
        return methods.stream()
                .map(
                        method ->
                                new Tried(
                                        method.candidates().stream()
                                                .map(one -> ious.getOrDefault(one, Double.NaN))
                                                .toList(),
                                        Optional.ofNullable(
                                                not.get(method.candidates().getFirst()))))
                .toList();
    }

    /// One row a candidate; without a number where there is no answer.
    void rows(Csv csv, List<Tried> image) {
        for (int m = 0; m < methods.size(); m++) {
            SegmentationMethod method = methods.get(m);
            Tried tried = image.get(m);
            if (tried.notApplicable().isPresent()) {
                csv.row(method.name(), NOT_APPLICABLE + tried.notApplicable().get(), null);
                continue;
            }
            for (int c = 0; c < method.candidates().size(); c++) {
                double iou = tried.meanIous().get(c);
                csv.row(
                        method.name(),
                        method.candidates().get(c).words(),
                        Double.isNaN(iou) ? null : iou);
            }
        }
    }

    /// The same out of rows.
    ///
    /// @throws Failure if they aren't those of these methods
    List<Tried> read(Trials trials, List<List<String>> rows) {
        List<Tried> image = new ArrayList<>();
        int at = 0;
        for (SegmentationMethod method : methods) {
            if (at < rows.size() && rows.get(at).get(1).startsWith(NOT_APPLICABLE)) {
                image.add(
                        new Tried(
                                List.of(),
                                Optional.of(
                                        rows.get(at).get(1).substring(NOT_APPLICABLE.length()))));
                at++;
                continue;
            }
            List<Double> ious = new ArrayList<>();
            for (SegmentationMethod.Candidate candidate : method.candidates()) {
                List<String> expected = List.of(method.name(), candidate.words());
                if (at == rows.size() || !rows.get(at).subList(0, 2).equals(expected)) {
                    throw trials.other(
                            "no row of %s where it must be".formatted(String.join(", ", expected)));
                }
                String cell = rows.get(at).get(2);
                ious.add(cell.isEmpty() ? Double.NaN : trials.number(cell));
                at++;
            }
            image.add(new Tried(ious, Optional.empty()));
        }
        return image;
    }

    private record Answers(
            Map<SegmentationMethod.Candidate, Double> meanIous,
            Map<SegmentationMethod.Candidate, String> notApplicable) {}

    private static Answers answers(
            Ready ready, Question question, List<SegmentationMethod.Candidate> candidates) {
        Map<SegmentationMethod.Candidate, Double> ious = new LinkedHashMap<>();
        Map<SegmentationMethod.Candidate, String> not = new LinkedHashMap<>();
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
                            SegmentationScore.meanIou(map, candidate.threshold(), ready.truth()));
                }
            }
            case PatchScore.Outcome.NotApplicable(String why) ->
                    candidates.forEach(candidate -> not.put(candidate, why));
            case PatchScore.Outcome.Undefined _ -> {
                // no answer is worth nothing, and isn't chosen
            }
        }
        return new Answers(ious, not);
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
            case PatchScore.Outcome.Undefined _, PatchScore.Outcome.NotApplicable _ -> {
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
