package dev.perron.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;

import dev.perron.attention.AddedScores;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Optional;

/// An input of a fused op that is added to its scores before the softmax.
sealed interface ScoreInput {
    /// The tensor that holds it.
    String tensor();

    /// Its numbers as a run gave them.
    ///
    /// @param n tokens
    /// @return empty where their shape or type isn't known here
    Optional<ScoreNumbers> numbers(OnnxTensor value, int n);

    /// What several inputs add together.
    ///
    /// @param values one of each input
    /// @param n tokens
    /// @return empty where one isn't known here; in it nothing where nothing is added
    static Optional<Optional<AddedScores>> sum(
            List<ScoreInput> inputs, List<OnnxValue> values, int n) {
        Optional<ScoreNumbers> sum = Optional.empty();
        for (int i = 0; i < inputs.size(); i++) {
            if (!(values.get(i) instanceof OnnxTensor tensor)) {
                return Optional.empty();
            }
            Optional<ScoreNumbers> one = inputs.get(i).numbers(tensor, n);
            Optional<ScoreNumbers> before = sum;
            sum = before.isEmpty() ? one : one.flatMap(more -> before.get().plus(more));
            if (sum.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(sum.flatMap(ScoreNumbers::toAdded));
    }

    /// A bias, or a mask that is false for keys that aren't seen: `[1, heads, queries, n]`, or what
    /// broadcasts to it.
    record Bias(String tensor) implements ScoreInput {
        @Override
        public Optional<ScoreNumbers> numbers(OnnxTensor value, int n) {
            long[] shape = value.getInfo().getShape();
            int rank = shape.length;
            long heads = rank > 2 ? shape[rank - 3] : 1;
            long queries = rank > 1 ? shape[rank - 2] : 1;
            boolean fits =
                    rank >= 1
                            && rank <= 4
                            && (rank < 4 || shape[0] == 1)
                            && shape[rank - 1] == n
                            && (queries == 1 || queries == n)
                            && ScoreNumbers.fit(heads, queries, n);
            return fits
                    ? added(value).map(all -> new ScoreNumbers((int) heads, (int) queries, n, all))
                    : Optional.empty();
        }

        private static Optional<float[]> added(OnnxTensor value) {
            if (value.getInfo().type == OnnxJavaType.BOOL) {
                ByteBuffer seen = value.getByteBuffer();
                float[] added = new float[seen.remaining()];
                for (int x = 0; x < added.length; x++) {
                    added[x] = seen.get(x) == 0 ? Float.NEGATIVE_INFINITY : 0;
                }
                return Optional.of(added);
            }
            FloatBuffer numbers = value.getFloatBuffer(); // float16 is converted
            if (numbers == null) {
                return Optional.empty();
            }
            float[] added = new float[numbers.remaining()];
            numbers.get(added);
            return Optional.of(added);
        }
    }

    /// Which keys are tokens: 1 or 0 for each, `[1, n]` or `[1, n, n]`, or how many, `[1]`.
    ///
    /// @param filler added to the scores of the others
    record Padding(String tensor, float filler) implements ScoreInput {
        @Override
        public Optional<ScoreNumbers> numbers(OnnxTensor value, int n) {
            long[] shape = value.getInfo().getShape();
            IntBuffer mask =
                    value.getInfo().type == OnnxJavaType.INT32 && shape.length > 0 && shape[0] == 1
                            ? value.getIntBuffer()
                            : IntBuffer.allocate(0);
            int count = mask.remaining();
            if (shape.length == 1 && count == 1) {
                float[] added = new float[n];
                for (int j = Math.max(0, mask.get(0)); j < n; j++) {
                    added[j] = filler;
                }
                return Optional.of(new ScoreNumbers(1, 1, n, added));
            }
            boolean ofKeys = shape.length == 2 && shape[1] == n;
            boolean ofQueries = shape.length == 3 && shape[1] == n && shape[2] == n;
            if (count == 0 || !(ofKeys || ofQueries)) {
                return Optional.empty();
            }
            float[] added = new float[count];
            for (int x = 0; x < count; x++) {
                added[x] = mask.get(x) > 0 ? 0 : filler;
            }
            return Optional.of(new ScoreNumbers(1, ofKeys ? 1 : n, n, added));
        }
    }
}
