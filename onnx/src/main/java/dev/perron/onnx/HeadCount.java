package dev.perron.onnx;

import dev.perron.onnx.ModelGraph.Constant;

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
        int rank = 4;
        for (int step = 0; step < graph.nodes().size(); step++) {
            List<String> shape = graph.shape(name);
            if (shape.size() == rank && axis < rank) {
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
                    return length(graph, node.input(1), axis, rank);
                }
                case "Transpose" -> {
                    List<Long> perm = node.numbers().getOrDefault("perm", List.of());
                    if (axis >= perm.size()) {
                        return OptionalInt.empty();
                    }
                    rank = perm.size();
                    axis = Math.toIntExact(Math.clamp(perm.get(axis), 0, Integer.MAX_VALUE));
                }
                case "Gather" -> { // one of Q, K, V: its axis goes away
                    rank++;
                    if (axis >= node.number("axis", 0)) {
                        axis++;
                    }
                }
                case "Squeeze" -> { // the same, after a Slice
                    List<Long> gone = axes(graph, node, 1);
                    if (gone.size() != 1 || gone.getFirst() < 0) {
                        return OptionalInt.empty();
                    }
                    rank++;
                    if (axis >= gone.getFirst()) {
                        axis++;
                    }
                }
                case "Slice" -> {
                    List<Long> cut = axes(graph, node, 3);
                    if (cut.isEmpty()
                            || cut.contains((long) axis)
                            || cut.contains(axis - (long) rank)) {
                        return OptionalInt.empty();
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

    /// The axes that a node works on: an input, or an attribute in older opsets.
    private static List<Long> axes(ModelGraph graph, GraphNode node, int input) {
        return graph.constant(node.input(input))
                .map(Constant::values)
                .orElse(node.numbers().getOrDefault("axes", List.of()));
    }

    /// Entry `axis` of a shape of `rank` entries: a constant, or a Concat of single entries.
    private static OptionalInt length(ModelGraph graph, String shape, int axis, int rank) {
        Optional<Constant> whole = graph.constant(shape);
        if (whole.isPresent()) {
            return entry(whole.get().values(), axis, rank);
        }
        return graph.producer(shape)
                .filter(maker -> maker.op().equals("Concat") && maker.inputs().size() == rank)
                .flatMap(maker -> graph.constant(maker.input(axis)))
                .map(part -> entry(part.values(), 0, 1))
                .orElse(OptionalInt.empty());
    }

    private static OptionalInt entry(List<Long> shape, int axis, int rank) {
        return shape.size() == rank && axis < rank
                ? positive(shape.get(axis).toString())
                : OptionalInt.empty();
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
