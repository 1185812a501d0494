package dev.perron.onnx;

import static dev.perron.onnx.FusedModels.MICROSOFT;
import static dev.perron.onnx.FusedModels.groupQuery;
import static dev.perron.onnx.FusedModels.multiHead;
import static dev.perron.onnx.FusedModels.onnx;
import static dev.perron.onnx.FusedModels.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.AttentionSite.KeySource;
import dev.perron.onnx.AttentionSite.Readout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// How attention comes out of fused ops, seen in the graph, and which are refused by name.
class FusedSitesTest {
    private static final int HEADS = TwinModels.HEADS;
    private static final long SEED = 42;

    @TempDir Path folder;

    private final TwinModels twins = new TwinModels(HEADS, SEED);
    private final TwinModels grouped = new TwinModels(2, SEED);

    private static TextInput text() {
        List<Integer> ids = List.of(3, 7, 3, 0, 11, 5);
        return new TextInput(
                ids,
                ids.stream().map(id -> 0).toList(),
                ids.stream().<Token>map(id -> new Token.Piece("t" + id)).toList(),
                ids.stream().map(id -> new TextInput.Span(0, 0)).toList());
    }

    private static AttentionSite site(ModelFile model) {
        return AttentionSearch.sites(model.toGraph()).getFirst().site();
    }

    @Test
    void sitesSayHowAttentionComesOut() {
        assertThat(site(multiHead(twins.projected(), List.of("q", "k", "v"))))
                .isEqualTo(
                        new AttentionSite(
                                0,
                                "com.microsoft.MultiHeadAttention",
                                "node y",
                                OptionalInt.of(HEADS),
                                KeySource.SAME_TOKENS,
                                new Readout.Scores("qk")));
        assertThat(site(onnx(twins.projected(), List.of("q", "k", "v"))))
                .extracting(AttentionSite::op, AttentionSite::readout)
                .containsExactly("Attention", new Readout.OwnOutput("qk_matmul_output"));
        assertThat(site(groupQuery(grouped.projected(), List.of("q", "k", "v"))).readout())
                .isEqualTo(new Readout.OwnOutput("output_qk"));
        AttentionSite packed = site(packed(twins.packed(), List.of("x", "w")));
        assertThat(packed.readout()).isInstanceOf(Readout.QueriesAndKeys.class);
        assertThat(packed.direct()).isFalse();
        assertThat(packed.readable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"22", "25", "99"})
    void anAttentionOfAnotherOpsetIsRefusedByName(long opset) throws IOException {
        assertRefused(
                onnx(twins.projected(), List.of("q", "k", "v")).opset(opset),
                "the fused op Attention of opset %d is not known, only of 23 and 24"
                        .formatted(opset));
    }

    @Test
    void aMicrosoftOpOfAnotherVersionIsRefusedByName() throws IOException {
        assertRefused(
                multiHead(twins.projected(), List.of("q", "k", "v")).microsoftOpset(2),
                "com.microsoft.MultiHeadAttention of opset 2 is not known, only of 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PackedMultiHeadAttention",
                "DecoderMaskedMultiHeadAttention",
                "LinearAttention"
            })
    void anOpThatIsNotKnownIsRefusedByName(String op) throws IOException {
        assertRefused(
                twins.projected()
                        .node(MICROSOFT, op, List.of("q", "k", "v"), "y")
                        .output("y", 1, "batch", "sequence", "width"),
                "the fused op com.microsoft." + op + " is not known");
    }

    @Test
    void whatNoOutputCanGiveIsRefusedWithTheReason() throws IOException {
        assertRefused(
                groupQuery(
                        grouped.projected(),
                        List.of("q", "k", "v", "", "", "lengths", "total"),
                        ModelFile.attribute("smooth_softmax", 1)),
                "its rows sum to less than 1");
        assertRefused(multiHead(twins.projected(), List.of("q")), "packed in one tensor");
        assertRefused(
                packed(twins.packed(), List.of("x", "w"), ModelFile.attribute("do_rotary", 1)),
                "do_rotary");
    }

    private void assertRefused(ModelFile model, String why) throws IOException {
        Path file = Files.write(folder.resolve("m.onnx"), model.toBytes());
        try (OnnxModel opened = OnnxModel.open(file)) {
            assertThat(opened.description().sites().getFirst().readable()).isFalse();
            assertThatThrownBy(() -> opened.attend(text(), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith(file + " layer 0: ")
                    .hasMessageContaining(why)
                    .message()
                    .doesNotContain("\n");
        }
    }
}
