package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

class OnnxModelTest {
    private static final String FOX = "The quick brown fox jumps over the lazy dog";

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

    @Test
    void theEncoderAttendsInSixLayersOfTwelveHeads() {
        try (OnnxModel model = OnnxModel.embedded();
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            AttentionTensor attention =
                    model.attend(tokenizer.encode(FOX), List.of(0, 1, 2, 3, 4, 5));

            assertThat(attention.all()).hasSize(72);
            assertThat(attention.heads()).isEqualTo(12);
            assertThat(attention.tokens()).hasSize(11).startsWith(new Token.Special("[CLS]"));
            assertThat(attention.causal()).isFalse();
            assertThat(attention.worstRow()).isLessThan(1e-6);
        }
    }

    @Test
    void layersAreTheSameOneByOneAndTogetherAndTwice() {
        try (OnnxModel model = OnnxModel.embedded();
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            TextInput text = tokenizer.encode(FOX);
            AttentionTensor together = model.attend(text, List.of(0, 2, 5));
            for (int layer : together.layers()) {
                AttentionTensor alone = model.attend(text, List.of(layer));
                for (AttentionHead head : alone.all()) {
                    assertThat(head.toArray())
                            .as(head.name())
                            .isEqualTo(together.head(layer, head.number()).toArray());
                }
            }
            assertThat(model.attend(text, List.of(0, 2, 5)).head(5, 3).toArray())
                    .isEqualTo(together.head(5, 3).toArray());
        }
    }

    @Test
    void aLongTextFillsTheContext() {
        try (OnnxModel model = OnnxModel.embedded();
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            TextInput text = tokenizer.encode("fox ".repeat(600));

            assertThat(text.size()).isEqualTo(602);
            assertThat(model.attend(text.truncatedTo(512), List.of(0)).tokens())
                    .hasSize(512)
                    .endsWith(new Token.Special("[SEP]"));
            assertThatThrownBy(() -> model.attend(text, List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessage(
                            "all-MiniLM-L6-v2 (embedded, int8 weights): a text of 602 tokens;"
                                    + " expected at most 512, the model's context length;"
                                    + " shorten the text, or ask for it to be truncated");
        }
    }

    @Test
    void aCausalModelSeesOnlyThePast() {
        Path tokenizerFile = SharedModels.file("stories260k.tokenizer.json");
        try (OnnxModel model = OnnxModel.open(SharedModels.file("stories260k.onnx"));
                TextTokenizer tokenizer = TextTokenizer.open(tokenizerFile)) {
            TextInput text = tokenizer.encode("Once upon a time, there was a little girl.");
            AttentionTensor attention = model.attend(text, List.of(0, 1, 2, 3, 4));

            assertThat(attention.all()).hasSize(40);
            assertThat(attention.causal()).isTrue();
            assertThat(attention.head(2, 3).attention(0, 0)).isEqualTo(1);
            assertThat(attention.tokens()).startsWith(new Token.Special("<s>"));

            assertThatThrownBy(() -> model.attend(tokenizer.encode("a ".repeat(600)), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected at most 512, the model's context length");
        }
    }

    @Test
    void anotherModelsTokenizerIsRefused() {
        try (OnnxModel model = OnnxModel.open(SharedModels.file("stories260k.onnx"));
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            assertThatThrownBy(() -> model.attend(tokenizer.encode("fox"), List.of(0)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(
                            "token 1, fox, has id 4419; expected an id from 0 to 511");
        }
    }

    @Test
    void attentionOfOneHeadIsTheSoftmaxOfItsScores() throws IOException {
        Path file = file(ModelFile.oneHead(10).attending("a"));
        byte[] before = Files.readAllBytes(file);
        try (OnnxModel model = OnnxModel.open(file)) {
            AttentionHead head = model.attend(ids(3, 7, 3), List.of(0)).head(0, 0);

            // Rows 3 and 7 of the table, as ModelFile writes it.
            double[][] x = new double[2][4];
            for (int i = 0; i < 4; i++) {
                x[0][i] = (12 + i) * 37 % 101 / 101.0;
                x[1][i] = (28 + i) * 37 % 101 / 101.0;
            }
            double same = 0;
            double other = 0;
            for (int i = 0; i < 4; i++) {
                same += x[0][i] * x[0][i];
                other += x[0][i] * x[1][i];
            }
            double expected = Math.exp(same) / (2 * Math.exp(same) + Math.exp(other));
            assertThat(head.attention(0, 0)).isCloseTo(expected, within(1e-6));
            assertThat(head.attention(0, 2)).isCloseTo(expected, within(1e-6));
            assertThat(model.description().sites().getFirst().node()).isEqualTo("node a");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void attentionThatIsAnOutputAlreadyIsReadToo() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10).attending("a").output("a", 1, "batch", "1", "n", "n");
        try (OnnxModel opened = OnnxModel.open(file(model))) {
            assertThat(opened.attend(ids(1, 2), List.of(0)).all()).hasSize(1);
        }
    }

    @Test
    void float16AttentionIsConverted() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10)
                        .node("Cast", List.of("scores"), "half", ModelFile.attribute("to", 10))
                        .node("Softmax", List.of("half"), "a")
                        .node("Cast", List.of("a"), "wide", ModelFile.attribute("to", 1))
                        .node("MatMul", List.of("wide", "x4"), "y")
                        .output("y", 1, "batch", "1", "sequence", "4");
        try (OnnxModel opened = OnnxModel.open(file(model))) {
            assertThat(opened.attend(ids(4), List.of(0)).head(0, 0).attention(0, 0)).isEqualTo(1);
            // Rows of half precision miss 1 by far more than float32 would, and are still rows.
            assertThat(opened.attend(ids(1, 2, 3, 4, 5, 6, 7, 8, 9), List.of(0)).worstRow())
                    .isBetween(1e-6, 4e-3);
        }
    }

    @Test
    void everyKnownInputIsGivenInItsOwnType() throws IOException {
        ModelFile model =
                ModelFile.oneHead(10)
                        .attending("a")
                        .input("attention_mask", 9, "batch", "sequence")
                        .input("token_type_ids", 6, "batch", "sequence")
                        .input("position_ids", 1, "1", "?");
        try (OnnxModel opened = OnnxModel.open(file(model))) {
            assertThat(opened.attend(ids(1, 2), List.of(0)).tokens()).hasSize(2);
        }
    }

    @Test
    void layersThatAreNotThereAreTheCallersMistake() throws IOException {
        try (OnnxModel model = OnnxModel.open(file(ModelFile.oneHead(10).attending("a")))) {
            assertThatThrownBy(() -> model.attend(ids(1), List.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("layer 1, must be from 0 to 0");
            assertThatThrownBy(() -> model.attend(ids(1), List.of(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("layer -1, must be from 0 to 0");
            assertThatThrownBy(() -> model.attend(ids(1), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> model.attend(ids(1), List.of(0, 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("layers [0, 0], must be ascending");
        }
    }

    @Test
    void theFingerprintIsOfTheFile() throws IOException {
        Path file = file(ModelFile.oneHead(10).attending("a"));
        try (OnnxModel model = OnnxModel.open(file);
                OnnxModel encoder = OnnxModel.embedded()) {
            assertThat(model.sha256()).hasSize(64).isEqualTo(model.sha256());
            assertThat(model.description().bytes()).isEqualTo(Files.size(file));
            assertThat(encoder.sha256())
                    .isEqualTo("afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1");
        }
    }

    @Test
    void closingTwiceIsOnce() throws IOException {
        OnnxModel model = OnnxModel.open(file(ModelFile.oneHead(10).attending("a")));
        model.attend(ids(1), List.of(0));
        model.close();
        model.close();

        assertThatThrownBy(() -> model.attend(ids(1), List.of(0)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingIsReportedToTheMakersOfTheRuntime() {
        try (OnnxModel model = OnnxModel.embedded();
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            model.attend(tokenizer.encode("fox"), List.of(0));
        }
        // The store of reports that wait to be sent; there from the first session on.
        assertThat(NativeLibraries.cache().resolveSibling("Microsoft")).doesNotExist();
        assertThat(NativeLibraries.cache()).isDirectory();
    }

    @Test
    void sessionsCanBeMadeAgainAndAgain() {
        try (OnnxModel model = OnnxModel.embedded();
                TextTokenizer tokenizer = TextTokenizer.embedded()) {
            TextInput text = tokenizer.encode(FOX);
            AttentionTensor first = model.attend(text, List.of(0));
            IntStream.range(0, 12)
                    .forEach(i -> model.attend(text, i % 2 == 0 ? List.of(1) : List.of(0)));
            assertThat(model.attend(text, List.of(0)).head(0, 0).toArray())
                    .isEqualTo(first.head(0, 0).toArray());
        }
    }
}
