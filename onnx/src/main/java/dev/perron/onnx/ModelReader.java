package dev.perron.onnx;

import dev.perron.attention.model.ModelException;
import dev.perron.onnx.ModelGraph.Constant;
import dev.perron.onnx.ProtobufReader.MalformedException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads an ONNX file's graph in one pass, stepping over the weights.
///
/// @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
final class ModelReader {
    /// Ten times the largest graphs seen; damage can claim more, two bytes a node.
    private static final int MOST_PARTS = 1_000_000;

    /// More axes than any tensor has; shapes and axes that are constants are as short.
    private static final int MOST_NUMBERS = 16;

    private final List<GraphNode> nodes = new ArrayList<>();
    private final Map<String, Constant> constants = new HashMap<>();
    private final List<TensorDescription> inputs = new ArrayList<>();
    private final List<TensorDescription> outputs = new ArrayList<>();
    private final Map<String, TensorDescription> values = new HashMap<>();
    private final List<ExternalData> externalData = new ArrayList<>();
    private final Map<String, Long> opsets = new HashMap<>();
    private String producer = "";
    private String producerVersion = "";
    private long irVersion;
    private boolean graph;
    private int parts;

    private ModelReader() {}

    /// The graph in a whole ONNX file.
    ///
    /// @param where what to call the file in a message
    /// @throws ModelException if it is empty, isn't ONNX, or is truncated or damaged
    static ModelGraph read(String where, ByteBuffer file) {
        if (!file.hasRemaining()) {
            throw ModelException.of(where, "empty file", "an ONNX model", "get it again");
        }
        ModelReader reader = new ModelReader();
        try {
            reader.model(new ProtobufReader(file));
        } catch (MalformedException malformed) {
            if (reader.irVersion == 0) {
                throw notOnnx(where, file);
            }
            throw ModelException.of(
                    where,
                    (malformed.pastEnd() ? "truncated: " : "damaged: ") + malformed.getMessage(),
                    "a whole ONNX model",
                    "copy or export it again");
        }
        if (reader.irVersion == 0) {
            throw notOnnx(where, file);
        }
        if (!reader.graph || reader.opsets.isEmpty()) {
            throw ModelException.of(
                    where,
                    "truncated: it ends before its " + (reader.graph ? "opset" : "graph"),
                    "a whole ONNX model",
                    "copy or export it again");
        }
        return new ModelGraph(
                new ModelGraph.Header(
                        reader.producer,
                        reader.producerVersion,
                        reader.irVersion,
                        Map.copyOf(reader.opsets),
                        List.copyOf(reader.externalData)),
                reader.nodes,
                reader.constants,
                reader.inputs,
                reader.outputs,
                reader.values);
    }

    private static ModelException notOnnx(String where, ByteBuffer file) {
        return ModelException.of(
                where,
                "not an ONNX model, " + FileKind.of(file),
                "an ONNX model",
                "export the model to ONNX, or check the path");
    }

    private void model(ProtobufReader in) throws MalformedException {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> irVersion = irVersion(in.varint());
                case 2 -> producer = in.text();
                case 3 -> producerVersion = in.text();
                case 7 -> {
                    graph = true;
                    graph(in.message());
                }
                case 8 -> opset(in.message());
                case 4, 6, 14, 20, 25, 26 -> in.payload(); // domain, doc, metadata and the like
                case 5 -> in.varint(); // model_version
                default -> {
                    if (irVersion == 0) {
                        throw new MalformedException("field " + in.field());
                    }
                    in.skip();
                }
            }
        }
    }

    private static long irVersion(long version) throws MalformedException {
        if (version < 1 || version > 255) {
            throw new MalformedException("ir_version " + version);
        }
        return version;
    }

    private void opset(ProtobufReader in) throws MalformedException {
        String domain = "";
        long version = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> domain = in.text();
                case 2 -> version = in.varint();
                default -> in.skip();
            }
        }
        opsets.put(domain, version);
    }

    private void graph(ProtobufReader in) throws MalformedException {
        while (in.next()) {
            if (++parts > MOST_PARTS) {
                throw new MalformedException("more than %d parts".formatted(MOST_PARTS));
            }
            switch (in.field()) {
                case 1 -> node(in.message());
                case 5 -> initializer(in.message(), "");
                case 11 -> inputs.add(value(in.message()));
                case 12 -> outputs.add(value(in.message()));
                case 13 -> {
                    TensorDescription value = value(in.message());
                    values.put(value.name(), value);
                }
                default -> in.skip();
            }
        }
    }

    private void node(ProtobufReader in) throws MalformedException {
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        Map<String, List<Long>> numbers = new HashMap<>();
        List<ByteBuffer> attributes = new ArrayList<>();
        String name = "";
        String op = "";
        String domain = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> from.add(in.text());
                case 2 -> to.add(in.text());
                case 3 -> name = in.text();
                case 4 -> op = in.text();
                case 5 -> attributes.add(in.payload());
                case 7 -> domain = in.text();
                default -> in.skip();
            }
        }
        if (op.isEmpty()) {
            throw new MalformedException("node %d has no op".formatted(nodes.size()));
        }
        String constant = op.equals("Constant") && !to.isEmpty() ? to.getFirst() : "";
        boolean subgraphs = false;
        Map<String, ByteBuffer> kept = new LinkedHashMap<>();
        for (ByteBuffer attribute : attributes) {
            subgraphs |= attribute(attribute, constant, numbers, kept);
        }
        for (String values : List.of("value_int", "value_ints")) {
            if (!constant.isEmpty() && numbers.containsKey(values)) {
                constants.put(constant, new Constant("int64", List.of(), numbers.get(values)));
            }
        }
        nodes.add(
                new GraphNode(
                        domain.isEmpty() || domain.equals("ai.onnx") ? op : domain + "." + op,
                        name.isEmpty() && !to.isEmpty() ? to.getFirst() : name,
                        List.copyOf(from),
                        List.copyOf(to),
                        Map.copyOf(numbers),
                        GraphNode.fusedAttention(op) ? kept : Map.of(),
                        subgraphs));
    }

    /// Keeps whole numbers, and the tensor of a `Constant` node; says whether it is a graph.
    private boolean attribute(
            ByteBuffer message,
            String constant,
            Map<String, List<Long>> numbers,
            Map<String, ByteBuffer> kept)
            throws MalformedException {
        ProtobufReader in = new ProtobufReader(message);
        List<Long> values = new ArrayList<>();
        String name = "";
        boolean subgraph = false;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> in.real(); // read again where it is needed
                case 3, 8 -> in.varints(values, MOST_NUMBERS);
                case 5 -> {
                    ProtobufReader tensor = in.message();
                    if (!constant.isEmpty()) {
                        initializer(tensor, constant);
                    }
                }
                case 6, 11 -> {
                    in.payload();
                    subgraph = true;
                }
                default -> in.skip();
            }
        }
        kept.put(name, message);
        if (!values.isEmpty()) {
            numbers.put(name, List.copyOf(values));
        }
        return subgraph;
    }

    private void initializer(ProtobufReader in, String output) throws MalformedException {
        List<Long> dims = new ArrayList<>();
        List<Long> values = new ArrayList<>();
        List<ProtobufReader> external = new ArrayList<>();
        ByteBuffer raw = ByteBuffer.allocate(0);
        String name = output;
        long type = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> in.varints(dims, MOST_NUMBERS);
                case 2 -> type = in.varint();
                case 5, 7 -> in.varints(values, MOST_NUMBERS);
                case 8 -> {
                    String own = in.text();
                    name = output.isEmpty() ? own : output;
                }
                case 9 -> raw = in.payload().order(ByteOrder.LITTLE_ENDIAN);
                case 13 -> external.add(in.message());
                default -> in.skip();
            }
        }
        if (!external.isEmpty()) {
            externalData.add(ExternalData.of(name, external));
        }
        boolean wide = ElementType.name(type).equals("int64");
        int size = wide ? Long.BYTES : Integer.BYTES;
        if (!wide && !ElementType.name(type).equals("int32")) {
            values.clear();
        } else if (raw.remaining() <= MOST_NUMBERS * size) {
            while (raw.remaining() >= size) {
                values.add(wide ? raw.getLong() : raw.getInt());
            }
        }
        constants.put(
                name, new Constant(ElementType.name(type), List.copyOf(dims), List.copyOf(values)));
    }

    private static TensorDescription value(ProtobufReader in) throws MalformedException {
        String name = "";
        String type = "?";
        List<String> shape = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> type = type(in.message(), shape);
                default -> in.skip();
            }
        }
        return new TensorDescription(name, type, shape);
    }

    private static String type(ProtobufReader in, List<String> shape) throws MalformedException {
        String type = "?";
        while (in.next()) {
            if (in.field() != 1) { // a sequence or a map: of no use here
                in.skip();
                continue;
            }
            ProtobufReader tensor = in.message();
            while (tensor.next()) {
                switch (tensor.field()) {
                    case 1 -> type = ElementType.name(tensor.varint());
                    case 2 -> shape(tensor.message(), shape);
                    default -> tensor.skip();
                }
            }
        }
        return type;
    }

    private static void shape(ProtobufReader in, List<String> shape) throws MalformedException {
        while (in.next()) {
            if (in.field() != 1 || shape.size() == MOST_NUMBERS) {
                in.skip();
                continue;
            }
            ProtobufReader axis = in.message();
            String size = "?";
            while (axis.next()) {
                switch (axis.field()) {
                    case 1 -> size = Long.toString(axis.varint());
                    case 2 -> size = axis.text();
                    default -> axis.skip();
                }
            }
            shape.add(size);
        }
    }
}
