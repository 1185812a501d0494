package dev.perron.onnx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Q, K and V of a `com.microsoft.Attention`, which has the three of them in one product of its
/// input with packed weights: `X W + b = [Q | K | V]`.
///
/// @param node the op
/// @param queries channels of Q over all heads, as many as K's
/// @param values channels of V over all heads
record PackedProjection(GraphNode node, long queries, long values) {
    /// Attributes that MultiHeadAttention has too, in the same sense.
    private static final List<String> SHARED =
            List.of("num_heads", "scale", "unidirectional", "mask_filter_value");

    private static final int INPUT = 0;
    private static final int WEIGHTS = 1;
    private static final int BIAS = 2;
    private static final int MASK = 3;
    private static final int PAST = 4;
    private static final int ATTENTION_BIAS = 5;

    /// How the node's weights divide, where the file shows it.
    static Optional<PackedProjection> of(ModelGraph graph, GraphNode node) {
        List<Long> sizes = node.numbers().getOrDefault("qkv_hidden_sizes", List.of());
        if (sizes.size() == 3 && sizes.getFirst().equals(sizes.get(1))) {
            return Optional.of(new PackedProjection(node, sizes.getFirst(), sizes.getLast()));
        }
        return graph.constant(node.input(WEIGHTS))
                .map(ModelGraph.Constant::dims)
                .filter(dims -> sizes.isEmpty() && dims.size() == 2 && dims.getLast() % 3 == 0)
                .map(dims -> new PackedProjection(node, dims.getLast() / 3, dims.getLast() / 3));
    }

    /// The node's attributes for a MultiHeadAttention on its Q, K and V.
    List<ByteBuffer> attributes() {
        return node.attributes().entrySet().stream()
                .filter(attribute -> SHARED.contains(attribute.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// Adds the projection.
    ///
    /// @return inputs for a MultiHeadAttention of the same mask, bias and cache
    List<String> addTo(GraphAddition addition, String prefix) {
        addProduct(addition, prefix);
        List<String> inputs = new ArrayList<>();
        inputs.add(addQueries(addition, prefix));
        inputs.add(addKeys(addition, prefix));
        inputs.add(prefix + "values");
        addition.slice(prefix + "packed", prefix + "values", 2 * queries, 2 * queries + values);
        inputs.add(""); // the bias is in them
        inputs.add(node.input(MASK));
        inputs.add(node.input(ATTENTION_BIAS));
        if (!node.input(PAST).isEmpty()) {
            inputs.add(past(addition, prefix + "past_key", 0));
            inputs.add(past(addition, prefix + "past_value", 1));
        }
        return inputs;
    }

    /// Adds `[Q | K | V]`, from which the others are cut.
    void addProduct(GraphAddition addition, String prefix) {
        boolean biased = !node.input(BIAS).isEmpty();
        String product = prefix + (biased ? "product" : "packed");
        addition.node(
                "MatMul",
                List.of(node.input(INPUT), node.input(WEIGHTS)),
                List.of(product),
                List.of());
        if (biased) {
            addition.node(
                    "Add",
                    List.of(product, node.input(BIAS)),
                    List.of(prefix + "packed"),
                    List.of());
        }
    }

    /// Adds Q, `[1, n, heads · d]`, and says its name.
    String addQueries(GraphAddition addition, String prefix) {
        addition.slice(prefix + "packed", prefix + "queries", 0, queries);
        return prefix + "queries";
    }

    /// Adds K, `[1, n, heads · d]`, and says its name.
    String addKeys(GraphAddition addition, String prefix) {
        addition.slice(prefix + "packed", prefix + "keys", queries, 2 * queries);
        return prefix + "keys";
    }

    /// One of the two that are stacked: `[2, 1, heads, past, d]`.
    private String past(GraphAddition addition, String name, long which) {
        addition.integer(name + ".which", which)
                .node(
                        "Gather",
                        List.of(node.input(PAST), name + ".which"),
                        List.of(name),
                        List.of(GraphAddition.attribute("axis", 0)));
        return name;
    }
}
