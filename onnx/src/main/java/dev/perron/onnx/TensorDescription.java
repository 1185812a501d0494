package dev.perron.onnx;

import java.util.List;

/// An input or an output of a model, as the model declares it.
///
/// @param name the tensor's name
/// @param type the elements' type, in ONNX's words: `float`, `int64`
/// @param shape a number, a name or `?` for each axis; empty also where nothing is declared
public record TensorDescription(String name, String type, List<String> shape) {
    /// An immutable copy.
    public TensorDescription {
        shape = List.copyOf(shape);
    }

    /// `input_ids int64[batch, sequence]`.
    @Override
    public String toString() {
        return "%s %s%s".formatted(name, type, shape);
    }
}
