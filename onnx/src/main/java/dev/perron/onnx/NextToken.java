package dev.perron.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;

import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;

import java.nio.FloatBuffer;
import java.util.Arrays;

/// The output of a language model, `[1, n, vocabulary]`: logits of the token after each one.
final class NextToken {
    /// What exporters call it.
    static final String OUTPUT = "logits";

    private NextToken() {}

    /// The last row.
    ///
    /// @param model its name, for messages
    /// @throws ModelException if the output isn't such
    static float[] logits(String model, TextInput text, OnnxValue value) {
        if (value instanceof OnnxTensor tensor) {
            long[] shape = tensor.getInfo().getShape();
            FloatBuffer values = tensor.getFloatBuffer(); // float16 is converted
            if (values != null
                    && shape.length == 3
                    && shape[0] == 1
                    && shape[1] == text.size()
                    && shape[2] > 0) {
                float[] last = new float[(int) shape[2]];
                values.position(values.limit() - last.length).get(last);
                return last;
            }
            throw notLogits(model, tensor.getInfo().type + Arrays.toString(shape), text);
        }
        throw notLogits(model, "no tensor", text);
    }

    private static ModelException notLogits(String model, String found, TextInput text) {
        return ModelException.of(
                model,
                "output %s is %s".formatted(OUTPUT, found),
                "float [1, %d, vocabulary]".formatted(text.size()),
                "give a model that was exported for text generation");
    }
}
