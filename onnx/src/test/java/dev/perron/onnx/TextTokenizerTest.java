package dev.perron.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.attention.model.TextInput.Span;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

class TextTokenizerTest {
    private static final TextTokenizer ENCODER = TextTokenizer.embedded();

    @TempDir Path folder;

    @AfterAll
    static void close() {
        ENCODER.close();
    }

    @Test
    void specialTokensAreMarkedAndPiecesKeepTheirMarks() {
        TextInput text = ENCODER.encode("Unbelievable!");

        assertThat(text.tokens())
                .containsExactly(
                        new Token.Special("[CLS]"),
                        new Token.Piece("unbelievable"),
                        new Token.Piece("!"),
                        new Token.Special("[SEP]"));
        assertThat(text.ids()).startsWith(101).endsWith(102);
        assertThat(text.typeIds()).containsOnly(0);
    }

    @Test
    void spansPointIntoTheText() {
        String text = "A \uD83E\uDD8A fox, naïve – 狐";
        TextInput input = ENCODER.encode(text);

        List<String> words =
                input.spans().stream()
                        .map(span -> text.substring(span.start(), span.end()))
                        .filter(word -> !word.isEmpty())
                        .toList();
        assertThat(words).contains("A", "fox", ",", "naïve", "–");
        assertThat(input.spans()).startsWith(new Span(0, 0)).endsWith(new Span(0, 0));
    }

    @Test
    void theFilesOwnTruncationAndPaddingAreOff() {
        assertThat(ENCODER.encode("fox").size()).isEqualTo(3);
        assertThat(ENCODER.encode("fox ".repeat(2000)).size()).isEqualTo(2002);
    }

    @Test
    void aBeginningIsAdded() {
        Path file = SharedModels.file("stories260k.tokenizer.json");
        try (TextTokenizer stories = TextTokenizer.open(file)) {
            TextInput text = stories.encode("Once upon a time");

            assertThat(text.ids()).startsWith(1);
            assertThat(text.tokens())
                    .containsExactly(
                            new Token.Special("<s>"),
                            new Token.Piece("▁Once"),
                            new Token.Piece("▁upon"),
                            new Token.Piece("▁a"),
                            new Token.Piece("▁time"));
        }
    }

    @Test
    void emptyTextIsTheCallersMistake() {
        assertThatThrownBy(() -> ENCODER.encode(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the text is empty, must have at least one token");
        assertThatThrownBy(() -> ENCODER.encode(" \n\t"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no tokens");
    }

    @Test
    void truncationKeepsSpecialTokens() {
        TextInput text = ENCODER.encode("one two three four five").truncatedTo(4);

        assertThat(text.tokens().stream().map(Token::label).collect(Collectors.joining(" ")))
                .isEqualTo("[CLS] one two [SEP]");
        assertThat(text.ids()).hasSize(4);
        assertThat(text.truncatedTo(100)).isEqualTo(text);
        assertThatThrownBy(() -> text.truncatedTo(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("room for 2 tokens, must be at least 3: 2 are special");
    }

    @Test
    void halfACharacterIsTheCallersMistake() {
        assertThatThrownBy(() -> ENCODER.encode("fox \uD800x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("character 4 of the text is half of one (U+D800), must be whole");
    }

    @Test
    void whatIsWrittenInTheTextIsNotSpecial() {
        assertThat(ENCODER.encode("the [MASK] \u2603").tokens())
                .containsExactly(
                        new Token.Special("[CLS]"),
                        new Token.Piece("the"),
                        new Token.Piece("[MASK]"),
                        new Token.Piece("[UNK]"),
                        new Token.Special("[SEP]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x\uDC00", "a\0b", "\uDC00\uD800", "\uFFFF", "\uD83E\uDD8A", "\u200B a"})
    void oddTextIsTokensOrOneLine(String text) {
        Throwable thrown = catchThrowable(() -> ENCODER.encode(text));
        if (thrown != null) {
            assertThat(thrown)
                    .isInstanceOfAny(IllegalArgumentException.class, ModelException.class)
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("tokenizer.json");

        assertThatThrownBy(() -> TextTokenizer.open(missing))
                .isInstanceOf(ModelException.class)
                .hasMessage(missing + ": no such file; expected a tokenizer.json; check the path");
        assertThatThrownBy(() -> TextTokenizer.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("a directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{}", "[]", "null", "{\"model\": {\"type\": \"BPE\"}}", "<html>"})
    void whatIsNoTokenizerIsRefusedInOneLine(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json);

        assertRefused(file, json);
    }

    @Test
    void damagedTokenizersAreRefusedInOneLine() throws IOException {
        byte[] whole = EmbeddedEncoder.tokenizer();
        Path file = folder.resolve("tokenizer.json");
        for (int cut = 1; cut < 12; cut++) {
            int length = whole.length / 12 * cut;
            assertRefused(Files.write(file, Arrays.copyOf(whole, length)), "cut at " + length);
        }
        Random random = new Random(20260101);
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            assertRefused(Files.write(file, bytes), "seed 20260101, file " + i);
        }
    }

    private static void assertRefused(Path file, String what) {
        assertThatThrownBy(() -> TextTokenizer.open(file).close())
                .as(what)
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(file + ": not a tokenizer: ")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void theNetworkIsNotUsed() {
        // What the library asks before it reports its first use to its makers.
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }
}
