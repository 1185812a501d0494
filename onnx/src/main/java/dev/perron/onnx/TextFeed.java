package dev.perron.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// A text as the tensors that a model declares, `[1, n]` each: `input_ids`, `attention_mask`,
/// `token_type_ids`, `position_ids`.
final class TextFeed implements ModelFeed {
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private final int size;

    private TextFeed(int size) {
        this.size = size;
    }

    /// Tensors for all inputs.
    ///
    /// @throws ModelException if the text can't be given to the model
    static TextFeed of(ModelDescription model, TextInput text, OrtEnvironment environment)
            throws OrtException {
        TextFeed feed = new TextFeed(text.size());
        try {
            for (TensorDescription input : model.inputs()) {
                Optional<long[]> past = PastInput.emptyShape(input);
                if (past.isPresent()) {
                    feed.tensors.put(input.name(), empty(input, past.get(), environment));
                    continue;
                }
                IntUnaryOperator values = values(model, input, text);
                requireRoom(model, input, text.size());
                feed.tensors.put(
                        input.name(), tensor(model, input, text.size(), values, environment));
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
        return "a text of %d tokens".formatted(size);
    }

    @Override
    public String advice() {
        return "check that the tokenizer is the model's, or try a shorter text";
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }

    private static IntUnaryOperator values(
            ModelDescription model, TensorDescription input, TextInput text) {
        return switch (input.name()) {
            case "input_ids" -> text.ids()::get;
            case "attention_mask" -> i -> 1;
            case "token_type_ids" -> text.typeIds()::get;
            case "position_ids" -> i -> i;
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

    /// A declared shape may be fixed to one length.
    private static void requireRoom(ModelDescription model, TensorDescription input, int n) {
        List<String> shape = input.shape();
        if (shape.isEmpty()) {
            return;
        }
        boolean fits =
                shape.size() == 2 && admits(shape.getFirst(), 1) && admits(shape.getLast(), n);
        if (!fits) {
            throw ModelException.of(
                    model.name(),
                    "the input " + input,
                    "room for one text of %d tokens, [1, %d]".formatted(n, n),
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
            int n,
            IntUnaryOperator values,
            OrtEnvironment environment)
            throws OrtException {
        long[] shape = {1, n};
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
