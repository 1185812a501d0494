package dev.perron.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Nodes, constants and outputs for a model, as the message that is appended to its bytes:
/// `ModelProto{graph{node… initializer… output…}}`. Protobuf merges the graph of a repeated message
/// into the one that is there, so nothing of the model itself is written again.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/#last-one-wins">Protobuf: merging
///   </a>
final class GraphAddition {
    private static final int MODEL_GRAPH = 7;

    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;
    private static final int GRAPH_VALUE_INFO = 13;

    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_NAME = 3;
    private static final int NODE_OP = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int NODE_DOMAIN = 7;

    private static final int INT = 2; // AttributeProto.AttributeType
    private static final int INTS = 7;

    private final ProtobufWriter graph = new ProtobufWriter();
    private final Set<String> outputs = new HashSet<>();

    /// A node that computes from tensors of the model or added ones.
    ///
    /// @param op with its domain, where that isn't ONNX's own
    /// @param to what it makes, `""` for an output that isn't wanted; the first one names the node
    /// @param attributes see [#attribute]
    GraphAddition node(String op, List<String> from, List<String> to, List<ByteBuffer> attributes) {
        int dot = op.lastIndexOf('.');
        ProtobufWriter node = new ProtobufWriter();
        from.forEach(name -> node.text(NODE_INPUT, name));
        to.forEach(name -> node.text(NODE_OUTPUT, name));
        node.text(NODE_NAME, to.getFirst()).text(NODE_OP, op.substring(dot + 1));
        attributes.forEach(attribute -> node.bytes(NODE_ATTRIBUTE, attribute));
        if (dot >= 0) {
            node.text(NODE_DOMAIN, op.substring(0, dot));
        }
        graph.message(GRAPH_NODE, node);
        return this;
    }

    /// A second node like one of the model's, that makes more or other outputs.
    ///
    /// @param changed an attribute that it has besides, or in another value
    GraphAddition copy(GraphNode node, List<String> to, Map.Entry<String, Long> changed) {
        List<ByteBuffer> attributes =
                new ArrayList<>(
                        node.attributes().entrySet().stream()
                                .filter(own -> !own.getKey().equals(changed.getKey()))
                                .map(Map.Entry::getValue)
                                .toList());
        attributes.add(attribute(changed.getKey(), changed.getValue()));
        return node(node.op(), node.inputs(), to, attributes);
    }

    /// A part of a tensor: `from` to `to`, exclusive, of its last axis.
    GraphAddition slice(String tensor, String part, long from, long to) {
        return integers(part + ".from", from)
                .integers(part + ".to", to)
                .integers(part + ".axis", -1)
                .node(
                        "Slice",
                        List.of(tensor, part + ".from", part + ".to", part + ".axis"),
                        List.of(part),
                        List.of());
    }

    /// A constant of float32 numbers.
    ///
    /// @param shape whose product is the number of values
    GraphAddition floats(String name, List<Integer> shape, double... values) {
        ByteBuffer raw =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            raw.putFloat((float) value);
        }
        ProtobufWriter tensor = new ProtobufWriter();
        shape.forEach(size -> tensor.number(1, size));
        graph.message(
                GRAPH_INITIALIZER,
                tensor.number(2, ElementType.number("float")).text(8, name).bytes(9, raw.array()));
        return this;
    }

    /// An input of the model.
    ///
    /// @param axes their names
    GraphAddition input(String name, String elementType, List<String> axes) {
        graph.message(GRAPH_INPUT, value(name, elementType, axes));
        return this;
    }

    /// Makes a tensor an output, with its type.
    ///
    /// @param axes their names
    GraphAddition output(String tensor, String elementType, List<String> axes) {
        graph.message(GRAPH_OUTPUT, value(tensor, elementType, axes));
        return this;
    }

    private static ProtobufWriter value(String name, String elementType, List<String> axes) {
        ProtobufWriter shape = new ProtobufWriter();
        axes.forEach(axis -> shape.message(1, new ProtobufWriter().text(2, axis)));
        ProtobufWriter tensor =
                new ProtobufWriter().number(1, ElementType.number(elementType)).message(2, shape);
        return new ProtobufWriter()
                .text(1, name)
                .message(2, new ProtobufWriter().message(1, tensor));
    }

    /// A constant of whole numbers, `[values.length]`.
    GraphAddition integers(String name, long... values) {
        return initializer(name, new ProtobufWriter().number(1, values.length), values);
    }

    /// A constant that is one whole number, without an axis.
    GraphAddition integer(String name, long value) {
        return initializer(name, new ProtobufWriter(), value);
    }

    private GraphAddition initializer(String name, ProtobufWriter shaped, long... values) {
        ByteBuffer raw =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            raw.putLong(value);
        }
        graph.message(
                GRAPH_INITIALIZER,
                shaped.number(2, ElementType.number("int64")).text(8, name).bytes(9, raw.array()));
        return this;
    }

    /// Says what an added tensor holds, where the op's own rules don't.
    GraphAddition type(String tensor, String elementType) {
        ProtobufWriter type = new ProtobufWriter().number(1, ElementType.number(elementType));
        graph.message(
                GRAPH_VALUE_INFO,
                new ProtobufWriter()
                        .text(1, tensor)
                        .message(2, new ProtobufWriter().message(1, type)));
        return this;
    }

    /// Makes a tensor an output.
    GraphAddition output(String tensor) {
        if (outputs.add(tensor)) {
            graph.message(GRAPH_OUTPUT, new ProtobufWriter().text(1, tensor));
        }
        return this;
    }

    /// What is appended to the model's bytes.
    byte[] message() {
        return new ProtobufWriter().message(MODEL_GRAPH, graph).toBytes();
    }

    /// An attribute of one or several whole numbers.
    static ByteBuffer attribute(String name, long... values) {
        ProtobufWriter attribute = new ProtobufWriter().text(1, name);
        for (long value : values) {
            attribute.number(values.length == 1 ? 3 : 8, value);
        }
        return ByteBuffer.wrap(attribute.number(20, values.length == 1 ? INT : INTS).toBytes());
    }
}
