package dev.perron.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;

import dev.perron.attention.AddedScores;
import dev.perron.attention.model.ModelException;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/// Queries or keys of a layer as a run gave them.
final class HeadVectors {
    private final int heads;
    private final int tokens;
    private final int channels;
    private final float[] values; // [heads, tokens, channels]

    private HeadVectors(int heads, int tokens, int channels, float[] values) {
        this.heads = heads;
        this.tokens = tokens;
        this.channels = channels;
        this.values = values;
    }

    /// From `[1, n, heads · d]`, or `[1, heads, n, d]`.
    ///
    /// @param layer where it is from, for messages
    /// @param heads how many, where the op says it
    /// @throws ModelException if it is neither
    static HeadVectors of(String layer, OnnxValue value, OptionalInt heads) {
        if (value instanceof OnnxTensor tensor) {
            long[] shape = tensor.getInfo().getShape();
            FloatBuffer buffer = tensor.getFloatBuffer(); // float16 is converted
            boolean one = buffer != null && buffer.hasRemaining() && shape[0] == 1;
            if (one && shape.length == 4) {
                return new HeadVectors(
                        (int) shape[1], (int) shape[2], (int) shape[3], values(buffer));
            }
            int count = heads.orElse(0);
            if (one && shape.length == 3 && count > 0 && shape[2] % count == 0) {
                return byHead(count, (int) shape[1], (int) shape[2] / count, values(buffer));
            }
            throw notVectors(
                    layer, "%s%s".formatted(tensor.getInfo().type, Arrays.toString(shape)));
        }
        throw notVectors(layer, "no tensor");
    }

    private static float[] values(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /// `[n, heads, d]` → `[heads, n, d]`.
    private static HeadVectors byHead(int heads, int tokens, int channels, float[] from) {
        float[] to = new float[from.length];
        for (int head = 0; head < heads; head++) {
            for (int token = 0; token < tokens; token++) {
                System.arraycopy(
                        from,
                        (token * heads + head) * channels,
                        to,
                        (head * tokens + token) * channels,
                        channels);
            }
        }
        return new HeadVectors(heads, tokens, channels, to);
    }

    int heads() {
        return heads;
    }

    int tokens() {
        return tokens;
    }

    int channels() {
        return channels;
    }

    /// `[heads, tokens, channels]`, not a copy.
    float[] values() {
        return values;
    }

    /// Bytes that heads of these take: Q in float, K in double, two doubles a row, and what is
    /// added to scores in float.
    static long bytes(HeadVectors queries, HeadVectors keys, Optional<AddedScores> added) {
        return 4L * added.map(AddedScores::size).orElse(0)
                + 4L * queries.values.length
                + 8L * keys.values.length
                + 16L * queries.heads * queries.tokens;
    }

    /// Bytes that their rows would take, in float.
    long rowBytes() {
        return 4L * heads * tokens * tokens;
    }

    private static ModelException notVectors(String layer, String found) {
        return ModelException.of(
                layer,
                found,
                "Q and K, float [1, tokens, heads x channels] or [1, heads, tokens, channels]",
                "ask for another layer");
    }
}
