package dev.perron.transformer;

import java.util.List;

/// One named tensor among the weights.
///
/// @param name as in the published code: `transformer.h.0.attn.c_attn.weight`
/// @param offset where its first number stands in the flat array
/// @param shape one or two axes; matrices are `[out, in]`, row-major
/// @param decayed whether weight decay shrinks it: matrices do, embeddings, tied heads, biases and
///   LayerNorm don't, as in the published code
public record WeightTensor(String name, int offset, List<Integer> shape, boolean decayed) {
    /// Copies the shape.
    public WeightTensor {
        shape = List.copyOf(shape);
    }

    /// How many numbers it has.
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /// Where the next tensor begins.
    int end() {
        return offset + size();
    }
}
