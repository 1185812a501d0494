package dev.perron.format;

import dev.perron.format.ArrayChoice.Named;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Finds out what a file's arrays and their axes are, by names and sizes; what can be read in two
/// ways isn't guessed.
final class Recognition {
    private final ArrayFile file;
    private final String where;
    private final ReadOptions options;
    private final ArrayAxes known;
    private final Optional<Axes> said;

    private Recognition(ArrayFile file, String where, ReadOptions options, Sidecar sidecar) {
        this.file = file;
        this.where = where;
        this.options = options;
        this.known = new ArrayAxes(where, options.batch());
        this.said = options.axes().or(sidecar::axes);
    }

    /// The layout of a file.
    ///
    /// @throws FormatException if there is nothing to read, or more than one way to
    static Layout of(ArrayFile file, String where, ReadOptions options, Sidecar sidecar) {
        return new Recognition(file, where, options, sidecar).layout();
    }

    private Layout layout() {
        List<Named> chosen = ArrayChoice.of(file, where, options);
        Named first = chosen.getFirst();
        if (chosen.size() == 1) {
            // arr_0 is what numpy.savez calls an array without a name, whatever its axes.
            boolean numbered =
                    first.name().numbers().size() == 1
                            && !first.name().group().equals("arr_#")
                            && !first.name().group().equals("#");
            return numbered ? ofLayers(chosen) : ofOne(first.array());
        }
        return switch (first.name().numbers().size()) {
            case 1 ->
                    GenerateSteps.growing(chosen)
                            ? GenerateSteps.layout(chosen, said, known)
                            : ofLayers(chosen);
            case 2 -> GenerateSteps.layout(chosen, said, known);
            default ->
                    throw FormatException.of(
                            where,
                            "arrays with more than two numbers in their names: "
                                    + first.array().name(),
                            "a layer's number, or a step's and a layer's",
                            "save them as attentions.0, attentions.1, ...");
        };
    }

    private Layout ofOne(FloatArray array) {
        Axes axes;
        String reason;
        if (said.isPresent()) {
            axes = said.get();
            reason = "as said";
        } else {
            axes = known.ofAll(array);
            reason = "by the number of axes, %d".formatted(axes.rank());
        }
        known.requireFit(array, axes);
        long layers = axes.size(Axis.LAYER, array);
        known.requireCount(layers, "layers", axes, array);
        long sample = known.sample(axes, array);
        SortedMap<Integer, List<Slab>> slabs = new TreeMap<>();
        for (int layer = 0; layer < layers; layer++) {
            slabs.put(layer, List.of(new Slab(array, axes, layer, sample)));
        }
        return Layout.of(known, axes, reason, slabs);
    }

    /// One array a layer.
    private Layout ofLayers(List<Named> chosen) {
        FloatArray first = chosen.getFirst().array();
        Axes axes = said.orElseGet(() -> known.ofLayer(first));
        String reason =
                (said.isPresent() ? "as said; " : "")
                        + "an array a layer, by the number in "
                        + chosen.getFirst().name().group();
        SortedMap<Integer, List<Slab>> slabs = new TreeMap<>();
        for (Named one : chosen) {
            FloatArray array = one.array();
            if (!array.shape().equals(first.shape())) {
                throw FormatException.of(
                        where,
                        "%s is %s, %s is %s"
                                .formatted(
                                        first.name(), first.shape(), array.name(), array.shape()),
                        "one shape in all layers",
                        "choose layers of one shape with --array NAME, one at a time");
            }
            known.requireFit(array, axes);
            known.requireOneLayer(array, axes);
            if (slabs.put(
                            one.name().numbers().getFirst(),
                            List.of(new Slab(array, axes, 0, known.sample(axes, array))))
                    != null) {
                throw ArrayChoice.twice(where, one);
            }
        }
        return Layout.of(known, axes, reason, slabs);
    }
}
