package dev.perron.onnx;

import static dev.perron.onnx.ModelFile.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.vision.ImageAttention;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PixelTensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// A transformer of one layer and one head on patches of 2 x 2 pixels, without CLS.
class VisionModelTest {
    @TempDir Path folder;

    private static ModelFile model(String height, String width) {
        float[] kernel = new float[4 * 3 * 2 * 2];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (i * 31 % 17 - 8) / 20f;
        }
        return new ModelFile()
                .input("pixel_values", 1, "batch", "3", height, width)
                .floats("kernel", kernel, 4, 3, 2, 2)
                .integers("flat", 1, 1, 4, -1)
                .integers("axes", 1)
                .table("head", 4, 5)
                .node("Conv", List.of("pixel_values", "kernel"), "map", attribute("strides", 2, 2))
                .node("Reshape", List.of("map", "flat"), "xT")
                .node("Transpose", List.of("xT"), "x", attribute("perm", 0, 1, 3, 2))
                .node("MatMul", List.of("x", "xT"), "scores")
                .node("Softmax", List.of("scores"), "attention", attribute("axis", -1))
                .node("MatMul", List.of("attention", "x"), "y")
                .node(
                        "ReduceMean",
                        List.of("y"),
                        "pooled",
                        attribute("axes", new long[] {1, 2}),
                        attribute("keepdims", 0))
                .node("MatMul", List.of("pooled", "head"), "logits")
                .output("logits", 1, "batch", "5");
    }

    private static PixelTensor image(int width, int height) {
        float[] values = new float[3 * width * height];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 13 % 29 / 29f;
        }
        return PixelTensor.of(width, height, values);
    }

    private OnnxModel open(ModelFile model) throws IOException {
        return OnnxModel.open(Files.write(folder.resolve("m.onnx"), model.toBytes()));
    }

    @Test
    void anImagesAttentionIsOnItsGridOfPatches() throws IOException {
        try (OnnxModel model = open(model("height", "width"))) {
            assertThat(model.description().image())
                    .contains(
                            new ImageSlot(
                                    "pixel_values",
                                    "float",
                                    OptionalInt.empty(),
                                    OptionalInt.empty(),
                                    OptionalInt.of(2)));
            ImageAttention seen = model.attend(image(6, 4), List.of(0));
            assertThat(seen.grid()).isEqualTo(new PatchGrid(2, 3, 0));
            assertThat(seen.attention().tokens()).hasSize(6).contains(new Token.Patch(1, 2));
            assertThat(seen.attention().worstRow()).isLessThan(1e-5);
            // another size through the same session
            assertThat(model.attend(image(2, 8), List.of(0)).grid())
                    .isEqualTo(new PatchGrid(4, 1, 0));
        }
    }

    @Test
    void logitsComeOutAfterAttentionAndBefore() throws IOException {
        try (OnnxModel model = open(model("4", "4"))) {
            assertThat(model.description().classes()).hasValue(5);
            float[] before = model.logits(image(4, 4));
            model.attend(image(4, 4), List.of(0));
            assertThat(before).hasSize(5);
            assertThat(model.logits(image(4, 4))[3]).isCloseTo(before[3], within(0f));
        }
    }

    @Test
    void classesComeFromTheOutputOfThatNameAndNotFromAPooledToken() throws IOException {
        ModelFile both = model("4", "4").output("pooled", 1, "batch", "4");
        try (OnnxModel model = open(both)) {
            assertThat(model.classOutput().name()).isEqualTo("logits");
            assertThat(model.description().classes()).hasValue(5);
        }
        List<TensorDescription> outputs =
                List.of(
                        new TensorDescription("pooler_output", "float", List.of("batch", "384")),
                        new TensorDescription(
                                "last_hidden_state", "float", List.of("1", "2", "3")));
        assertThat(ClassOutput.of(outputs)).isEmpty();
        TensorDescription scores = new TensorDescription("scores", "float", List.of("1", "10"));
        assertThat(ClassOutput.of(List.of(outputs.get(0), scores))).contains(scores);
        TensorDescription many = new TensorDescription("logits", "float", List.of("8", "10"));
        assertThat(ClassOutput.of(List.of(many, scores)))
                .as("one image at a time")
                .contains(scores);
        TensorDescription unnamed = new TensorDescription("output0", "float", List.of("N", "10"));
        assertThat(ClassOutput.of(List.of(outputs.get(0), unnamed))).contains(unnamed);
    }

    @Test
    void whatARunTakesIsKnownAcrossSessions() throws IOException {
        try (OnnxModel model = open(model("4", "4"))) {
            assertThat(model.times()).isEqualTo(ModelTimes.NONE);
            model.logits(image(4, 4));
            ModelTimes once = model.times();
            assertThat(once.loading()).isPositive();
            assertThat(once.running()).isPositive();
            model.attend(image(4, 4), List.of(0)); // another session
            assertThat(model.times().loading()).isGreaterThan(once.loading());
            assertThat(model.times().running()).isGreaterThan(once.running());
        }
    }

    @Test
    void anotherSizeThanTheModelTakesIsRefused() throws IOException {
        try (OnnxModel model = open(model("4", "4"))) {
            assertThatThrownBy(() -> model.attend(image(6, 4), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("an image of 6 x 4 pixels; expected 4 x 4");
        }
    }

    @Test
    void aTextModelTakesNoImageAndAVisionModelNoText() throws IOException {
        try (OnnxModel text = OnnxModel.embedded()) {
            assertThat(text.description().image()).isEmpty();
            assertThatThrownBy(() -> text.attend(image(4, 4), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("give a vision model for an image");
        }
        TextInput word =
                new TextInput(
                        List.of(1),
                        List.of(0),
                        List.of(new Token.Piece("a")),
                        List.of(new TextInput.Span(0, 1)));
        try (OnnxModel vision = open(model("4", "4"))) {
            assertThatThrownBy(() -> vision.attend(word, List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("give it an image instead");
        }
    }
}
