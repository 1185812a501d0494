package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.Token;
import dev.perron.attention.model.HeadForm;
import dev.perron.attention.model.LayerHeads;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Heads from Q and K with a bias or a mask that fused ops add to their scores, against the rows
/// that the ops give.
class BiasedLayerHeadsTest {
    private static final int HEADS = TwinModels.HEADS;
    private static final int CHANNELS = TwinModels.CHANNELS;
    private static final int N = 70;
    private static final long SEED = 44;

    @TempDir Path folder;

    private final TwinModels twins = new TwinModels(HEADS, SEED);
    private final TwinModels grouped = new TwinModels(2, SEED);

    private static TextInput text(int n) {
        List<Integer> ids = IntStream.range(0, n).map(i -> i * 7 % 12).boxed().toList();
        return new TextInput(
                ids,
                ids.stream().map(id -> 0).toList(),
                ids.stream().<Token>map(id -> new Token.Piece("t" + id)).toList(),
                ids.stream().map(id -> new TextInput.Span(0, 0)).toList());
    }

    private OnnxModel open(ModelFile model) throws IOException {
        return OnnxModel.open(Files.write(folder.resolve("m.onnx"), model.toBytes()));
    }

    private List<QueryKeyHead> assertSameRows(ModelFile model, HeadForm form) throws IOException {
        try (OnnxModel opened = open(model)) {
            AttentionTensor expected = opened.attend(text(N), List.of(0));
            List<QueryKeyHead> heads =
                    switch (opened.heads(text(N), 0, form)) {
                        case LayerHeads.QueriesAndKeys(var found) -> found;
                        case LayerHeads.Rows _ -> List.of();
                    };
            assertThat(heads).hasSize(HEADS);
            double[] row = new double[N];
            double[] wanted = new double[N];
            for (int h = 0; h < HEADS; h++) {
                for (int i = 0; i < N; i++) {
                    heads.get(h).row(i, row);
                    expected.head(0, h).row(i, wanted);
                    assertThat(row)
                            .as("seed %d, H%d, row %d", SEED, h, i)
                            .containsExactly(wanted, within(1e-6));
                }
            }
            return heads;
        }
    }

    private float[] onScores(int count) {
        float[] values = twins.random("onScores", count);
        for (int x = 0; x < count; x++) {
            values[x] *= 5;
        }
        return values;
    }

    /// An int32 constant.
    private static ModelFile whole(ModelFile model, String name, int[] values, long... dims) {
        ByteBuffer raw =
                ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            raw.putInt(value);
        }
        return model.initializer(name, 6, raw.array(), dims);
    }

    /// The last ten keys are no tokens.
    private static int[] padded() {
        return IntStream.range(0, N).map(i -> i < N - 10 ? 1 : 0).toArray();
    }

    @Test
    void aBiasThatAllHeadsShareTakesLessMemoryThanRows() throws IOException {
        assertSameRows(
                FusedModels.multiHead(
                        twins.projected().floats("onScores", onScores(N * N), 1, 1, N, N),
                        List.of("q", "k", "v", "", "", "onScores")),
                HeadForm.SMALLER);
    }

    @Test
    void aBiasOfEachHeadDoesNot() throws IOException {
        ModelFile model =
                FusedModels.multiHead(
                        twins.projected()
                                .floats("onScores", onScores(HEADS * N * N), 1, HEADS, N, N),
                        List.of("q", "k", "v", "", "", "onScores"));
        assertSameRows(model, HeadForm.QUERIES_AND_KEYS);
        try (OnnxModel opened = open(model)) {
            assertThat(opened.heads(text(N), 0, HeadForm.SMALLER))
                    .isInstanceOf(LayerHeads.Rows.class);
        }
    }

    @Test
    void multiHeadAttentionWithBiasesAndPadding() throws IOException {
        int wide = HEADS * CHANNELS;
        assertSameRows(
                FusedModels.multiHead(
                        whole(
                                twins.projected()
                                        .floats("bias", twins.random("bias", 3 * wide), 3L * wide)
                                        .floats("onScores", onScores(N * N), 1, 1, N, N),
                                "padding",
                                padded(),
                                1,
                                N),
                        List.of("q", "k", "v", "bias", "padding", "onScores"),
                        ModelFile.attribute("unidirectional", 1)),
                HeadForm.QUERIES_AND_KEYS);
    }

    @Test
    void aMaskThatMasksNothingAddsNothing() throws IOException {
        ModelFile model =
                FusedModels.packed(
                        twins.packed()
                                .floats("b", new float[3 * HEADS * CHANNELS], 3L * HEADS * CHANNELS)
                                .input("attention_mask", 6, "batch", "sequence"),
                        List.of("x", "w", "b", "attention_mask"));
        List<QueryKeyHead> heads = assertSameRows(model, HeadForm.SMALLER);
        assertThat(heads.getFirst().scoring().added()).isEmpty();
    }

    @Test
    void paddingByLengthAndABiasOnScoresFromPackedWeights() throws IOException {
        assertSameRows(
                FusedModels.packed(
                        whole(
                                twins.packed()
                                        .floats(
                                                "b",
                                                new float[3 * HEADS * CHANNELS],
                                                3L * HEADS * CHANNELS)
                                        .floats("onScores", onScores(N * N), 1, 1, N, N),
                                "length",
                                new int[] {N - 7},
                                1),
                        List.of("x", "w", "b", "length", "", "onScores"),
                        ModelFile.real("mask_filter_value", -50)),
                HeadForm.QUERIES_AND_KEYS);
    }

    @Test
    void attentionOfGroupsWithAMaskOnScores() throws IOException {
        assertSameRows(
                FusedModels.onnx(
                        grouped.projected().floats("onScores", onScores(N * N), N, N),
                        List.of("q", "k", "v", "onScores"),
                        ModelFile.attribute("q_num_heads", HEADS),
                        ModelFile.attribute("kv_num_heads", 2),
                        ModelFile.attribute("is_causal", 1)),
                HeadForm.SMALLER);
    }

    @Test
    void aMaskOfTruthValuesIsACausalHeadWhereItIsOne() throws IOException {
        byte[] seen = new byte[N * N];
        for (int x = 0; x < seen.length; x++) {
            seen[x] = (byte) (x % N <= x / N ? 1 : 0);
        }
        List<QueryKeyHead> heads =
                assertSameRows(
                        FusedModels.onnx(
                                twins.projected().initializer("seen", 9, seen, N, N),
                                List.of("q", "k", "v", "seen"),
                                ModelFile.attribute("q_num_heads", HEADS),
                                ModelFile.attribute("kv_num_heads", HEADS)),
                        HeadForm.SMALLER);
        assertThat(heads).allMatch(QueryKeyHead::lowerTriangular);
    }

    @Test
    void groupQueryAttentionOfAWindowWithABiasOnScores() throws IOException {
        assertSameRows(
                FusedModels.groupQuery(
                        grouped.projected().floats("onScores", onScores(N * N), 1, 1, N, N),
                        List.of("q", "k", "v", "", "", "lengths", "total", "", "", "", "onScores"),
                        ModelFile.attribute("local_window_size", 9)),
                HeadForm.QUERIES_AND_KEYS);
    }

    @Test
    void aCapOnScoresIsInTheWay() throws IOException {
        ModelFile model =
                FusedModels.onnx(
                        twins.projected(),
                        List.of("q", "k", "v"),
                        ModelFile.attribute("q_num_heads", HEADS),
                        ModelFile.attribute("kv_num_heads", HEADS),
                        ModelFile.real("softcap", 3));
        try (OnnxModel opened = open(model)) {
            assertThat(opened.heads(text(N), 0, HeadForm.SMALLER))
                    .isInstanceOf(LayerHeads.Rows.class);
            assertThatThrownBy(() -> opened.heads(text(N), 0, HeadForm.QUERIES_AND_KEYS))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("Attention, whose Q and K can't be had")
                    .hasMessageContaining("take its rows");
        }
    }
}
