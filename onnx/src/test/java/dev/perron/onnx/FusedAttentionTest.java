package dev.perron.onnx;

import static dev.perron.onnx.FusedModels.MICROSOFT;
import static dev.perron.onnx.FusedModels.groupQuery;
import static dev.perron.onnx.FusedModels.multiHead;
import static dev.perron.onnx.FusedModels.onnx;
import static dev.perron.onnx.FusedModels.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.AttentionSite.Readout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Each fused op against its plain twin: the same chains within 1e-6.
class FusedAttentionTest {
    private static final int HEADS = TwinModels.HEADS;
    private static final int CHANNELS = TwinModels.CHANNELS;
    private static final int N = TwinModels.TOKENS;
    private static final long SEED = 42;

    @TempDir Path folder;

    private final TwinModels twins = new TwinModels(HEADS, SEED);
    private final TwinModels grouped = new TwinModels(2, SEED);

    private ModelFile plain(double scale, float[] mask) {
        return twins.plain(twins.projected(), scale, mask);
    }

    private ModelFile plainGrouped(double scale, float[] mask) {
        return grouped.plain(grouped.projected(), scale, mask);
    }

    private AttentionTensor attention(String name, ModelFile model) throws IOException {
        Path file = Files.write(folder.resolve(name), model.toBytes());
        try (OnnxModel opened = OnnxModel.open(file)) {
            return opened.attend(text(), List.of(0));
        }
    }

    private static TextInput text() {
        List<Integer> ids = List.of(3, 7, 3, 0, 11, 5);
        return new TextInput(
                ids,
                ids.stream().map(id -> 0).toList(),
                ids.stream().<Token>map(id -> new Token.Piece("t" + id)).toList(),
                ids.stream().map(id -> new TextInput.Span(0, 0)).toList());
    }

    private void assertTwins(ModelFile fused, ModelFile plain) throws IOException {
        assertSameChains(attention("fused.onnx", fused), attention("plain.onnx", plain));
    }

    private static void assertSameChains(AttentionTensor found, AttentionTensor expected) {
        assertThat(found.heads()).isEqualTo(expected.heads());
        for (AttentionHead head : expected.all()) {
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    assertThat(found.head(head.layer(), head.number()).attention(i, j))
                            .as("seed %d, %s, row %d, key %d", SEED, head.name(), i, j)
                            .isCloseTo(head.attention(i, j), within(1e-6));
                }
            }
        }
    }

    @Test
    void twinsThatDifferAreToldApart() {
        assertThatThrownBy(
                        () ->
                                assertTwins(
                                        plain(TwinModels.usualScale(), TwinModels.unmasked()),
                                        plain(TwinModels.usualScale(), TwinModels.causal())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 42, L0H0, row 0");
        assertThatThrownBy(
                        () ->
                                assertTwins(
                                        plain(TwinModels.usualScale(), TwinModels.unmasked()),
                                        plain(1.001, TwinModels.unmasked())))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void multiHeadAttention() throws IOException {
        assertTwins(
                multiHead(twins.projected(), List.of("q", "k", "v")),
                plain(TwinModels.usualScale(), TwinModels.unmasked()));
    }

    @Test
    void causalMultiHeadAttentionWithItsOwnScale() throws IOException {
        assertTwins(
                multiHead(
                        twins.projected(),
                        List.of("q", "k", "v"),
                        ModelFile.attribute("unidirectional", 1),
                        ModelFile.real("scale", 0.7f)),
                plain(0.7, TwinModels.causal()));
    }

    @Test
    void multiHeadAttentionWithBiasesAndAMask() throws IOException {
        float[] bias = twins.random("bias", 3 * HEADS * CHANNELS);
        float[] onScores = twins.random("onScores", N * N);
        int wide = HEADS * CHANNELS;
        ModelFile plain =
                twins.projected()
                        .floats("bq", Arrays.copyOfRange(bias, 0, wide), wide)
                        .floats("bk", Arrays.copyOfRange(bias, wide, 2 * wide), wide)
                        .node("Add", List.of("q", "bq"), "qb")
                        .node("Add", List.of("k", "bk"), "kb");

        assertTwins(
                multiHead(
                        twins.projected()
                                .input("attention_mask", 7, "batch", "sequence")
                                .node(
                                        "Cast",
                                        List.of("attention_mask"),
                                        "padding",
                                        ModelFile.attribute("to", 6))
                                .floats("bias", bias, 3L * wide)
                                .floats("onScores", onScores, 1, 1, N, N),
                        List.of("q", "k", "v", "bias", "padding", "onScores")),
                twins.plain(plain, List.of("qb", "kb"), TwinModels.usualScale(), onScores));
    }

    @Test
    void multiHeadAttentionAfterAnEmptyCache() throws IOException {
        ModelFile model =
                twins.projected()
                        .input("past_key_values.0.key", 1, "batch", "4", "past", "16")
                        .input("past_key_values.0.value", 1, "batch", "4", "past", "16");
        assertTwins(
                multiHead(
                        model,
                        List.of(
                                "q",
                                "k",
                                "v",
                                "",
                                "",
                                "",
                                "past_key_values.0.key",
                                "past_key_values.0.value")),
                plain(TwinModels.usualScale(), TwinModels.unmasked()));
    }

    @ParameterizedTest
    @ValueSource(longs = {23, 24})
    void attention(long opset) throws IOException {
        assertTwins(
                onnx(
                                twins.projected(),
                                List.of("q", "k", "v"),
                                ModelFile.attribute("q_num_heads", HEADS),
                                ModelFile.attribute("kv_num_heads", HEADS))
                        .opset(opset),
                plain(TwinModels.usualScale(), TwinModels.unmasked()));
    }

    @ParameterizedTest
    @ValueSource(longs = {23, 24})
    void causalAttentionOfGroupsWithItsOwnScaleAndAMask(long opset) throws IOException {
        float[] mask = grouped.random("onScores", N * N);
        float[] both = TwinModels.causal();
        for (int i = 0; i < both.length; i++) {
            both[i] += mask[i];
        }
        assertTwins(
                onnx(
                                grouped.projected().floats("onScores", mask, N, N),
                                List.of("q", "k", "v", "onScores"),
                                ModelFile.attribute("q_num_heads", HEADS),
                                ModelFile.attribute("kv_num_heads", 2),
                                ModelFile.attribute("is_causal", 1),
                                ModelFile.real("scale", 0.4f))
                        .opset(opset),
                plainGrouped(0.4f, both));
    }

    @Test
    void attentionWithAMaskOfTruthValuesAfterAnEmptyCache() throws IOException {
        byte[] seen = new byte[N * N];
        float[] mask = TwinModels.latest(3);
        IntStream.range(0, seen.length).forEach(i -> seen[i] = (byte) (mask[i] == 0 ? 1 : 0));
        assertTwins(
                onnx(
                        twins.projected()
                                .input("past_key", 1, "batch", "4", "past", "16")
                                .input("past_value", 1, "batch", "4", "past", "16")
                                .initializer("seen", 9, seen, N, N),
                        List.of("q", "k", "v", "seen", "past_key", "past_value"),
                        ModelFile.attribute("q_num_heads", HEADS),
                        ModelFile.attribute("kv_num_heads", HEADS)),
                plain(TwinModels.usualScale(), mask));
    }

    @Test
    void attentionOfHeadsThatAreAnAxis() throws IOException {
        ModelFile model = grouped.scores(grouped.projected(), List.of("q", "k"), 1);
        assertTwins(
                onnx(
                        model.node(
                                "Transpose",
                                List.of("k4"),
                                "keys",
                                ModelFile.attribute("perm", 0, 2, 1, 3)),
                        List.of("qh", "keys", "vh")),
                plainGrouped(TwinModels.usualScale(), TwinModels.unmasked()));
    }

    @Test
    void attentionThatTheModelAsksForAlready() throws IOException {
        ModelFile model =
                twins.projected()
                        .opset(23)
                        .node(
                                "",
                                "Attention",
                                List.of("q", "k", "v"),
                                List.of("y", "", "", "own"),
                                ModelFile.attribute("q_num_heads", HEADS),
                                ModelFile.attribute("kv_num_heads", HEADS),
                                ModelFile.attribute("qk_matmul_output_mode", 3))
                        .output("y", 1, "batch", "sequence", "width");
        assertThat(AttentionSearch.sites(model.toGraph()).getFirst().site().readout())
                .isEqualTo(new Readout.Direct("own"));
        assertTwins(model, plain(TwinModels.usualScale(), TwinModels.unmasked()));
    }

    @Test
    void groupQueryAttentionIsCausal() throws IOException {
        assertTwins(
                groupQuery(grouped.projected(), List.of("q", "k", "v", "", "", "lengths", "total")),
                plainGrouped(TwinModels.usualScale(), TwinModels.causal()));
    }

    @Test
    void groupQueryAttentionOfAWindowWithItsOwnScaleAfterAnEmptyCache() throws IOException {
        assertTwins(
                groupQuery(
                        grouped.projected()
                                .input("past_key_values.0.key", 1, "batch", "2", "past", "16")
                                .input("past_key_values.0.value", 1, "batch", "2", "past", "16"),
                        List.of(
                                "q",
                                "k",
                                "v",
                                "past_key_values.0.key",
                                "past_key_values.0.value",
                                "lengths",
                                "total"),
                        ModelFile.attribute("local_window_size", 3),
                        ModelFile.real("scale", 0.6f)),
                plainGrouped(0.6f, TwinModels.latest(3)));
    }

    @Test
    void groupQueryAttentionThatTurnsItsQueriesAndKeys() throws IOException {
        float[] angles = new float[N * CHANNELS / 2];
        for (int i = 0; i < angles.length; i++) {
            int token = i / (CHANNELS / 2);
            angles[i] = (float) (token / Math.pow(10, i % (CHANNELS / 2)));
        }
        float[] cos = new float[angles.length];
        float[] sin = new float[angles.length];
        for (int i = 0; i < angles.length; i++) {
            cos[i] = (float) Math.cos(angles[i]);
            sin[i] = (float) Math.sin(angles[i]);
        }
        int half = CHANNELS / 2;
        ModelFile plain =
                grouped.projected()
                        .floats("cos", cos, N, half)
                        .floats("sin", sin, N, half)
                        .integers("start", 0)
                        .node(
                                MICROSOFT,
                                "RotaryEmbedding",
                                List.of("q", "start", "cos", "sin"),
                                "qb",
                                ModelFile.attribute("num_heads", HEADS))
                        .node(
                                MICROSOFT,
                                "RotaryEmbedding",
                                List.of("k", "start", "cos", "sin"),
                                "kb",
                                ModelFile.attribute("num_heads", 2));

        assertTwins(
                groupQuery(
                        grouped.projected().floats("cos", cos, N, half).floats("sin", sin, N, half),
                        List.of("q", "k", "v", "", "", "lengths", "total", "cos", "sin"),
                        ModelFile.attribute("do_rotary", 1)),
                grouped.plain(
                        plain, List.of("qb", "kb"), TwinModels.usualScale(), TwinModels.causal()));
    }

    @Test
    void attentionFromPackedWeights() throws IOException {
        assertTwins(
                packed(
                        twins.packed()
                                .floats(
                                        "b",
                                        new float[3 * HEADS * CHANNELS],
                                        3L * HEADS * CHANNELS),
                        List.of("x", "w", "b")),
                plain(TwinModels.usualScale(), TwinModels.unmasked()));
    }

    @Test
    void causalAttentionFromPackedWeightsWithABiasAMaskAndItsOwnScale() throws IOException {
        float[] bias = twins.random("bias", 3 * HEADS * CHANNELS);
        int wide = HEADS * CHANNELS;
        ModelFile plain =
                twins.projected()
                        .floats("bq", Arrays.copyOfRange(bias, 0, wide), wide)
                        .floats("bk", Arrays.copyOfRange(bias, wide, 2 * wide), wide)
                        .node("Add", List.of("q", "bq"), "qb")
                        .node("Add", List.of("k", "bk"), "kb");

        assertTwins(
                packed(
                        twins.packed()
                                .floats("b", bias, 3L * wide)
                                .input("attention_mask", 6, "batch", "sequence"),
                        List.of("x", "w", "b", "attention_mask"),
                        ModelFile.attribute("qkv_hidden_sizes", wide, wide, wide),
                        ModelFile.attribute("unidirectional", 1),
                        ModelFile.real("scale", 0.5f)),
                twins.plain(plain, List.of("qb", "kb"), 0.5, TwinModels.causal()));
    }

    @Test
    void attentionFromPackedWeightsAfterAnEmptyCache() throws IOException {
        assertTwins(
                packed(
                        twins.packed()
                                .floats("b", new float[3 * HEADS * CHANNELS], 3L * HEADS * CHANNELS)
                                .input("past_0", 1, "2", "batch", "4", "past", "16"),
                        List.of("x", "w", "b", "", "past_0"),
                        ModelFile.attribute("unidirectional", 1)),
                plain(TwinModels.usualScale(), TwinModels.causal()));
    }

    @Test
    void halfPrecisionIsConverted() throws IOException {
        ModelFile model = twins.projected();
        for (String name : List.of("q", "k", "v")) {
            model.node("Cast", List.of(name), name + "16", ModelFile.attribute("to", 10));
        }
        model.node(
                        MICROSOFT,
                        "MultiHeadAttention",
                        List.of("q16", "k16", "v16"),
                        "y",
                        ModelFile.attribute("num_heads", HEADS))
                .output("y", 10, "batch", "sequence", "width");

        assertThat(attention("half.onnx", model).worstRow()).isBetween(1e-6, 4e-3);
    }

    @Test
    void layersAreTheSameOneByOneAndTogether() throws IOException {
        ModelFile model =
                multiHead(twins.projected(), List.of("q", "k", "v"))
                        .node(
                                MICROSOFT,
                                "MultiHeadAttention",
                                List.of("k", "q", "v"),
                                "z",
                                ModelFile.attribute("num_heads", HEADS))
                        .output("z", 1, "batch", "sequence", "width");
        Path file = Files.write(folder.resolve("two.onnx"), model.toBytes());
        try (OnnxModel opened = OnnxModel.open(file)) {
            AttentionTensor both = opened.attend(text(), List.of(0, 1));
            for (int layer : both.layers()) {
                AttentionTensor alone = opened.attend(text(), List.of(layer));
                for (AttentionHead head : alone.all()) {
                    assertThat(head.toArray()).isEqualTo(both.head(layer, head.number()).toArray());
                }
            }
        }
    }
}
