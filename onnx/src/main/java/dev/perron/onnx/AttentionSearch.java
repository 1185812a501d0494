package dev.perron.onnx;

import dev.perron.onnx.AttentionSite.KeySource;
import dev.perron.onnx.AttentionSite.Readout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Finds where a graph makes attention: `Softmax(… QKᵀ …) V`, and ops that do it all at once.
final class AttentionSearch {
    /// What may stand between `QKᵀ` and the Softmax: scale, mask, bias, cap.
    private static final Set<String> ON_SCORES =
            Set.of(
                    "Add",
                    "Sub",
                    "Mul",
                    "Div",
                    "Where",
                    "Cast",
                    "Identity",
                    "Reshape",
                    "Squeeze",
                    "Unsqueeze",
                    "Clip",
                    "Tanh",
                    "Max",
                    "Min",
                    "QuantizeLinear",
                    "DequantizeLinear");

    /// What may stand between the Softmax and its product with V.
    private static final Set<String> ON_ATTENTION =
            Set.of(
                    "Dropout",
                    "Cast",
                    "Identity",
                    "Mul",
                    "Where",
                    "Reshape",
                    "Squeeze",
                    "Unsqueeze",
                    "Expand",
                    "QuantizeLinear",
                    "DequantizeLinear",
                    "DynamicQuantizeLinear");

    private static final Set<String> PRODUCTS =
            Set.of(
                    "MatMul",
                    "MatMulInteger",
                    "QLinearMatMul",
                    "Einsum",
                    "com.microsoft.FusedMatMul");

    private final ModelGraph graph;

    private AttentionSearch(ModelGraph graph) {
        this.graph = graph;
    }

    /// A site and the node that it is.
    record Found(AttentionSite site, GraphNode node) {}

    /// The sites, numbered in the order of the graph.
    static List<Found> sites(ModelGraph graph) {
        AttentionSearch search = new AttentionSearch(graph);
        List<Found> sites = new ArrayList<>();
        for (GraphNode node : graph.nodes()) {
            if (GraphNode.fusedAttention(node.op())) {
                sites.add(new Found(search.fused(sites.size(), node), node));
            } else {
                Optional<GraphNode> scores = search.scores(node);
                if (scores.isPresent()) {
                    sites.add(new Found(search.plain(sites.size(), node, scores.get()), node));
                }
            }
        }
        return List.copyOf(sites);
    }

    private AttentionSite plain(int layer, GraphNode softmax, GraphNode scores) {
        String tensor = softmax.outputs().getFirst();
        return new AttentionSite(
                layer,
                softmax.op(),
                softmax.name(),
                HeadCount.of(graph, tensor),
                keys(scores.input(0), right(scores)),
                new Readout.Direct(tensor));
    }

    private AttentionSite fused(int layer, GraphNode node) {
        OptionalInt declared = declaredHeads(node);
        return new AttentionSite(
                layer,
                node.op(),
                node.name(),
                declared.isPresent() ? declared : HeadCount.of(graph, node.input(0)),
                fusedKeys(node),
                FusedAttention.readout(graph, node));
    }

    private KeySource fusedKeys(GraphNode node) {
        if (FusedAttention.cached(node)) {
            return KeySource.CACHE;
        }
        return graph.computed(node.input(1)) // packed weights are not
                ? keys(node.input(0), node.input(1))
                : KeySource.SAME_TOKENS;
    }

    /// Q and K of the same tokens depend on the same inputs of the model; a cache is one more,
    /// which K alone depends on.
    private KeySource keys(String q, String k) {
        Set<String> queries = graph.sources(q);
        Set<String> keys = graph.sources(k);
        if (keys.equals(queries)) {
            return KeySource.SAME_TOKENS;
        }
        Set<String> extra = new HashSet<>(keys);
        extra.removeAll(queries);
        return keys.containsAll(queries) && extra.stream().allMatch(PastInput::isName)
                ? KeySource.CACHE
                : KeySource.OTHER_SEQUENCE;
    }

    /// The product that a Softmax's scores come from, if it is attention.
    private Optional<GraphNode> scores(GraphNode node) {
        return node.op().equals("Softmax")
                        && !node.outputs().isEmpty()
                        && overLastAxis(node)
                        && weighsValues(node.outputs().getFirst())
                ? product(node.input(0))
                : Optional.empty();
    }

    /// Attention has 4 axes, or 3 with batch and heads in one. Where the axis is left out it is the
    /// last one from opset 13 on; before, it was 1, which is never attention's.
    private boolean overLastAxis(GraphNode softmax) {
        long opset = graph.header().opsets().getOrDefault("", 0L);
        long axis = softmax.number("axis", opset >= 13 ? -1 : 1);
        return axis == -1 || axis == 3 || axis == 2;
    }

    /// Whether the tensor becomes the left factor of a product with something computed: V.
    private boolean weighsValues(String attention) {
        Deque<String> open = new ArrayDeque<>(List.of(attention));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String tensor = open.remove();
            if (!seen.add(tensor)) {
                continue;
            }
            for (GraphNode user : graph.consumers(tensor)) {
                if (PRODUCTS.contains(user.op())) {
                    if (user.input(0).equals(tensor) && graph.computed(right(user))) {
                        return true;
                    }
                } else if (ON_ATTENTION.contains(user.op()) && !user.outputs().isEmpty()) {
                    open.add(user.outputs().getFirst());
                }
            }
        }
        return false;
    }

    /// The product of two computed matrices that the tensor is made of: `QKᵀ`. A classifier's or a
    /// gate's scores are a product with weights.
    private Optional<GraphNode> product(String scores) {
        Deque<String> open = new ArrayDeque<>(List.of(scores));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String tensor = open.remove();
            if (!seen.add(tensor) || graph.producer(tensor).isEmpty()) {
                continue;
            }
            GraphNode maker = graph.producer(tensor).get();
            if (PRODUCTS.contains(maker.op())) {
                if (graph.computed(maker.input(0)) && graph.computed(right(maker))) {
                    return Optional.of(maker);
                }
            } else if (ON_SCORES.contains(maker.op())) {
                open.addAll(maker.inputs());
            }
        }
        return Optional.empty();
    }

    private static String right(GraphNode product) {
        return product.input(product.op().equals("QLinearMatMul") ? 3 : 1);
    }

    private static OptionalInt declaredHeads(GraphNode node) {
        long heads = node.number("num_heads", node.number("q_num_heads", 0));
        return heads > 0 && heads <= Integer.MAX_VALUE
                ? OptionalInt.of((int) heads)
                : OptionalInt.empty();
    }
}
