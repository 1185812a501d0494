package dev.perron.cli;

import dev.perron.vision.MaskingCurve;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PixelTensor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/// One image whose patches are taken away.
///
/// @param orders for each order that applies, by its name, the patches by falling importance
/// @param notApplicable why the others don't, by their names
/// @param truth its class, if that is known
record MaskingRun(
        Path file,
        PatchGrid grid,
        Map<String, List<Integer>> orders,
        Map<String, String> notApplicable,
        OptionalInt truth) {
    /// What is left of the answer, in one direction.
    ///
    /// @param probability of the class that is asked about: the true one, else the one that the
    ///   model named for the whole image
    /// @param accuracy 1 where the model names that class, else 0
    record Way(MaskingCurve probability, MaskingCurve accuracy) {
        /// The mean of several, point by point.
        static Way mean(List<Way> several) {
            return new Way(mean(several, Way::probability), mean(several, Way::accuracy));
        }

        private static MaskingCurve mean(List<Way> several, Function<Way, MaskingCurve> of) {
            List<Double> shares = of.apply(several.getFirst()).shares();
            return new MaskingCurve(
                    shares,
                    IntStream.range(0, shares.size())
                            .mapToObj(
                                    k ->
                                            several.stream()
                                                    .mapToDouble(
                                                            way -> of.apply(way).values().get(k))
                                                    .average()
                                                    .orElseThrow())
                            .toList());
        }
    }

    /// Both directions.
    record Curves(Way mostFirst, Way leastFirst) {
        /// The mean of several, point by point.
        static Curves mean(List<Curves> several) {
            return new Curves(
                    Way.mean(several.stream().map(Curves::mostFirst).toList()),
                    Way.mean(several.stream().map(Curves::leastFirst).toList()));
        }
    }

    /// What the model answered.
    ///
    /// @param byOrder for each order that applies, by its name
    /// @param notApplicable why the others don't, by their names
    record Asked(Map<String, Curves> byOrder, Map<String, String> notApplicable) {}

    /// Asks the model with ever fewer patches.
    ///
    /// @param whole the image
    /// @param steps in how many steps all patches go
    /// @throws Failure if the true class is none of the model's
    Asked asked(PixelTensor whole, Function<PixelTensor, float[]> model, int steps) {
        float[] answer = model.apply(whole);
        int named = truth.orElse(largest(answer));
        if (named >= answer.length) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--labels: %s has class %d, must be below %d, the model's classes"
                            .formatted(file.getFileName(), named, answer.length));
        }
        Answer first = Answer.of(answer, named);
        boolean[] everything = new boolean[grid.patches()];
        Arrays.fill(everything, true);
        Answer last = Answer.of(model.apply(whole.without(grid, everything)), named);
        Map<String, Curves> curves = new LinkedHashMap<>();
        orders.forEach(
                (order, patches) -> {
                    List<Answer> most = new ArrayList<>(List.of(first));
                    List<Answer> least = new ArrayList<>(List.of(first));
                    for (int k = 1; k < steps; k++) {
                        int away = (int) Math.round((double) k * patches.size() / steps);
                        most.add(
                                Answer.of(
                                        model.apply(without(whole, patches.subList(0, away))),
                                        named));
                        int kept = patches.size() - away;
                        least.add(
                                Answer.of(
                                        model.apply(
                                                without(
                                                        whole,
                                                        patches.subList(kept, patches.size()))),
                                        named));
                    }
                    most.add(last);
                    least.add(last);
                    curves.put(order, new Curves(way(most), way(least)));
                });
        return new Asked(curves, notApplicable);
    }

    private PixelTensor without(PixelTensor whole, List<Integer> patches) {
        boolean[] blank = new boolean[grid.patches()];
        patches.forEach(patch -> blank[patch] = true);
        return whole.without(grid, blank);
    }

    private static Way way(List<Answer> answers) {
        int steps = answers.size() - 1;
        List<Double> shares =
                IntStream.rangeClosed(0, steps).mapToObj(k -> (double) k / steps).toList();
        return new Way(
                new MaskingCurve(shares, answers.stream().map(Answer::probability).toList()),
                new MaskingCurve(shares, answers.stream().map(a -> (double) a.same()).toList()));
    }

    /// @param same 1 if the class is named, else 0
    private record Answer(double probability, int same) {
        static Answer of(float[] logits, int named) {
            return new Answer(
                    MaskingRun.probability(logits, named), largest(logits) == named ? 1 : 0);
        }
    }

    private static int largest(float[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }

    /// Softmax of one class.
    static double probability(float[] logits, int named) {
        double most = logits[largest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        return Math.exp(logits[named] - most) / sum;
    }
}
