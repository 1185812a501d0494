package dev.perron.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/// Texts as the tensors that a model declares, `[texts, n]` each: `input_ids`, `attention_mask`,
/// `token_type_ids`, `position_ids`.
final class TextFeed implements ModelFeed {
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private final int longest;

    private TextFeed(int longest) {
        this.longest = longest;
    }

    /// Tensors for all inputs, `[texts, n]`: n is the longest text's length, and what the others
    /// are filled up with is masked.
    ///
    /// @throws ModelException if the texts can't be given to the model
    static TextFeed of(ModelDescription model, List<TextInput> texts, OrtEnvironment environment)
            throws OrtException {
        int n = texts.stream().mapToInt(TextInput::size).max().orElseThrow();
        TextFeed feed = new TextFeed(n);
        long[] shape = {texts.size(), n};
        try {
            for (TensorDescription input : model.inputs()) {
                Optional<long[]> past = PastInput.emptyShape(input);
                if (past.isPresent()) {
                    feed.tensors.put(input.name(), empty(input, past.get(), environment));
                    continue;
                }
                IntBinaryOperator values = values(model, input, texts);
                requireRoom(model, input, texts.size(), n);
                feed.tensors.put(
                        input.name(),
                        tensor(
                                model,
                                input,
                                shape,
                                i -> values.applyAsInt(i / n, i % n),
                                environment));
            }
            return feed;
        } catch (OrtException | RuntimeException e) {
            feed.close();
            throw e;
        }
    }

    @Override
    public Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    @Override
    public String what() {
        return "a text of %d tokens".formatted(longest);
    }

    @Override
    public String advice() {
        return "check that the tokenizer is the model's, or try a shorter text";
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }

    /// What an input is for token i of text t.
    private static IntBinaryOperator values(
            ModelDescription model, TensorDescription input, List<TextInput> texts) {
        return switch (input.name()) {
            case "input_ids" -> (t, i) -> filledUp(texts.get(t).ids(), i);
            case "attention_mask" -> (t, i) -> i < texts.get(t).size() ? 1 : 0;
            case "token_type_ids" -> (t, i) -> filledUp(texts.get(t).typeIds(), i);
            case "position_ids" -> (t, i) -> i;
            default ->
                    throw ModelException.of(
                            model.name(),
                            "it needs the input " + input,
                            "only input_ids, attention_mask, token_type_ids and position_ids for"
                                    + " text",
                            model.image().isPresent()
                                    ? "give it an image instead"
                                    : "export it without that input");
        };
    }

    private static int filledUp(List<Integer> values, int i) {
        return i < values.size() ? values.get(i) : 0;
    }

    /// A declared shape may be fixed to one length.
    private static void requireRoom(
            ModelDescription model, TensorDescription input, int texts, int n) {
        List<String> shape = input.shape();
        if (shape.isEmpty()) {
            return;
        }
        boolean fits =
                shape.size() == 2 && admits(shape.getFirst(), texts) && admits(shape.getLast(), n);
        if (!fits) {
            throw ModelException.of(
                    model.name(),
                    "the input " + input,
                    "room for %d x %d tokens".formatted(texts, n),
                    "export it with a batch of 1 and a sequence axis of any length");
        }
    }

    private static boolean admits(String axis, int length) {
        return axis.equals(Integer.toString(length)) || !axis.chars().allMatch(Character::isDigit);
    }

    /// A cache that holds nothing yet.
    private static OnnxTensor empty(
            TensorDescription input, long[] shape, OrtEnvironment environment) throws OrtException {
        return input.type().equals("float16")
                ? OnnxTensor.createTensor(
                        environment, ShortBuffer.allocate(0), shape, OnnxJavaType.FLOAT16)
                : OnnxTensor.createTensor(environment, FloatBuffer.allocate(0), shape);
    }

    private static OnnxTensor tensor(
            ModelDescription model,
            TensorDescription input,
            long[] shape,
            IntUnaryOperator values,
            OrtEnvironment environment)
            throws OrtException {
        int n = Math.toIntExact(shape[0] * shape[1]);
        return switch (input.type()) {
            case "int64" -> {
                LongBuffer buffer = LongBuffer.allocate(n);
                for (int i = 0; i < n; i++) {
                    buffer.put(i, values.applyAsInt(i));
                }
                yield OnnxTensor.createTensor(environment, buffer, shape);
            }
            case "int32" -> {
                IntBuffer buffer = IntBuffer.allocate(n);
                for (int i = 0; i < n; i++) {
                    buffer.put(i, values.applyAsInt(i));
                }
                yield OnnxTensor.createTensor(environment, buffer, shape);
            }
            case "float" -> {
                FloatBuffer buffer = FloatBuffer.allocate(n);
                for (int i = 0; i < n; i++) {
                    buffer.put(i, values.applyAsInt(i));
                }
                yield OnnxTensor.createTensor(environment, buffer, shape);
            }
            case "bool" -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(n);
                for (int i = 0; i < n; i++) {
                    buffer.put(i, (byte) values.applyAsInt(i));
                }
                yield OnnxTensor.createTensor(environment, buffer, shape, OnnxJavaType.BOOL);
            }
            default ->
                    throw ModelException.of(
                            model.name(),
                            "the input " + input,
                            "int64, int32, bool or float",
                            "export it with one of these");
        };
    }
}
