package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whole ONNX models that Perron can't rank, as processes: written here in protobuf's wire format.
class UnfitModelTest {
    @TempDir private Path folder;

    @Test
    void aModelWithoutAttentionIsRefusedAndCanBeInspected() throws IOException {
        Path model = model("plain.onnx", "", "Identity");
        PerronProcess rank = rank(model);

        assertThat(rank.err().lines()).as(rank.err()).hasSize(1);
        assertThat(rank.err())
                .contains("plain.onnx", "no attention", "Softmax")
                .doesNotContain("Exception");
        assertThat(rank.out()).isEmpty();
        assertThat(rank.exitCode()).isEqualTo(3);
        assertThat(PerronProcess.run("inspect", model.toString()).out())
                .contains("no attention found");
    }

    @Test
    void anAttentionOpOfAVersionThatIsNotKnownIsNamed() throws IOException {
        Path model = model("fused.onnx", "com.microsoft", "MultiHeadAttention");
        PerronProcess rank = rank(model);

        assertThat(rank.err().lines()).as(rank.err()).hasSize(1);
        assertThat(rank.err())
                .contains("fused.onnx", "MultiHeadAttention of opset 17 is not known")
                .doesNotContain("Exception");
        assertThat(rank.out()).isEmpty();
        assertThat(rank.exitCode()).isEqualTo(3);
        assertThat(PerronProcess.run("inspect", model.toString()).out())
                .contains("MultiHeadAttention");
    }

    private static PerronProcess rank(Path model) {
        return PerronProcess.run(
                "rank",
                "--model",
                model.toString(),
                "--tokenizer",
                SharedModels.storiesTokenizer().toString(),
                "--text",
                "the fox");
    }

    /// A model of one node, `y = op(x, x, x)`: ModelProto has its version in field 1, its graph in
    /// 7, its opsets in 8; GraphProto nodes in 1, inputs in 11, outputs in 12; NodeProto inputs in
    /// 1, outputs in 2, the op in 4, its domain in 7.
    private Path model(String name, String domain, String op) throws IOException {
        byte[] node =
                fields(
                        text(1, "x"),
                        text(1, "x"),
                        text(1, "x"),
                        text(2, "y"),
                        text(4, op),
                        text(7, domain));
        byte[] graph =
                fields(
                        bytes(1, node),
                        text(2, "g"),
                        bytes(11, text(1, "x")),
                        bytes(12, text(1, "y")));
        byte[] opset = fields(text(1, domain), number(2, 17));
        return Files.write(
                folder.resolve(name), fields(number(1, 8), bytes(7, graph), bytes(8, opset)));
    }

    private static byte[] text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Contents shorter than 128 bytes, whose length is one byte.
    private static byte[] bytes(int field, byte[] content) {
        assertThat(content).hasSizeLessThan(128);
        return fields(new byte[] {(byte) (field << 3 | 2), (byte) content.length}, content);
    }

    private static byte[] number(int field, int number) {
        return new byte[] {(byte) (field << 3), (byte) number};
    }

    private static byte[] fields(byte[]... fields) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            all.writeBytes(field);
        }
        return all.toByteArray();
    }
}
