package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.attention.model.TextWindow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Several texts in one run, and one text in several.
class SeveralTextsTest {
    private static final List<Integer> LENGTHS = List.of(9, 3, 12, 10, 3, 11, 1);

    @TempDir private Path folder;

    /// Of ids that go on from `first`.
    private static TextInput text(int first, int n) {
        List<Integer> ids = IntStream.range(first, first + n).map(i -> i * 5 % 12).boxed().toList();
        return new TextInput(
                ids,
                ids.stream().map(_ -> 0).toList(),
                ids.stream().<Token>map(id -> new Token.Piece("t" + id)).toList(),
                ids.stream().map(_ -> new TextInput.Span(0, 0)).toList());
    }

    private static List<TextInput> texts() {
        return IntStream.range(0, LENGTHS.size()).mapToObj(t -> text(t, LENGTHS.get(t))).toList();
    }

    /// A layer of four heads; with a mask, what it is 0 for has a score of about -1e9.
    private static ModelFile model(boolean masked) {
        TwinModels twins = new TwinModels(TwinModels.HEADS, 7);
        ModelFile scores = twins.scores(twins.projected(), List.of("q", "k"), .5);
        if (masked) {
            scores.input("attention_mask", 7, "batch", "sequence")
                    .integers("axes", 1, 2)
                    .floats("one", new float[] {1}, 1)
                    .floats("far", new float[] {1e9f}, 1)
                    .node("Cast", List.of("attention_mask"), "m", ModelFile.attribute("to", 1))
                    .node("Unsqueeze", List.of("m", "axes"), "m4")
                    .node("Sub", List.of("m4", "one"), "m5")
                    .node("Mul", List.of("m5", "far"), "m6")
                    .node("Add", List.of("scaled", "m6"), "masked");
        }
        return scores.node(
                        "Softmax",
                        List.of(masked ? "masked" : "scaled"),
                        "a",
                        ModelFile.attribute("axis", -1))
                .node("MatMul", List.of("a", "vPerHead"), "y")
                .output("y", 1, "batch", "heads", "sequence", "channels");
    }

    private OnnxModel open(ModelFile model) throws IOException {
        return OnnxModel.open(Files.write(folder.resolve("m.onnx"), model.toBytes()));
    }

    private static Map<Integer, AttentionTensor> all(OnnxModel model) {
        Map<Integer, AttentionTensor> found = new TreeMap<>();
        model.attendEach(
                texts(),
                List.of(0),
                (attention, text) -> assertThat(found.put(text, attention)).isNull());
        return found;
    }

    private static void assertAsAlone(OnnxModel model) {
        Map<Integer, AttentionTensor> found = all(model);
        assertThat(found).hasSize(LENGTHS.size());
        for (int t = 0; t < LENGTHS.size(); t++) {
            AttentionTensor beside = Objects.requireNonNull(found.get(t));
            AttentionTensor alone = model.attend(texts().get(t), List.of(0));
            for (AttentionHead head : alone.all()) {
                assertThat(beside.tokens()).isEqualTo(alone.tokens());
                assertThat(beside.head(0, head.number()).toArray())
                        .as("text %d %s", t, head.name())
                        .containsExactly(head.toArray(), within(1e-6f));
            }
        }
    }

    @Test
    void textsThatRunTogetherHaveTheAttentionThatTheyHaveAlone() throws IOException {
        try (OnnxModel model = open(model(true))) {
            assertThat(model.together()).isTrue();
            assertAsAlone(model);
            assertThat(model.together()).as("nothing went wrong").isTrue();
        }
    }

    @Test
    void withoutAMaskOnlyTextsOfOneLengthRunTogether() throws IOException {
        ModelGraph graph = model(false).toGraph();
        assertThat(TextGroups.of(graph).of(texts(), 4))
                .containsExactly(
                        List.of(6), List.of(1, 4), List.of(0), List.of(3), List.of(5), List.of(2));
        assertThat(TextGroups.of(model(true).toGraph()).of(texts(), 4))
                .containsExactly(List.of(6), List.of(1, 4), List.of(0, 2, 3, 5));
        try (OnnxModel model = open(model(false))) {
            assertAsAlone(model);
        }
    }

    @Test
    void aMaskThatIsNotHeededIsSeenAndTextsRunAlone() throws IOException {
        ModelFile unheeded = model(false).input("attention_mask", 7, "batch", "sequence");
        try (OnnxModel model = open(unheeded)) {
            assertThat(model.together()).isTrue();
            assertAsAlone(model);
            assertThat(model.together()).isFalse();
        }
    }

    @Test
    void aModelThatCouplesTextsRunsThemAlone() {
        ModelFile quantised =
                model(true)
                        .node("", "DynamicQuantizeLinear", List.of("x"), List.of("xq", "xs", "xz"));
        assertThat(TextGroups.of(quantised.toGraph())).isEqualTo(TextGroups.NONE);
        ModelFile one =
                new ModelFile()
                        .input("input_ids", 7, "1", "sequence")
                        .node("Identity", List.of("input_ids"), "y");
        assertThat(TextGroups.of(one.toGraph()).several()).isFalse();
        try (OnnxModel embedded = OnnxModel.embedded()) {
            assertThat(embedded.together()).as("it is quantised").isFalse();
        }
    }

    @Test
    void aTextThatDoesNotFitIsRefusedBeforeAnyRun() throws IOException {
        List<TextInput> texts = new ArrayList<>(texts());
        TextInput wrong = texts.getFirst();
        texts.add(
                new TextInput(
                        wrong.ids().stream().map(id -> id + 100).toList(),
                        wrong.typeIds(),
                        wrong.tokens(),
                        wrong.spans()));
        try (OnnxModel model = open(model(true))) {
            assertThatThrownBy(
                            () ->
                                    model.attendEach(
                                            texts,
                                            List.of(0),
                                            (_, _) -> {
                                                throw new AssertionError("ran");
                                            }))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("has id 1");
        }
    }

    /// `[CLS] 0 1 … n-1 [SEP]`.
    private static TextInput between(int n) {
        List<Token> tokens = new ArrayList<>(List.of(new Token.Special("[CLS]")));
        IntStream.range(0, n).forEach(i -> tokens.add(new Token.Piece("" + i)));
        tokens.add(new Token.Special("[SEP]"));
        List<Integer> zeros = tokens.stream().map(_ -> 0).toList();
        return new TextInput(
                zeros, zeros, tokens, zeros.stream().map(_ -> new TextInput.Span(0, 0)).toList());
    }

    private static List<String> labels(TextWindow window) {
        return window.tokens().tokens().stream().map(Token::label).toList();
    }

    @Test
    void windowsGoOverTheWholeTextWithTheSpecialTokensAroundEach() {
        List<TextWindow> windows = between(7).windows(5, 3);
        assertThat(windows).extracting(TextWindow::number).containsExactly(0, 1, 2);
        assertThat(windows).extracting(TextWindow::start).containsExactly(0, 3, 6);
        assertThat(windows)
                .extracting(SeveralTextsTest::labels)
                .containsExactly(
                        List.of("[CLS]", "0", "1", "2", "[SEP]"),
                        List.of("[CLS]", "3", "4", "5", "[SEP]"),
                        List.of("[CLS]", "6", "[SEP]"));
        assertThat(between(7).windows(5, 2)).extracting(TextWindow::start).containsExactly(0, 2, 4);
        assertThat(between(7).windows(9, 1)).as("one is enough").hasSize(1);
        assertThat(between(7).windows(100, 98).getFirst().tokens()).isEqualTo(between(7));
    }

    @Test
    void windowsThatLeaveTokensOutOrHaveNoRoomAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> between(7).windows(5, 4))
                .withMessage(
                        "parts 4 tokens apart, must be from 1 to 3, what a part has of the text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> between(7).windows(2, 1))
                .withMessage("room for 2 tokens, must be at least 3: 2 are special");
        assertThatIllegalArgumentException().isThrownBy(() -> between(7).windows(5, 0));
    }
}
