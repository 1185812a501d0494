package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.onnx.AttentionSite.KeySource;
import dev.perron.onnx.AttentionSite.Readout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/// PP-OCR's models, which Paddle exported: convolutions, two layers of attention, a classifier.
class TextRecogniserTest {
    private static ModelGraph graph(String name) {
        try (InputStream in = TextRecogniserTest.class.getResourceAsStream("/models/" + name)) {
            return ModelReader.read(
                    name, ByteBuffer.wrap(Objects.requireNonNull(in, name).readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ch_PP-OCRv3_rec_infer.onnx", "ch_PP-OCRv4_rec_infer.onnx"})
    void itsAttentionIsFoundAndItsClassifierIsNot(String name) {
        ModelGraph graph = graph(name);
        List<AttentionSite> sites =
                AttentionSearch.sites(graph).stream().map(AttentionSearch.Found::site).toList();

        assertThat(graph.nodes()).filteredOn(node -> node.op().equals("Softmax")).hasSize(3);
        assertThat(sites)
                .hasSize(2)
                .allMatch(AttentionSite::direct)
                .allMatch(site -> site.keys() == KeySource.SAME_TOKENS)
                .allMatch(site -> site.heads().orElse(0) == 8);
        // The classifier's softmax is the model's output.
        assertThat(sites)
                .extracting(AttentionSite::readout)
                .doesNotContain(new Readout.Direct(graph.outputs().getFirst().name()));
    }

    @Test
    void aTextDetectorHasNoAttention() {
        assertThat(AttentionSearch.sites(graph("ch_PP-OCRv4_det_infer.onnx"))).isEmpty();
    }
}
