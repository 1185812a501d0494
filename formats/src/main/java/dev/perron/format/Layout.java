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
}
