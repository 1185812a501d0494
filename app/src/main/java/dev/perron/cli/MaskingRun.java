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
import java.util.function.Function;
import java.util.stream.IntStream;

/// One image whose patches are taken away.
///
/// @param orders for each order, the patches by falling importance
record MaskingRun(Path file, PatchGrid grid, Map<MaskingOrder, List<Integer>> orders) {
    /// What is left of the answer, in one direction.
    ///
    /// @param probability of the class that the model named for the whole image
    /// @param accuracy 1 where the model still names it, else 0
    record Way(MaskingCurve probability, MaskingCurve accuracy) {}

    /// Both directions.
    record Curves(Way mostFirst, Way leastFirst) {}

    /// What the model answered.
    record Asked(Map<MaskingOrder, Curves> byOrder) {
        Curves curves(MaskingOrder order) {
            Curves found = byOrder.get(order);
            if (found == null) {
                throw new IllegalArgumentException(order + " wasn't asked");
            }
            return found;
        }
    }

    /// Asks the model with ever fewer patches.
    ///
    /// @param whole the image
    /// @param steps in how many steps all patches go
    Asked asked(PixelTensor whole, Function<PixelTensor, float[]> model, int steps) {
        float[] answer = model.apply(whole);
        int named = largest(answer);
        Answer first = new Answer(probability(answer, named), 1);
        boolean[] everything = new boolean[grid.patches()];
        Arrays.fill(everything, true);
        Answer last = Answer.of(model.apply(whole.without(grid, everything)), named);
        Map<MaskingOrder, Curves> curves = new LinkedHashMap<>();
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
        return new Asked(curves);
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

    /// @param same 1 if the class is still named, else 0
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
