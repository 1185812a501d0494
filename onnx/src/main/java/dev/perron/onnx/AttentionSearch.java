package dev.perron.onnx;

import dev.perron.onnx.AttentionSite.Readout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
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

    /// The sites, numbered in the order of the graph.
    static List<AttentionSite> sites(ModelGraph graph) {
        AttentionSearch search = new AttentionSearch(graph);
        List<AttentionSite> sites = new ArrayList<>();
        for (GraphNode node : graph.nodes()) {
            if (search.isAttention(node)) {
                String tensor = node.outputs().getFirst();
                sites.add(
                        new AttentionSite(
                                sites.size(),
                                node.op(),
                                node.name(),
                                HeadCount.of(graph, tensor),
                                new Readout.Direct(tensor)));
            } else if (node.op().endsWith("Attention")) {
                sites.add(
                        new AttentionSite(
                                sites.size(),
                                node.op(),
                                node.name(),
                                declaredHeads(node),
                                new Readout.NotSupported(
                                        "the fused op " + node.op() + " is not supported yet")));
            }
        }
        return List.copyOf(sites);
    }

    private boolean isAttention(GraphNode node) {
        return node.op().equals("Softmax")
                && !node.outputs().isEmpty()
                && overLastAxis(node)
                && weighsValues(node.outputs().getFirst())
                && comesFromProduct(node.input(0));
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

    /// Whether the tensor is made of a product of two computed matrices: `QKᵀ`. A classifier's or a
    /// gate's scores are a product with weights.
    private boolean comesFromProduct(String scores) {
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
                    return true;
                }
            } else if (ON_SCORES.contains(maker.op())) {
                open.addAll(maker.inputs());
            }
        }
        return false;
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
