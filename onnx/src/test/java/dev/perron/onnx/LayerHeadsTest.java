package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.RectangularHead;
import dev.perron.attention.Token;
import dev.perron.attention.TwoStepChain;
import dev.perron.attention.model.HeadForm;
import dev.perron.attention.model.LayerHeads;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.AttentionSite.KeySource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Heads from Q and K against the rows that the ops give, and heads that aren't square.
class LayerHeadsTest {
    private static final int HEADS = TwinModels.HEADS;
    private static final int CHANNELS = TwinModels.CHANNELS;

    /// Enough that Q and K take less memory than rows.
    private static final int LONG = 80;

    @TempDir Path folder;

    private final TwinModels twins = new TwinModels(HEADS, 43);
    private final TwinModels grouped = new TwinModels(2, 43);

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

    private void assertSameRowsFromQueriesAndKeys(ModelFile model) throws IOException {
        try (OnnxModel opened = open(model)) {
            AttentionTensor expected = opened.attend(text(LONG), List.of(0));
            List<QueryKeyHead> heads =
                    switch (opened.heads(text(LONG), 0, HeadForm.SMALLER)) {
                        case LayerHeads.QueriesAndKeys(var found) -> found;
                        case LayerHeads.Rows _ -> List.of();
                    };
            assertThat(heads).hasSize(HEADS);
            double[] row = new double[LONG];
            double[] wanted = new double[LONG];
            for (int h = 0; h < HEADS; h++) {
                for (int i = 0; i < LONG; i++) {
                    heads.get(h).row(i, row);
                    expected.head(0, h).row(i, wanted);
                    assertThat(row).as("H%d row %d", h, i).containsExactly(wanted, within(1e-6));
                }
            }
            assertThat(opened.heads(text(6), 0, HeadForm.SMALLER))
                    .isInstanceOf(LayerHeads.Rows.class);
        }
    }

    @Test
    void multiHeadAttentionWithABias() throws IOException {
        int wide = HEADS * CHANNELS;
        assertSameRowsFromQueriesAndKeys(
                FusedModels.multiHead(
                        twins.projected().floats("bias", twins.random("bias", 3 * wide), 3L * wide),
                        List.of("q", "k", "v", "bias"),
                        ModelFile.attribute("unidirectional", 1),
                        ModelFile.real("scale", 0.8f)));
    }

    @Test
    void attentionOfGroups() throws IOException {
        assertSameRowsFromQueriesAndKeys(
                FusedModels.onnx(
                        grouped.projected(),
                        List.of("q", "k", "v"),
                        ModelFile.attribute("q_num_heads", HEADS),
                        ModelFile.attribute("kv_num_heads", 2),
                        ModelFile.attribute("is_causal", 1)));
    }

    @Test
    void attentionOfHeadsThatAreAnAxis() throws IOException {
        assertSameRowsFromQueriesAndKeys(
                FusedModels.onnx(
                        grouped.scores(grouped.projected(), List.of("q", "k"), 1)
                                .node(
                                        "Transpose",
                                        List.of("k4"),
                                        "keys",
                                        ModelFile.attribute("perm", 0, 2, 1, 3)),
                        List.of("qh", "keys", "vh")));
    }

    @Test
    void groupQueryAttentionThatTurnsItsQueriesAndKeysAfterAnEmptyCache() throws IOException {
        int half = CHANNELS / 2;
        float[] cos = new float[LONG * half];
        float[] sin = new float[LONG * half];
        for (int i = 0; i < cos.length; i++) {
            int token = i / half;
            double angle = token / Math.pow(10, i % half);
            cos[i] = (float) Math.cos(angle);
            sin[i] = (float) Math.sin(angle);
        }
        ModelFile model =
                FusedModels.groupQuery(
                        grouped.projected()
                                .floats("cos", cos, LONG, half)
                                .floats("sin", sin, LONG, half)
                                .input("past.key", 1, "batch", "2", "past", "16")
                                .input("past.value", 1, "batch", "2", "past", "16"),
                        List.of(
                                "q",
                                "k",
                                "v",
                                "past.key",
                                "past.value",
                                "lengths",
                                "total",
                                "cos",
                                "sin"),
                        ModelFile.attribute("do_rotary", 1));

        assertSameRowsFromQueriesAndKeys(model);
        try (OnnxModel opened = open(model)) {
            assertThatThrownBy(() -> opened.attend(text(LONG + 1), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("a text of 81 tokens; expected at most 80");
        }
    }

    @Test
    void groupQueryAttentionOfTheLatestKeys() throws IOException {
        assertSameRowsFromQueriesAndKeys(
                FusedModels.groupQuery(
                        grouped.projected(),
                        List.of("q", "k", "v", "", "", "lengths", "total"),
                        ModelFile.attribute("local_window_size", 5)));
    }

    @Test
    void theFormIsTheOneThatIsAskedFor() throws IOException {
        ModelFile model = FusedModels.multiHead(twins.projected(), List.of("q", "k", "v"));
        try (OnnxModel opened = open(model)) {
            assertThat(opened.heads(text(6), 0, HeadForm.QUERIES_AND_KEYS))
                    .isInstanceOf(LayerHeads.QueriesAndKeys.class);
            assertThat(opened.heads(text(LONG), 0, HeadForm.ROWS))
                    .isInstanceOf(LayerHeads.Rows.class);
        }
    }

    @Test
    void attentionFromPackedWeights() throws IOException {
        int wide = HEADS * CHANNELS;
        assertSameRowsFromQueriesAndKeys(
                FusedModels.packed(
                        twins.packed().floats("b", twins.random("bias", 3 * wide), 3L * wide),
                        List.of("x", "w", "b")));
    }

    @Test
    void rowsAreKeptWhereNoOpHasQueriesAndKeys() throws IOException {
        ModelFile plain = twins.plain(twins.projected(), 1, TwinModels.unmasked());
        try (OnnxModel opened = open(plain)) {
            assertThat(opened.heads(text(TwinModels.TOKENS), 0, HeadForm.SMALLER))
                    .isInstanceOf(LayerHeads.Rows.class);
        }
        try (OnnxModel opened = open(plain)) {
            assertThatThrownBy(
                            () ->
                                    opened.heads(
                                            text(TwinModels.TOKENS), 0, HeadForm.QUERIES_AND_KEYS))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("Softmax, whose Q and K can't be had")
                    .hasMessageContaining("take its rows");
        }
    }

    /// Queries on keys of other tokens: those of a second input.
    private ModelFile cross() {
        return twins.projected()
                .input("token_type_ids", 7, "batch", "sequence")
                .node("Gather", List.of("table", "token_type_ids"), "other")
                .node("Tile", List.of("other", "copies"), "longer")
                .integers("copies", 1, 2, 1)
                .node("MatMul", List.of("longer", "wk"), "k2")
                .node("MatMul", List.of("longer", "wv"), "v2");
    }

    @Test
    void crossAttentionIsNamedAndNeverTakenForSquare() throws IOException {
        ModelFile model = FusedModels.multiHead(cross(), List.of("q", "k2", "v2"));
        try (OnnxModel opened = open(model)) {
            assertThat(opened.description().sites())
                    .extracting(AttentionSite::keys)
                    .containsExactly(KeySource.OTHER_SEQUENCE);
            assertThatThrownBy(() -> opened.attend(text(6), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("6 queries attend to 12 keys, of another sequence");
            assertThatThrownBy(() -> opened.heads(text(6), 0, HeadForm.SMALLER))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("6 queries attend to 12 keys, of another sequence");

            List<RectangularHead> heads = opened.rectangularHeads(text(6), 0);
            assertThat(heads).hasSize(HEADS);
            assertThat(heads.get(1).name()).isEqualTo("L0H1");
            assertThat(heads.getFirst().queries()).isEqualTo(6);
            assertThat(heads.getFirst().keys()).isEqualTo(12);
            assertThat(TwoStepChain.onQueries(heads.getFirst()).chain().states()).isEqualTo(6);
            assertThat(TwoStepChain.onKeys(heads.getFirst()).members()).hasSize(12);
        }
    }

    @Test
    void keysThatOnlyTakeALengthFromAnotherInputAreOfTheSameTokens() {
        ModelFile model =
                FusedModels.multiHead(
                        twins.projected()
                                .input("attention_mask", 7, "batch", "sequence")
                                .integers("axis", 2)
                                .node("Unsqueeze", List.of("attention_mask", "axis"), "thin")
                                .node("Shape", List.of("thin"), "lengths")
                                .node("Expand", List.of("k", "lengths"), "k2"),
                        List.of("q", "k2", "v"));

        assertThat(AttentionSearch.sites(model.toGraph()))
                .extracting(found -> found.site().keys())
                .containsExactly(KeySource.SAME_TOKENS);
    }

    @Test
    void aCacheIsNamed() throws IOException {
        ModelFile model =
                new TwinModels(HEADS, 43)
                        .scores(twins.projected(), List.of("q", "k"), 1)
                        .input("past.0.key", 1, "batch", "4", "16", "past")
                        .node(
                                "Concat",
                                List.of("past.0.key", "kPerHead"),
                                "longer",
                                ModelFile.attribute("axis", 3))
                        .node("MatMul", List.of("qh", "longer"), "toAll")
                        .node("Softmax", List.of("toAll"), "a")
                        .node("MatMul", List.of("a", "vh"), "y")
                        .output("y", 1, "batch", "heads", "sequence", "channels");

        assertThat(AttentionSearch.sites(model.toGraph()))
                .extracting(found -> found.site().keys())
                .containsExactly(KeySource.CACHE);
    }
}
