package dev.perron.onnx;

import java.util.List;
import java.util.Map;

/// One operation of a graph.
///
/// @param op the operation, with its domain where that isn't ONNX's own:
///   `com.microsoft.MultiHeadAttention`
/// @param name the node's name, or its first output's where it has none
/// @param inputs names of tensors, `""` for one left out
/// @param outputs names of tensors
/// @param numbers attributes that are whole numbers, one or several
/// @param subgraphs whether it holds graphs of its own: `If`, `Loop`, `Scan`
record GraphNode(
        String op,
        String name,
        List<String> inputs,
        List<String> outputs,
        Map<String, List<Long>> numbers,
        boolean subgraphs) {

    /// The name of input `index`, `""` where there is none.
    String input(int index) {
        return index < inputs.size() ? inputs.get(index) : "";
    }

    /// An attribute, or what ONNX says it is when it's left out.
    long number(String attribute, long otherwise) {
        List<Long> values = numbers.getOrDefault(attribute, List.of());
        return values.isEmpty() ? otherwise : values.getFirst();
    }
}
