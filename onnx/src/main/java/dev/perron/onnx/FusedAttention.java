package dev.perron.onnx;

import dev.perron.onnx.AttentionSite.Readout;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/// Ops that are attention from Q, K and V to the values in one: which of them give the attention
/// away, and the nodes that ask them for it. What ONNX Runtime 1.29 does on a CPU decides.
///
/// The model's own node is left as it is, since others use what it makes. A second one with the
/// same inputs and attributes is added, which costs its time once more and no rewriting.
final class FusedAttention {
    static final String ONNX = "Attention";
    static final String MULTI_HEAD = "com.microsoft.MultiHeadAttention";
    static final String GROUP_QUERY = "com.microsoft.GroupQueryAttention";
    static final String PACKED_WEIGHTS = "com.microsoft.Attention";

    private static final long AFTER_SOFTMAX = 3L; // qk_matmul_output_mode
    private static final long AFTER_SOFTMAX_OF_GROUPS = 2; // qk_output

    private FusedAttention() {}

    /// How attention comes out of a node whose op ends in "Attention".
    static Readout readout(ModelGraph graph, GraphNode node) {
        return switch (node.op()) {
            case ONNX -> onnx(node, graph.header().opsets().getOrDefault("", 0L));
            case MULTI_HEAD, GROUP_QUERY, PACKED_WEIGHTS -> {
                long version = graph.header().opsets().getOrDefault("com.microsoft", 1L);
                if (version != 1) {
                    yield unknownVersion(node, version, "1");
                }
                yield switch (node.op()) {
                    case MULTI_HEAD -> multiHead(node);
                    case GROUP_QUERY -> groupQuery(node);
                    default -> packedWeights(graph, node);
                };
            }
            default ->
                    new Readout.NotSupported("the fused op %s is not known".formatted(node.op()));
        };
    }

    /// Whether the op puts keys of earlier tokens before its own.
    static boolean cached(GraphNode node) {
        int past =
                switch (node.op()) {
                    case ONNX, PACKED_WEIGHTS -> 4;
                    case GROUP_QUERY -> 3;
                    case MULTI_HEAD -> 6;
                    default -> Integer.MAX_VALUE;
                };
        return !node.input(past).isEmpty();
    }

    private static Readout onnx(GraphNode node, long version) {
        if (version != 23 && version != 24) {
            return unknownVersion(node, version, "23 and 24");
        }
        if (!node.output(3).isEmpty() && node.number("qk_matmul_output_mode", 0) == AFTER_SOFTMAX) {
            return new Readout.Direct(node.output(3));
        }
        return new Readout.OwnOutput("qk_matmul_output");
    }

    private static Readout multiHead(GraphNode node) {
        if (node.input(1).isEmpty() || node.input(2).isEmpty()) {
            return new Readout.NotSupported(
                    "its Q, K and V are packed in one tensor, which ONNX Runtime doesn't run on a"
                            + " CPU");
        }
        return new Readout.Scores("qk");
    }

    private static Readout groupQuery(GraphNode node) {
        if (node.number("smooth_softmax", 0) == 1 || !node.input(11).isEmpty()) {
            return new Readout.NotSupported(
                    "its rows sum to less than 1: a sink that is no token takes the rest");
        }
        if (node.number("sliding_window_cache", 0) == 1) {
            return new Readout.NotSupported("its cache slides, so ONNX Runtime keeps attention");
        }
        if (!node.output(3).isEmpty() && node.number("qk_output", 0) == AFTER_SOFTMAX_OF_GROUPS) {
            return new Readout.Direct(node.output(3));
        }
        return new Readout.OwnOutput("output_qk");
    }

    private static Readout packedWeights(ModelGraph graph, GraphNode node) {
        if (node.number("do_rotary", 0) == 1) {
            return new Readout.NotSupported(
                    "it turns Q and K by itself (do_rotary), which ONNX Runtime doesn't run on a"
                            + " CPU");
        }
        return PackedProjection.of(graph, node)
                .<Readout>map(
                        found -> new Readout.QueriesAndKeys("from its input and packed weights"))
                .orElse(
                        new Readout.NotSupported(
                                "its packed weights have no shape [hidden, Q and K and V] in the"
                                        + " file"));
    }

    private static Readout unknownVersion(GraphNode node, long version, String known) {
        return new Readout.NotSupported(
                "the fused op %s of opset %d is not known, only of %s"
                        .formatted(node.op(), version, known));
    }

    /// Adds the nodes that make a readable site's attention.
    ///
    /// @param prefix of the names of added tensors
    /// @return the tensor that holds it, `[1, heads, queries, keys]`
    static String add(GraphAddition addition, ModelGraph graph, GraphNode node, String prefix) {
        return switch (node.op()) {
            case ONNX ->
                    copy(addition, node, prefix, Map.entry("qk_matmul_output_mode", AFTER_SOFTMAX));
            case GROUP_QUERY ->
                    copy(addition, node, prefix, Map.entry("qk_output", AFTER_SOFTMAX_OF_GROUPS));
            case MULTI_HEAD ->
                    softmax(
                            addition,
                            graph.floatType(node.input(0)),
                            node.inputs(),
                            List.copyOf(node.attributes().values()),
                            prefix);
            case PACKED_WEIGHTS -> {
                PackedProjection projection = PackedProjection.of(graph, node).orElseThrow();
                yield softmax(
                        addition,
                        graph.floatType(node.input(1)),
                        projection.addTo(addition, prefix),
                        projection.attributes(),
                        prefix);
            }
            default -> throw new IllegalArgumentException("no attention comes out of " + node.op());
        };
    }

    /// The node once more, its fourth output added. With a cache it must make a new one too.
    private static String copy(
            GraphAddition addition, GraphNode node, String prefix, Map.Entry<String, Long> mode) {
        boolean cached = cached(node);
        String attention = prefix + "attention";
        addition.copy(
                node,
                List.of(
                        prefix + "output",
                        cached ? prefix + "present_key" : "",
                        cached ? prefix + "present_value" : "",
                        attention),
                mode);
        return attention;
    }

    /// A MultiHeadAttention's scores, and their softmax. The op's own rules leave the scores' type
    /// open.
    private static String softmax(
            GraphAddition addition,
            String elementType,
            List<String> inputs,
            List<ByteBuffer> attributes,
            String prefix) {
        String scores = prefix + "scores";
        String attention = prefix + "attention";
        List<String> outputs = List.of(prefix + "output", "", "", scores);
        addition.node(MULTI_HEAD, inputs, outputs, attributes)
                .type(scores, elementType)
                .node(
                        "Softmax",
                        List.of(scores),
                        List.of(attention),
                        List.of(GraphAddition.attribute("axis", -1)));
        return attention;
    }
}
