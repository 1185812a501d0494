package dev.perron.onnx;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// How many heads a graph says that attention has: the heads' axis followed back, from the scores
/// over Q, to a Reshape that says how long it is.
final class HeadCount {
    private HeadCount() {}

    /// Heads of the attention in `tensor`, where they can be seen without a run.
    static OptionalInt of(ModelGraph graph, String tensor) {
        String name = tensor;
        int axis = 1; // of [batch, head, query, key]
        for (int step = 0; step < graph.nodes().size(); step++) {
            List<String> shape = graph.shape(name);
            if (axis < shape.size() && shape.size() >= 4) {
                OptionalInt declared = positive(shape.get(axis));
                if (declared.isPresent()) {
                    return declared;
                }
            }
            Optional<GraphNode> maker = graph.producer(name);
            if (maker.isEmpty()) {
                return OptionalInt.empty();
            }
            GraphNode node = maker.get();
            switch (node.op()) {
                case "Reshape" -> {
                    return length(graph, node.input(1), axis);
                }
                case "Transpose" -> {
                    List<Long> perm = node.numbers().getOrDefault("perm", List.of());
                    if (axis >= perm.size()) {
                        return OptionalInt.empty();
                    }
                    axis = Math.toIntExact(Math.clamp(perm.get(axis), 0, Integer.MAX_VALUE));
                }
                case "Gather" -> { // one of Q, K, V: its axis goes away
                    if (axis >= node.number("axis", 0)) {
                        axis++;
                    }
                }
                case "Softmax",
                        "MatMul",
                        "Add",
                        "Sub",
                        "Mul",
                        "Div",
                        "Where",
                        "Cast",
                        "Identity" -> {}
                default -> {
                    return OptionalInt.empty();
                }
            }
            name = node.input(node.op().equals("Where") ? 1 : 0);
        }
        return OptionalInt.empty();
    }

    /// Entry `axis` of a shape that is a constant, or a Concat of some.
    private static OptionalInt length(ModelGraph graph, String shape, int axis) {
        Optional<ModelGraph.Constant> whole = graph.constant(shape);
        if (whole.isPresent()) {
            List<Long> values = whole.get().values();
            return axis < values.size()
                    ? positive(values.get(axis).toString())
                    : OptionalInt.empty();
        }
        Optional<GraphNode> maker = graph.producer(shape);
        if (maker.isEmpty() || !maker.get().op().equals("Concat")) {
            return OptionalInt.empty();
        }
        // Each part of such a Concat is one entry.
        return graph.constant(maker.get().input(axis))
                .filter(part -> part.values().size() == 1)
                .map(part -> positive(part.values().getFirst().toString()))
                .orElse(OptionalInt.empty());
    }

    private static OptionalInt positive(String length) {
        try {
            int value = Integer.parseInt(length);
            return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
        } catch (NumberFormatException name) {
            return OptionalInt.empty();
        }
    }
}
