package dev.perron.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

import dev.perron.attention.model.ModelException;
import dev.perron.vision.PixelTensor;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Map;

/// An image as the tensor that a model declares, `[1, 3, H, W]`.
record ImageFeed(PixelTensor image, Map<String, OnnxTensor> tensors) implements ModelFeed {
    /// The tensor for the model's only input.
    ///
    /// @throws ModelException if it takes no image, other things besides, or another size
    static ImageFeed of(ModelDescription model, PixelTensor image, OrtEnvironment environment)
            throws OrtException {
        ImageSlot slot = model.requireImage();
        if (!slot.takes(image.width(), image.height())) {
            throw ModelException.of(
                    model.name(),
                    "an image of %d x %d pixels".formatted(image.width(), image.height()),
                    "%s, the only size it takes".formatted(slot.size()),
                    "preprocess it to that size");
        }
        float[] values = image.toArray();
        long[] shape = {1, PixelTensor.CHANNELS, image.height(), image.width()};
        OnnxTensor tensor;
        if (slot.type().equals("float16")) {
            ShortBuffer halves = ShortBuffer.allocate(values.length);
            for (float value : values) {
                halves.put(Float.floatToFloat16(value));
            }
            tensor =
                    OnnxTensor.createTensor(
                            environment, halves.flip(), shape, OnnxJavaType.FLOAT16);
        } else {
            tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
        }
        return new ImageFeed(image, Map.of(slot.name(), tensor));
    }

    @Override
    public String what() {
        return "an image of %d x %d pixels".formatted(image.width(), image.height());
    }

    @Override
    public String advice() {
        return "check that this is the size the model was exported for";
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
