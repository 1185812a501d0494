package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Files that are no models, models that have no attention to give, and texts that don't fit them:
/// one line that says where, what was found, what was expected and what to do.
class RefusedModelTest {
    @TempDir Path folder;

    private Path file(ModelFile model) throws IOException {
        return Files.write(folder.resolve("m.onnx"), model.toBytes());
    }

    /// Tokens by their ids, for models that have no tokenizer.
    private static TextInput ids(Integer... ids) {
        List<Integer> all = List.of(ids);
        return new TextInput(
                all,
                all.stream().map(id -> 0).toList(),
                all.stream().<Token>map(id -> new Token.Piece("t" + id)).toList(),
                all.stream().map(id -> new TextInput.Span(0, 0)).toList());
    }

    private void assertRefused(ModelFile model, TextInput text, String... message)
            throws IOException {
        try (OnnxModel opened = OnnxModel.open(file(model))) {
            assertThatThrownBy(() -> opened.attend(text, List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith(folder.resolve("m.onnx").toString())
                    .hasMessageContainingAll(message)
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("no.onnx");

        assertThatThrownBy(() -> OnnxModel.open(missing))
                .isInstanceOf(ModelException.class)
                .hasMessage(missing + ": no such file; expected an ONNX model; check the path");
    }

    @Test
    void aDirectoryIsNoModel() {
        assertThatThrownBy(() -> OnnxModel.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder + ": a directory; expected an ONNX model");
    }

    @Test
    void anEmptyFileIsNoModel() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.onnx"));

        assertThatThrownBy(() -> OnnxModel.open(empty))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(empty + ": empty file");
    }

    @Test
    void aModelWithoutAttentionIsRefused() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10).output("scores", 1, "batch", "1", "sequence", "sequence");

        assertRefused(model, ids(1), "no attention among its 4 nodes", "Softmax of QKᵀ");
    }

    @Test
    void aFusedOpIsRefusedByName() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10)
                        .node(
                                "com.microsoft",
                                "PackedAttention",
                                List.of("x", "x", "x"),
                                "y",
                                ModelFile.attribute("num_heads", 2))
                        .output("y", 1, "batch", "sequence", "4");

        assertRefused(
                model,
                ids(1),
                " layer 0: the fused op com.microsoft.PackedAttention is not known",
                "eager");
    }

    @Test
    void aTokenOutsideTheVocabularyIsRefused() throws IOException {
        assertRefused(
                ModelFile.oneHead(10).attending("a"),
                ids(1, 10),
                "token 1, t10, has id 10; expected an id from 0 to 9, the model's vocabulary");
    }

    @Test
    void aTextOverTheContextIsRefused() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10)
                        .attending("a")
                        .input("position_ids", 7, "batch", "sequence")
                        .table("positions", 3, 4)
                        .node("Gather", List.of("positions", "position_ids"), "p");

        assertRefused(model, ids(1, 2, 3, 4), "a text of 4 tokens; expected at most 3");
    }

    @Test
    void aTextOverAContextThatTheGraphHidesIsRefusedByTheRun() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10)
                        .input("position_ids", 7, "batch", "sequence")
                        .table("positions", 3, 4)
                        .node("Mul", List.of("position_ids", "axis"), "hidden")
                        .node("Gather", List.of("positions", "hidden"), "p")
                        .node("Unsqueeze", List.of("p", "axis"), "p4")
                        .node("Softmax", List.of("scores"), "a")
                        .node("MatMul", List.of("a", "p4"), "y")
                        .output("y", 1, "batch", "1", "sequence", "4");

        assertRefused(model, ids(1, 2, 3, 4), "ONNX Runtime failed: ", "a text of 4 tokens");
    }

    @Test
    void anUnknownInputIsNamed() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10)
                        .attending("a")
                        .input("encoder_hidden_states", 1, "batch", "source", "8");

        assertRefused(
                model, ids(1), "it needs the input encoder_hidden_states float[batch, source, 8]");
    }

    @Test
    void anImageModelDoesNotTakeText() {
        try (OnnxModel model = OnnxModel.open(SharedModels.file("vit-tiny-patch16-224.onnx"))) {
            assertThatThrownBy(() -> model.attend(ids(1), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("it needs the input pixel_values");
        }
    }

    @Test
    void aFixedLengthIsSaid() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10).attending("a").input("attention_mask", 7, "1", "16");

        assertRefused(model, ids(1, 2), "the input attention_mask int64[1, 16]", "2 tokens");
    }

    @Test
    void attentionToAnotherSequenceIsRefused() throws IOException {
        ModelFile model =
                new ModelFile()
                        .input("input_ids", 7, "batch", "sequence")
                        .table("table", 10, 4)
                        .integers("axis", 1)
                        .node("Gather", List.of("table", "input_ids"), "x")
                        .node("Unsqueeze", List.of("x", "axis"), "x4")
                        .node(
                                "Concat",
                                List.of("x4", "x4"),
                                "twice",
                                ModelFile.attribute("axis", 2))
                        .node(
                                "Transpose",
                                List.of("twice"),
                                "k",
                                ModelFile.attribute("perm", 0, 1, 3, 2))
                        .node("MatMul", List.of("x4", "k"), "scores")
                        .node("Softmax", List.of("scores"), "a")
                        .node("MatMul", List.of("a", "twice"), "y")
                        .output("y", 1, "batch", "1", "sequence", "4");

        assertRefused(
                model, ids(1, 2, 3), " layer 0: 3 queries attend to 6 keys", "no chain on tokens");
    }

    @Test
    void rowsThatAreNoDistributionsAreRefused() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10)
                        .integer("zero", 0)
                        .node("Cast", List.of("zero"), "z", ModelFile.attribute("to", 1))
                        .node("Div", List.of("scores", "z"), "infinite")
                        .node("Softmax", List.of("infinite"), "a")
                        .node("MatMul", List.of("a", "x4"), "y")
                        .output("y", 1, "batch", "1", "sequence", "4");

        assertRefused(model, ids(1, 2), "L0H0 row 0 't1', key 0 't1': NaN, must be finite");
    }

    @Test
    void anOpThatDoesNotExistIsRefusedInOneLine() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10).node("NoSuchOp", List.of("x4"), "odd").attending("a");

        assertRefused(model, ids(1), "ONNX Runtime can't load it", "NoSuchOp");
    }
}
