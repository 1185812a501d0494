package dev.perron.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;

import dev.perron.attention.Precision;
import dev.perron.attention.model.ModelException;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
        requireRoom(layer, tensor);
        FloatBuffer values = tensor.getFloatBuffer(); // float16 is converted
        if (!attention || values == null) {
            throw notAttention(
                    layer, "%s%s".formatted(tensor.getInfo().type, Arrays.toString(shape)));
        }
        int queries = (int) shape[rank - 2];
        int keys = (int) shape[rank - 1];
        List<float[]> heads = new ArrayList<>();
        while (values.hasRemaining()) {
            float[] head = new float[queries * keys];
            values.get(head);
            heads.add(head);
        }
        return new LayerOutput(queries, keys, heads, precision(tensor.getInfo().type));
    }

    /// The same of several texts in one run, `[texts, heads, n, n]`: of each its own tokens,
    /// without what it was filled up with.
    ///
    /// @param lengths how many tokens each text has
    /// @return empty where that isn't the shape, or a text attends to what was masked
    static Optional<List<LayerOutput>> ofTexts(
            String layer, OnnxValue value, List<Integer> lengths) {
        if (!(value instanceof OnnxTensor tensor)) {
            throw notAttention(layer, "no tensor");
        }
        long[] shape = tensor.getInfo().getShape();
        int n = lengths.stream().max(Comparator.naturalOrder()).orElseThrow();
        if (shape.length != 4 || shape[0] != lengths.size() || shape[2] != n || shape[3] != n) {
            return Optional.empty();
        }
        requireRoom(layer, tensor);
        FloatBuffer values = tensor.getFloatBuffer();
        if (values == null) {
            throw notAttention(
                    layer, "%s%s".formatted(tensor.getInfo().type, Arrays.toString(shape)));
        }
        List<LayerOutput> texts = new ArrayList<>();
        float[] row = new float[n];
        for (int own : lengths) {
            List<float[]> heads = new ArrayList<>();
            for (int h = 0; h < shape[1]; h++) {
                float[] head = new float[own * own];
                for (int i = 0; i < n; i++) {
                    values.get(row);
                    if (i < own) {
                        System.arraycopy(row, 0, head, i * own, own);
                        for (int j = own; j < n; j++) {
                            if (row[j] != 0) {
                                return Optional.empty();
                            }
                        }
                    }
                }
                heads.add(head);
            }
            texts.add(new LayerOutput(own, own, heads, precision(tensor.getInfo().type)));
        }
        return Optional.of(texts);
    }

    /// A tensor is seen as one buffer, which has at most 2 GB.
    private static void requireRoom(String layer, OnnxTensor tensor) {
        long[] shape = tensor.getInfo().getShape();
        long bytes = 4;
        for (long size : shape) {
            bytes = size > 0 && bytes > Long.MAX_VALUE / size ? Long.MAX_VALUE : bytes * size;
        }
        if (bytes > Integer.MAX_VALUE) {
            throw ModelException.of(
                    layer,
                    "%s, %d MB of attention".formatted(Arrays.toString(shape), bytes >> 20),
                    "at most 2 GB a layer",
                    "give a shorter text, or take Q and K where the op is a fused one");
        }
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
