package dev.perron.format;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where each head of a file lies.
///
/// @param axes of the arrays
/// @param reason why these axes were taken, in words
/// @param layers the slabs of each layer, by the layer's number, stacked along the queries
/// @param heads of each layer
/// @param queries of each head
/// @param keys of each head
/// @param type of all numbers
record Layout(
        Axes axes,
        String reason,
        SortedMap<Integer, List<Slab>> layers,
        int heads,
        int queries,
        int keys,
        ElementType type) {
    Layout {
        SortedMap<Integer, List<Slab>> copy = new TreeMap<>();
        for (Map.Entry<Integer, List<Slab>> layer : layers.entrySet()) {
            copy.put(layer.getKey(), List.copyOf(layer.getValue()));
        }
        layers = java.util.Collections.unmodifiableSortedMap(copy);
    }

    List<Slab> slabs(int layer) {
        return layers.getOrDefault(layer, List.of());
    }

    /// The layout of slabs that were found.
    ///
    /// @throws FormatException if there are too many heads, or fewer than 2 tokens
    static Layout of(
            ArrayAxes known, Axes axes, String reason, SortedMap<Integer, List<Slab>> slabs) {
        List<Slab> stacked = slabs.firstEntry().getValue();
        FloatArray first = stacked.getFirst().array();
        long heads = axes.size(Axis.HEAD, first);
        known.requireCount(heads, "heads", axes, first);
        long queries = stacked.stream().mapToLong(Slab::queries).sum();
        int keys = stacked.stream().mapToInt(Slab::keys).max().orElseThrow();
        if (queries == 1 && keys == 1) {
            throw FormatException.of(
                    known.where(),
                    "one query and one key (%s, axes %s)".formatted(first.shape(), axes),
                    "at least 2 tokens",
                    "save attention of a longer text, or say other axes with --axes");
        }
        return new Layout(
                axes, reason, slabs, (int) heads, Math.toIntExact(queries), keys, first.type());
    }
}
