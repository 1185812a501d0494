package dev.perron.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The message that, appended to a model's bytes, makes tensors its outputs:
/// `ModelProto{graph{output{name}…}}`. Protobuf merges the graph of a repeated message into the one
/// that is there.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/#last-one-wins">Protobuf: merging
///   </a>
final class GraphOutputs {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_OUTPUT = 12;
    private static final int VALUE_NAME = 1;

    private GraphOutputs() {}

    static byte[] message(List<String> tensors) {
        ByteArrayOutputStream outputs = new ByteArrayOutputStream();
        for (String tensor : tensors) {
            byte[] name = field(VALUE_NAME, tensor.getBytes(StandardCharsets.UTF_8));
            outputs.writeBytes(field(GRAPH_OUTPUT, name));
        }
        return field(MODEL_GRAPH, outputs.toByteArray());
    }

    private static byte[] field(int number, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, (number << 3) | ProtobufReader.LENGTH_DELIMITED);
        varint(out, payload.length);
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
