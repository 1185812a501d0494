package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Models whose weights lie in files beside them.
class ExternalDataTest {
    private static final int ROWS = 10;
    private static final int COLUMNS = 4;
    private static final int OFFSET = 64;

    @TempDir Path outside;

    /// The model's, with another one in it.
    private Path folder() throws IOException {
        Path folder = outside.resolve("model");
        Files.createDirectories(folder.resolve("sub"));
        return folder;
    }

    /// The rest of a model of one head, its table in a file.
    private Path model(String location) throws IOException {
        ModelFile model =
                new ModelFile()
                        .input("input_ids", 7, "batch", "sequence")
                        .external("table", location, OFFSET, ROWS, COLUMNS)
                        .integers("axis", 1)
                        .node("Gather", List.of("table", "input_ids"), "x")
                        .node("Unsqueeze", List.of("x", "axis"), "x4")
                        .node(
                                "Transpose",
                                List.of("x4"),
                                "xT",
                                ModelFile.attribute("perm", 0, 1, 3, 2))
                        .node("MatMul", List.of("x4", "xT"), "scores")
                        .attending("a");
        return Files.write(folder().resolve("model.onnx"), model.toBytes());
    }

    /// The table that [ModelFile#oneHead] has, `OFFSET` bytes into a file.
    private static byte[] weights() {
        float[] table = new float[ROWS * COLUMNS];
        for (int i = 0; i < table.length; i++) {
            table[i] = i * 37 % 101 / 101f;
        }
        byte[] values = ModelFile.littleEndian(table);
        return ByteBuffer.allocate(OFFSET + values.length).put(OFFSET, values).array();
    }

    private static TextInput text() {
        TextInput.Span nowhere = new TextInput.Span(0, 0);
        return new TextInput(
                List.of(3, 7),
                List.of(0, 0),
                List.of(new Token.Piece("a"), new Token.Piece("b")),
                List.of(nowhere, nowhere));
    }

    private static float[] head(Path file) {
        try (OnnxModel model = OnnxModel.open(file)) {
            return model.attend(text(), List.of(0)).head(0, 0).toArray();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx.data", "sub/weights.bin", "./model.onnx.data"})
    void weightsBesideTheModelAreRead(String location) throws IOException {
        Files.write(folder().resolve(location), weights());
        Path whole = outside.resolve("whole.onnx");
        Files.write(whole, ModelFile.oneHead(ROWS).attending("a").toBytes());

        Path file = model(location);
        List<Path> before = files();

        assertThat(head(file)).isEqualTo(head(whole));
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(folder())) {
            return files.sorted().toList();
        }
    }

    @Test
    void aModelCanBeInspectedWithoutItsWeights() throws IOException {
        try (OnnxModel model = OnnxModel.open(model("model.onnx.data"))) {
            assertThat(model.description().sites()).hasSize(1);
            assertThat(model.description().weightFiles()).containsExactly("model.onnx.data");
        }
    }

    private void assertRefused(String location, String... message) throws IOException {
        Path file = model(location);
        try (OnnxModel model = OnnxModel.open(file)) {
            assertThatThrownBy(() -> model.attend(text(), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith(file + ": its weights")
                    .hasMessageContainingAll(message)
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        assertRefused(
                "model.onnx.data",
                "its weights' file model.onnx.data is missing; expected it in the model's folder;"
                        + " get it from where the model is from");
    }

    @Test
    void aFileThatIsTooShortIsNamed() throws IOException {
        Files.write(folder().resolve("short.bin"), new byte[OFFSET + 159]);

        assertRefused("short.bin", "short.bin has 223 bytes", "160 from byte 64 on, for table");
    }

    @Test
    void nothingOutsideTheFolderIsRead() throws IOException {
        Path secret = Files.write(outside.resolve("secret.bin"), weights());

        assertRefused("../secret.bin", "its weights lie in '../secret.bin'");
        assertRefused("sub/../../secret.bin", "its weights lie in");
        assertRefused(secret.toString(), "its weights lie in");
        assertRefused("", "its weights lie in ''");
        assertRefused("a\0b", "its weights lie in");
    }

    @Test
    void aLinkOutOfTheFolderIsNotFollowed() throws IOException {
        assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
                "symbolic links need rights elsewhere");
        Path secret = Files.write(outside.resolve("secret.bin"), weights());
        Files.createSymbolicLink(folder().resolve("link.bin"), secret);

        assertRefused("link.bin", "link.bin links to " + secret.toRealPath(), "copy it there");
    }
}
