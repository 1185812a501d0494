package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perron.attention.model.ModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class ModelReaderTest {
    private static final byte[] SMALL = ModelFile.oneHead(10).attending("attention").toBytes();

    private static ModelGraph read(byte[] file) {
        return ModelReader.read("m.onnx", ByteBuffer.wrap(file));
    }

    @Test
    void nodesShapesAndConstantsAreRead() {
        ModelGraph graph = read(SMALL);

        assertThat(graph.header().producer()).isEqualTo("perron-test");
        assertThat(graph.header().opsets())
                .containsEntry("", 17L)
                .containsEntry("com.microsoft", 1L);
        assertThat(graph.nodes()).extracting(GraphNode::op).contains("Gather", "Softmax", "MatMul");
        assertThat(graph.inputs())
                .containsExactly(
                        new TensorDescription("input_ids", "int64", List.of("batch", "sequence")));
        assertThat(graph.constant("table"))
                .hasValueSatisfying(table -> assertThat(table.dims()).containsExactly(10L, 4L));
        assertThat(graph.constant("axis"))
                .hasValueSatisfying(axis -> assertThat(axis.values()).containsExactly(1L));
        assertThat(graph.computed("scores")).isTrue();
        assertThat(graph.computed("table")).isFalse();
    }

    @Test
    void emptyFileIsSaidToBeEmpty() {
        assertThatThrownBy(() -> read(new byte[0]))
                .isInstanceOf(ModelException.class)
                .hasMessage("m.onnx: empty file; expected an ONNX model; get it again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    version https://git-lfs.github.com/spec/v1 | Git LFS pointer
                    {"version": "1.0"}                         | JSON
                    <!DOCTYPE html>                            | web page
                    GGUF model                                 | GGUF
                    import torch                               | starts with 69 6d 70 6f 72 74 20 74
                    """)
    void otherFilesAreNamed(String file, String kind) {
        assertThatThrownBy(() -> read(file.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("m.onnx: not an ONNX model, it ")
                .hasMessageContaining(kind);
    }

    @Test
    void everyPrefixIsRefused() {
        for (int length = 1; length < SMALL.length; length++) {
            byte[] prefix = Arrays.copyOf(SMALL, length);
            // Cut between two opsets, what is left is a whole message.
            if (catchThrowable(() -> read(prefix)) == null) {
                assertThat(read(prefix).header().opsets()).as("%d bytes", length).hasSize(1);
            } else {
                assertThatThrownBy(() -> read(prefix))
                        .as("%d bytes", length)
                        .isInstanceOf(ModelException.class)
                        .hasMessageMatching("m.onnx: (truncated: |not an ONNX model).*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999})
    void aTruncatedEncoderIsSaidToBeTruncated(double part) {
        try (ModelBytes encoder = EmbeddedEncoder.model()) {
            int length = (int) Math.max(3, part * encoder.size());

            assertThatThrownBy(() -> ModelReader.read("m", encoder.view().slice(0, length)))
                    .as("%d bytes", length)
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith("m: truncated: ");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomBytesAreRefusedInOneLine(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] file = new byte[1 + random.nextInt(2000)];
            random.nextBytes(file);
            if (i % 2 == 0) { // past the first field
                file[0] = 8;
                file[file.length > 1 ? 1 : 0] = 7;
            }
            assertThatThrownBy(() -> read(file))
                    .as("seed %d, file %d", seed, i)
                    .isInstanceOf(ModelException.class)
                    .message()
                    .doesNotContain("\n");
        }
    }

    private static ModelDescription described(byte[] file) {
        ModelGraph graph = read(file);
        return ModelDescription.of("m", graph, AttentionSearch.sites(graph), file.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void damagedFilesAreReadOrRefused(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] file = SMALL.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            Throwable thrown = catchThrowable(() -> described(file).toString());
            if (thrown != null) {
                assertThat(thrown)
                        .as("seed %d, file %d", seed, i)
                        .isInstanceOf(ModelException.class);
            }
        }
    }

    /// The same of a model with a fused op and weights in another file: what is added to it, too.
    @ParameterizedTest
    @ValueSource(longs = {15, 16})
    void damagedFusedModelsAreReadOrRefused(long seed) {
        byte[] fused =
                FusedModels.multiHead(
                                new ModelFile()
                                        .input("input_ids", 7, "batch", "sequence")
                                        .external("w", "w.bin", 8, 4, 4)
                                        .node("Gather", List.of("w", "input_ids"), "x"),
                                List.of("x", "x", "x"),
                                ModelFile.real("scale", 0.5f))
                        .toBytes();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] file =
                    Arrays.copyOf(fused, fused.length - (i % 4 == 0 ? random.nextInt(99) : 0));
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            Throwable thrown = catchThrowable(() -> extended(file));
            if (thrown != null) {
                assertThat(thrown)
                        .as("seed %d, file %d", seed, i)
                        .isInstanceOf(ModelException.class);
            }
        }
    }

    private static void extended(byte[] file) {
        ModelGraph graph = read(file);
        for (AttentionSearch.Found found : AttentionSearch.sites(graph)) {
            GraphAddition addition = new GraphAddition();
            QueryKeySource.addTo(addition, graph, found.node(), "a.");
            if (found.site().op().startsWith("com.microsoft.") && found.site().readable()) {
                FusedAttention.add(addition, graph, found.node(), "b.");
            }
            assertThat(addition.message().length).isLessThan(10 * file.length);
        }
    }

    @Test
    void claimsOfHugeLengthsCostNoMemory() {
        byte[] claim = {8, 7, 0x3a, -1, -1, -1, -1, -1, -1, -1, -1, 0x7f};

        assertThatThrownBy(() -> read(claim))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("truncated: a part of 9223372036854775807 bytes has only 0");
    }

    @Test
    void millionsOfPartsAreRefused() {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        for (int i = 0; i < 1_500_000; i++) {
            graph.writeBytes(new byte[] {0x6a, 0}); // a value_info without a name
        }
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        model.writeBytes(ModelFile.number(1, 8));
        model.writeBytes(ModelFile.bytes(7, graph.toByteArray()));

        assertThatThrownBy(() -> read(model.toByteArray()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("damaged: more than 1000000 parts");
    }

    @Test
    void circlesOfTypeChangesEnd() {
        ModelGraph graph =
                new ModelFile()
                        .node("Cast", List.of("b"), "a")
                        .node("Cast", List.of("a"), "b")
                        .node("Gather", List.of("a", "b"), "c")
                        .node("Slice", List.of("a", "b", "b", "b"), "d")
                        .toGraph();

        assertThat(graph.constant("a")).isEmpty();
        assertThat(AttentionSearch.sites(graph)).isEmpty();
        assertThat(TextLimits.of(graph).contextLength()).isEmpty();
    }
}
