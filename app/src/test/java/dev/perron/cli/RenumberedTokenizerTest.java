package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.attention.model.TextInput;
import dev.perron.onnx.TextTokenizer;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// A tokenizer with other numbers cuts texts as before.
class RenumberedTokenizerTest {
    private static final String TEXT = "The quick brown fox; the QUICK fox!";
    private static final String OTHER = "An unaffable fox quickly browns.";

    private static void cutsAsBefore(byte[] tokenizer, String text, String other) {
        try (TextTokenizer before = TextTokenizer.of("before", tokenizer)) {
            int[] used = sorted(before.encode(text).ids());
            byte[] json = RenumberedTokenizer.of(tokenizer, used).orElseThrow();
            try (TextTokenizer after = TextTokenizer.of("after", json)) {
                assertThat(sorted(after.encode(text).ids()))
                        .containsExactly(IntStream.range(0, used.length).toArray());
                for (String either : List.of(text, other)) {
                    TextInput expected = before.encode(either);
                    TextInput found = after.encode(either);
                    assertThat(found.tokens()).isEqualTo(expected.tokens());
                    for (int t = 0; t < found.size(); t++) {
                        int at = Arrays.binarySearch(used, expected.ids().get(t));
                        if (at >= 0) {
                            assertThat(found.ids().get(t)).isEqualTo(at);
                        } else {
                            assertThat(found.ids().get(t)).isGreaterThanOrEqualTo(used.length);
                        }
                    }
                }
            }
        }
    }

    private static int[] sorted(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
    }

    static byte[] wordPieces() throws IOException {
        try (InputStream json =
                Objects.requireNonNull(
                        TextTokenizer.class.getResourceAsStream(
                                "/all-minilm-l6-v2-q-tokenizer.json"))) {
            return json.readAllBytes();
        }
    }

    @Test
    void piecesOfWords() throws IOException {
        cutsAsBefore(wordPieces(), TEXT, OTHER);
    }

    @Test
    void bytePairs() throws IOException {
        cutsAsBefore(Files.readAllBytes(SharedModels.storiesTokenizer()), TEXT, OTHER);
    }

    @Test
    void scoredPieces() {
        cutsAsBefore(
                of(
                        "[]",
                        "null",
                        """
                        {"type": "Unigram", "unk_id": 0, "byte_fallback": false, "vocab": [
                          ["<unk>", 0], ["a", -1.5], ["b", -2], ["ab", -1], ["c", -3.25]]}
                        """),
                "abbc",
                "cabba?");
    }

    @Test
    void whatIsAddedBehindTheVocabulary() {
        cutsAsBefore(
                of(
                        """
                        [{"id": 3, "content": "<s>", "single_word": false, "lstrip": false,
                          "rstrip": false, "normalized": false, "special": true}]
                        """,
                        """
                        {"type": "TemplateProcessing",
                         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                                    {"Sequence": {"id": "A", "type_id": 0}}],
                         "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                                  {"Sequence": {"id": "B", "type_id": 1}}],
                         "special_tokens": {"<s>": {"id": "<s>", "ids": [3], "tokens": ["<s>"]}}}
                        """,
                        """
                        {"type": "BPE", "dropout": null, "unk_token": null,
                         "continuing_subword_prefix": null, "end_of_word_suffix": null,
                         "fuse_unk": false, "vocab": {"a": 0, "b": 1, "ab": 2},
                         "merges": ["a b"]}
                        """),
                "abbab",
                "aab");
    }

    private static byte[] of(String added, String postProcessor, String model) {
        return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": %s,
         "normalizer": null, "pre_tokenizer": null, "post_processor": %s, "decoder": null,
         "model": %s}
        """
                .formatted(added, postProcessor, model)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsNoTokenizerGivesNone() {
        assertThat(RenumberedTokenizer.of("{\"model\": [1, ".getBytes(StandardCharsets.UTF_8), 0))
                .isEmpty();
        assertThat(
                        RenumberedTokenizer.of(
                                "{\"model\": {\"vocab\": {\"a\": \"b\"}}}"
                                        .getBytes(StandardCharsets.UTF_8),
                                0))
                .isEmpty();
    }
}
