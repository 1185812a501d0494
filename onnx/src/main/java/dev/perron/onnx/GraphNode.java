package dev.perron.onnx;

import dev.perron.onnx.ProtobufReader.MalformedException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// One operation of a graph.
///
/// @param op the operation, with its domain where that isn't ONNX's own:
///   `com.microsoft.MultiHeadAttention`
/// @param name the node's name, or its first output's where it has none
/// @param inputs names of tensors, `""` for one left out
/// @param outputs names of tensors
/// @param numbers attributes that are whole numbers, one or several
/// @param attributes all attributes of an op that is attention by itself, as they are in the file;
///   of other ops none
/// @param subgraphs whether it holds graphs of its own: `If`, `Loop`, `Scan`
record GraphNode(
        String op,
        String name,
        List<String> inputs,
        List<String> outputs,
        Map<String, List<Long>> numbers,
        Map<String, ByteBuffer> attributes,
        boolean subgraphs) {

    /// Whether an op of that name is attention, by ONNX's and ONNX Runtime's way of naming them.
    static boolean fusedAttention(String op) {
        return op.endsWith("Attention");
    }

    /// The name of input `index`, `""` where there is none.
    String input(int index) {
        return index < inputs.size() ? inputs.get(index) : "";
    }

    /// The name of output `index`, `""` where there is none.
    String output(int index) {
        return index < outputs.size() ? outputs.get(index) : "";
    }

    /// An attribute, or what ONNX says it is when it's left out.
    long number(String attribute, long otherwise) {
        List<Long> values = numbers.getOrDefault(attribute, List.of());
        return values.isEmpty() ? otherwise : values.getFirst();
    }

    /// An attribute of an attention op that is a float, where it's there.
    OptionalDouble real(String attribute) {
        ByteBuffer message = attributes.get(attribute);
        if (message == null) {
            return OptionalDouble.empty();
        }
        try {
            ProtobufReader in = new ProtobufReader(message);
            while (in.next()) {
                if (in.field() == 2) {
                    return OptionalDouble.of(in.real());
                }
                in.skip();
            }
        } catch (MalformedException e) {
            throw new AssertionError("attributes are whole once the model is read", e);
        }
        return OptionalDouble.empty();
    }
}
