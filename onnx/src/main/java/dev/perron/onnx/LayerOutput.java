package dev.perron.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;

import dev.perron.attention.Precision;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Attention of one layer as a run gave it, `[1, heads, queries, keys]`. Without a batch axis of
/// its own, as older exports have it, the first axis is heads: there is one text.
///
/// @param heads one array of `[queries · keys]` floats for each
record LayerOutput(int queries, int keys, List<float[]> heads, Precision precision) {
    /// @param layer where it is from, for messages
    /// @throws ModelException if it isn't attention
    static LayerOutput of(String layer, OnnxValue value) {
        if (!(value instanceof OnnxTensor tensor)) {
            throw notAttention(layer, "no tensor");
        }
        long[] shape = tensor.getInfo().getShape();
        int rank = shape.length;
        boolean attention =
                (rank == 3 || (rank == 4 && shape[0] == 1))
                        && shape[rank - 1] > 0
                        && shape[rank - 2] > 0
                        && shape[rank - 3] > 0;
        FloatBuffer values = tensor.getFloatBuffer(); // float16 is converted
        if (!attention || values == null) {
            throw notAttention(
                    layer, "%s%s".formatted(tensor.getInfo().type, Arrays.toString(shape)));
        }
        int queries = (int) shape[rank - 2];
        int keys = (int) shape[rank - 1];
        List<float[]> heads = new ArrayList<>();
        while (values.hasRemaining()) {
            float[] head = new float[Math.multiplyExact(queries, keys)];
            values.get(head);
            heads.add(head);
        }
        return new LayerOutput(queries, keys, heads, precision(tensor.getInfo().type));
    }

    private static Precision precision(OnnxJavaType type) {
        return switch (type) {
            case FLOAT16 -> Precision.FLOAT16;
            case BFLOAT16 -> Precision.BFLOAT16;
            default -> Precision.FLOAT32; // other types have no rows to check
        };
    }

    private static ModelException notAttention(String layer, String found) {
        return ModelException.of(
                layer,
                found,
                "attention, float [1, heads, queries, keys]",
                "ask for another layer");
    }
}
