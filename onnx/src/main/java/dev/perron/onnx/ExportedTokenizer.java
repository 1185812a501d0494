package dev.perron.onnx;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A `tokenizer.json` of Hugging Face's for a model of ours. It knows no unknown words: a text with
/// one is refused, not read as something else.
public final class ExportedTokenizer {
    private ExportedTokenizer() {}

    /// Symbols are whole numbers parted by blanks, as in `0 1 1 0`.
    ///
    /// @param symbols of the vocabulary
    public static byte[] ofNumbers(int symbols) {
        return of(
                IntStream.range(0, symbols).mapToObj(String::valueOf).toList(),
                "{\"type\": \"WhitespaceSplit\"}");
    }

    /// Each character is a symbol.
    ///
    /// @param characters of the vocabulary, in the order of their numbers
    public static byte[] ofCharacters(List<String> characters) {
        return of(
                characters,
                "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"[\\\\s\\\\S]\"},"
                        + " \"behavior\": \"Isolated\", \"invert\": false}");
    }

    private static byte[] of(List<String> words, String split) {
        String vocabulary =
                IntStream.range(0, words.size())
                        .mapToObj(v -> "\"%s\": %d".formatted(escaped(words.get(v)), v))
                        .collect(Collectors.joining(", "));
        // A word for unknown ones must be named, and isn't in the vocabulary.
        return """
        {
          "version": "1.0",
          "truncation": null,
          "padding": null,
          "added_tokens": [],
          "normalizer": null,
          "pre_tokenizer": %s,
          "post_processor": null,
          "decoder": null,
          "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "<unknown>"}
        }
        """
                .formatted(split, vocabulary)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// As JSON has it: whatever isn't a plain letter or digit by its number.
    private static String escaped(String word) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean plain = c < 128 && Character.isLetterOrDigit(c);
            text.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return text.toString();
    }
}
