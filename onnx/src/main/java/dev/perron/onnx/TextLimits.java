package dev.perron.onnx;

import dev.perron.onnx.ModelGraph.Constant;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// How long a text may be and which token ids there are, as far as the graph shows it.
///
/// The vocabulary is the table that `input_ids` select from. The context length is the shortest
/// table of positions: one that positions select from, or one that is cut to the text's length (a
/// table of angles, a causal mask). A model that computes its positions shows no such table.
///
/// @param contextLength the largest number of tokens, special ones included
/// @param vocabulary token ids run from 0 to this, exclusive
record TextLimits(OptionalInt contextLength, OptionalInt vocabulary) {
    private static final Set<String> LOOKUPS =
            Set.of("Gather", "com.microsoft.GatherBlockQuantized");

    private static final Set<String> SAME_VALUES =
            Set.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Expand");

    /// Ops that turn queries and keys, and which input is their table of cosines, a row a position.
    private static final Map<String, Integer> ANGLES =
            Map.of("com.microsoft.RotaryEmbedding", 2, "com.microsoft.GroupQueryAttention", 7);

    static TextLimits of(ModelGraph graph) {
        long context = Long.MAX_VALUE;
        long vocabulary = Long.MAX_VALUE;
        for (GraphNode node : graph.nodes()) {
            if (LOOKUPS.contains(node.op()) && node.number("axis", 0) == 0) {
                Optional<Constant> table = graph.constant(node.input(0));
                if (table.isEmpty() || table.get().dims().size() != 2) {
                    continue;
                }
                long rows = table.get().dims().getFirst();
                switch (origin(graph, node.input(1))) {
                    case Origin.Tokens _ -> vocabulary = Math.min(vocabulary, rows);
                    case Origin.Positions(long first) ->
                            context = Math.min(context, rows - Math.max(first, 0));
                    case Origin.Unknown _ -> {}
                }
            } else if (node.op().equals("Slice") && graph.computed(node.input(2))) {
                context = Math.min(context, cut(graph, node));
            } else if (ANGLES.containsKey(node.op())) {
                List<Long> dims =
                        graph.constant(node.input(ANGLES.get(node.op())))
                                .map(Constant::dims)
                                .orElse(List.of());
                context = dims.size() == 2 ? Math.min(context, dims.getFirst()) : context;
            }
        }
        return new TextLimits(limit(context), limit(vocabulary));
    }

    private static OptionalInt limit(long found) {
        return found > 0 && found <= Integer.MAX_VALUE
                ? OptionalInt.of((int) found)
                : OptionalInt.empty();
    }

    /// What a lookup's indices are.
    private sealed interface Origin {
        record Tokens() implements Origin {}

        /// @param first the first token's position: some models count from 2
        record Positions(long first) implements Origin {}

        record Unknown() implements Origin {}
    }

    private static Origin origin(ModelGraph graph, String indices) {
        String name = indices;
        long first = 0;
        for (int step = 0; step <= graph.nodes().size(); step++) {
            Optional<GraphNode> maker = graph.producer(name);
            if (maker.isEmpty()) {
                return switch (name) {
                    case "input_ids" -> new Origin.Tokens();
                    case "position_ids" -> new Origin.Positions(first);
                    default -> new Origin.Unknown();
                };
            }
            GraphNode node = maker.get();
            switch (node.op()) {
                case "Range" -> {
                    return new Origin.Positions(first);
                }
                case "Slice" -> { // of a constant 0, 1, 2, …
                    return graph.constant(node.input(0)).isPresent()
                            ? new Origin.Positions(first)
                            : new Origin.Unknown();
                }
                case "Add" -> {
                    int constant = graph.constant(node.input(0)).isPresent() ? 0 : 1;
                    List<Long> offset =
                            graph.constant(node.input(constant))
                                    .map(Constant::values)
                                    .orElse(List.of());
                    if (offset.size() != 1) {
                        return new Origin.Unknown();
                    }
                    first += offset.getFirst();
                    name = node.input(1 - constant);
                }
                default -> {
                    if (!SAME_VALUES.contains(node.op())) {
                        return new Origin.Unknown();
                    }
                    name = node.input(0);
                }
            }
        }
        return new Origin.Unknown();
    }

    /// The shortest axis of a constant that is cut to a computed length.
    private static long cut(ModelGraph graph, GraphNode slice) {
        Optional<Constant> table = graph.constant(slice.input(0));
        Optional<Constant> axes = graph.constant(slice.input(3));
        long shortest = Long.MAX_VALUE;
        if (table.isPresent() && axes.isPresent()) {
            List<Long> dims = table.get().dims();
            for (long axis : axes.get().values()) {
                long index = axis < 0 ? axis + dims.size() : axis;
                if (index >= 0 && index < dims.size()) {
                    shortest = Math.min(shortest, dims.get((int) index));
                }
            }
        }
        return shortest;
    }
}
