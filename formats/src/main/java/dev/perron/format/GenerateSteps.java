package dev.perron.format;

import dev.perron.format.ArrayChoice.Named;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What Hugging Face's `generate` gives: attention step by step, each with more keys.
final class GenerateSteps {
    private GenerateSteps() {}

    /// Whether arrays are the steps of `generate`: one query each after the first, over more and
    /// more keys.
    static boolean growing(List<Named> chosen) {
        SortedMap<Integer, FloatArray> byNumber = new TreeMap<>();
        chosen.forEach(one -> byNumber.put(one.name().numbers().getFirst(), one.array()));
        FloatArray before = null;
        for (FloatArray array : byNumber.values()) {
            int rank = array.shape().rank();
            if (rank < 2 || (before != null && before.shape().rank() != rank)) {
                return false;
            }
            if (before != null
                    && (array.shape().size(rank - 2) != 1
                            || array.shape().size(rank - 1) != before.shape().size(rank - 1) + 1)) {
                return false;
            }
            before = array;
        }
        return true;
    }

    /// Steps of `generate`, in which only new queries are there: the rows of a causal head,
    /// stacked.
    ///
    /// @param said what the axes are, if that is said
    /// @throws FormatException if they aren't the steps of one text
    static Layout layout(List<Named> chosen, Optional<Axes> said, ArrayAxes known) {
        ArrayName name = chosen.getFirst().name();
        boolean layered = name.numbers().size() == 2;
        // With two numbers, the step's is the one along which the keys become more.
        int stepAt = layered ? stepNumber(chosen, known.where()) : 0;
        SortedMap<Integer, SortedMap<Integer, FloatArray>> byLayer = new TreeMap<>();
        for (Named one : chosen) {
            List<Integer> numbers = one.name().numbers();
            int layer = layered ? numbers.get(1 - stepAt) : 0;
            if (byLayer.computeIfAbsent(layer, _ -> new TreeMap<>())
                            .put(numbers.get(stepAt), one.array())
                    != null) {
                throw ArrayChoice.twice(known.where(), one);
            }
        }
        FloatArray first = chosen.getFirst().array();
        Axes axes =
                said.orElseGet(
                        () -> layered ? known.ofLayer(first) : known.ofStep(first.shape().rank()));
        SortedMap<Integer, List<Slab>> slabs = new TreeMap<>();
        for (Map.Entry<Integer, SortedMap<Integer, FloatArray>> entry : byLayer.entrySet()) {
            List<FloatArray> steps = List.copyOf(entry.getValue().values());
            steps.forEach(array -> known.requireFit(array, axes));
            requireSteps(steps, axes, known.where());
            long layers = layered ? 1 : axes.size(Axis.LAYER, first);
            known.requireCount(layers, "layers", axes, first);
            if (layered) {
                known.requireOneLayer(first, axes);
            }
            for (int layer = 0; layer < layers; layer++) {
                int in = layer;
                slabs.put(
                        layered ? entry.getKey() : layer,
                        steps.stream()
                                .map(array -> new Slab(array, axes, in, known.sample(axes, array)))
                                .toList());
            }
        }
        return Layout.of(
                known,
                axes,
                "steps of generate, by the numbers in %s, stacked to one causal matrix"
                        .formatted(name.group()),
                slabs);
    }

    private static int stepNumber(List<Named> chosen, String where) {
        Named first = chosen.getFirst();
        for (Named one : chosen) {
            int rank = one.array().shape().rank();
            boolean differs =
                    rank >= 2
                            && first.array().shape().rank() == rank
                            && one.array().shape().size(rank - 1)
                                    != first.array().shape().size(rank - 1);
            for (int i = 0; differs && i < 2; i++) {
                if (one.name().numbers().get(1 - i).equals(first.name().numbers().get(1 - i))) {
                    return i;
                }
            }
        }
        throw FormatException.of(
                where,
                "two numbers in names such as %s, and as many keys in all"
                        .formatted(first.array().name()),
                "a step and a layer, with more keys at each step",
                "save one array a layer, attentions.0, attentions.1, ...");
    }

    private static void requireSteps(List<FloatArray> steps, Axes axes, String where) {
        long keys = 0;
        for (FloatArray array : steps) {
            long queries = axes.size(Axis.QUERY, array);
            boolean fits =
                    axes.size(Axis.KEY, array) == keys + queries
                            && axes.size(Axis.HEAD, array) == axes.size(Axis.HEAD, steps.getFirst())
                            && axes.size(Axis.LAYER, array)
                                    == axes.size(Axis.LAYER, steps.getFirst())
                            && axes.size(Axis.BATCH, array)
                                    == axes.size(Axis.BATCH, steps.getFirst());
            if (!fits) {
                throw FormatException.of(
                        where + ": " + array.name(),
                        "%s, axes %s, after %d keys".formatted(array.shape(), axes, keys),
                        "steps of generate: as many keys as before and one more a query",
                        "save every step of one text, from the prompt on");
            }
            keys += queries;
        }
    }
}
