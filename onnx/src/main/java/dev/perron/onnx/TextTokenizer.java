package dev.perron.onnx;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;

import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.TextInput;
import dev.perron.attention.model.TextInput.Span;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Text into a model's tokens, as its `tokenizer.json` says, special tokens included. Padding and
/// truncation that the file asks for are switched off: a text is never cut without being asked.
public final class TextTokenizer implements AutoCloseable {
    /// Several times the largest vocabulary's.
    private static final long LARGEST_FILE = 256L << 20;

    /// What the library says of a word for which it has no token, nor one for unknown words.
    private static final String NO_UNKNOWN = "[UNK]";

    private static final int LONGEST_SHOWN = 40;

    private final String name;
    private final HuggingFaceTokenizer tokenizer;

    private TextTokenizer(String name, HuggingFaceTokenizer tokenizer) {
        this.name = name;
        this.tokenizer = tokenizer;
    }

    /// The tokenizer in a Hugging Face `tokenizer.json`.
    ///
    /// @throws ModelException if there is no such file, or it holds no tokenizer
    public static TextTokenizer open(Path file) {
        String where = file.toString();
        if (Files.notExists(file)) {
            throw ModelException.of(where, "no such file", "a tokenizer.json", "check the path");
        }
        if (Files.isDirectory(file)) {
            throw ModelException.of(
                    where, "a directory", "a tokenizer.json", "name the file in it");
        }
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw ModelException.of(
                        where,
                        Files.size(file) + " bytes",
                        "a tokenizer.json of at most " + LARGEST_FILE,
                        "check the path");
            }
            return of(where, Files.readAllBytes(file));
        } catch (IOException e) {
            throw ModelException.of(
                    where,
                    "can't be read: " + ModelException.reason(e),
                    "a tokenizer.json",
                    "check its permissions",
                    e);
        }
    }

    /// The tokenizer of [OnnxModel#embedded].
    ///
    /// @throws ModelException if its jar is not on the class path
    public static TextTokenizer embedded() {
        return of(EmbeddedEncoder.NAME, EmbeddedEncoder.tokenizer());
    }

    /// The tokenizer in the bytes of a `tokenizer.json`.
    ///
    /// @param name what messages call it
    /// @throws ModelException if they hold no tokenizer
    public static TextTokenizer of(String name, byte[] json) {
        try {
            return new TextTokenizer(name, Library.tokenizer(json));
        } catch (EngineException | LinkageError e) {
            throw NativeLibraries.missing("Hugging Face tokenizers", e);
        } catch (IOException | RuntimeException e) {
            throw ModelException.of(
                    name,
                    "not a tokenizer: " + ModelException.reason(e),
                    "a Hugging Face tokenizer.json",
                    "take the one that came with the model",
                    e);
        }
    }

    /// A text's tokens. Those that the tokenizer adds are special; a special token that is written
    /// in the text, and what the tokenizer doesn't know, are pieces of it.
    ///
    /// @throws IllegalArgumentException if the text is empty, holds half a character, or nothing of
    ///   it becomes a token
    /// @throws ModelException if the tokenizer can't take the text
    public TextInput encode(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the text is empty, must have at least one token");
        }
        requireWholeCharacters(text);
        TextInput input = input(text, encoding(text));
        if (input.tokens().stream().noneMatch(Token.Piece.class::isInstance)) {
            throw new IllegalArgumentException(
                    "the text has no tokens (only spaces?), must have at least one");
        }
        return input;
    }

    /// The text of these tokens, without special ones.
    ///
    /// @throws ModelException if the tokenizer can't decode them
    public String decode(List<Integer> ids) {
        try {
            return tokenizer.decode(ids.stream().mapToLong(Integer::longValue).toArray(), true);
        } catch (RuntimeException e) {
            throw ModelException.of(
                    name,
                    "the tokenizer can't decode: " + ModelException.reason(e),
                    "ids of its vocabulary",
                    "give the tokenizer that belongs to the model",
                    e);
        }
    }

    /// Frees what the tokenizer holds. It can't be used afterwards.
    @Override
    public void close() {
        tokenizer.close();
    }

    /// Half of a surrogate pair has no UTF-8, which is what the library takes.
    private static void requireWholeCharacters(String text) {
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int character = text.codePointAt(i);
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException(
                        "character %d of the text is half of one (U+%04X), must be whole"
                                .formatted(i, character));
            }
        }
    }

    private Encoding encoding(String text) {
        try {
            return tokenizer.encode(text, true, false);
        } catch (RuntimeException e) {
            String word = words(text).filter(w -> !encodes(w)).findFirst().orElse(text);
            if (!word.equals(text) || ModelException.reason(e).contains(NO_UNKNOWN)) {
                throw new IllegalArgumentException(
                        "%s isn't in the vocabulary of %s, and it has nothing for unknown words"
                                .formatted(unknown(word), name),
                        e);
            }
            throw ModelException.of(
                    name,
                    "the tokenizer failed: " + ModelException.reason(e),
                    "text that it knows",
                    "check the text and the tokenizer",
                    e);
        }
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"));
    }

    private boolean encodes(String text) {
        try {
            tokenizer.encode(text, true, false);
            return true;
        } catch (RuntimeException _) {
            return false;
        }
    }

    /// A word that isn't known; of a tokenizer that knows some of its characters, the first that it
    /// doesn't know.
    private String unknown(String word) {
        List<String> characters =
                word.codePoints().distinct().mapToObj(Character::toString).toList();
        List<String> others = characters.stream().filter(c -> !encodes(c)).toList();
        if (isOneWord(word) && (others.isEmpty() || others.size() == characters.size())) {
            return "'%s'".formatted(word);
        }
        String first = others.isEmpty() ? word : others.getFirst();
        String shown =
                first.isBlank()
                        ? "character U+%04X".formatted(first.codePointAt(0))
                        : "'%s'".formatted(first);
        boolean alone = word.equals(first) || word.length() > LONGEST_SHOWN || !isOneWord(word);
        return alone ? shown : "%s of '%s'".formatted(shown, word);
    }

    private static boolean isOneWord(String text) {
        return text.codePoints().noneMatch(Character::isWhitespace);
    }

    private static TextInput input(String text, Encoding encoding) {
        String[] pieces = encoding.getTokens();
        long[] special = encoding.getSpecialTokenMask();
        CharSpan[] spans = encoding.getCharTokenSpans();
        List<Token> tokens = new ArrayList<>();
        List<Span> places = new ArrayList<>();
        for (int i = 0; i < pieces.length; i++) {
            boolean added = special[i] != 0;
            tokens.add(added ? new Token.Special(pieces[i]) : new Token.Piece(pieces[i]));
            places.add(added ? new Span(0, 0) : span(text, spans[i]));
        }
        return new TextInput(
                numbers(encoding.getIds()), numbers(encoding.getTypeIds()), tokens, places);
    }

    private static List<Integer> numbers(long... values) {
        return Arrays.stream(values).mapToObj(Math::toIntExact).toList();
    }

    /// The library counts code points, Java's strings UTF-16.
    private static Span span(String text, @Nullable CharSpan span) {
        if (span == null) {
            return new Span(0, 0);
        }
        int start = text.offsetByCodePoints(0, span.getStart());
        return new Span(start, text.offsetByCodePoints(start, span.getEnd() - span.getStart()));
    }

    /// The tokenizers' library, set up once for the process: unpacked into the user's cache, and
    /// without a network.
    private static final class Library {
        static {
            setUnlessSet("ai.djl.offline", "true"); // no download of libraries
            setUnlessSet("OPT_OUT_TRACKING", "true"); // no message to its makers at first use
            setUnlessSet("slf4j.internal.verbosity", "ERROR"); // no line about missing loggers
            if (System.getenv("ENGINE_CACHE_DIR") == null) {
                setUnlessSet("ENGINE_CACHE_DIR", NativeLibraries.folder().toString());
            }
        }

        private Library() {}

        static HuggingFaceTokenizer tokenizer(byte[] json) throws IOException {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json),
                    Map.of("truncation", "do_not_truncate", "padding", "do_not_pad"));
        }

        private static void setUnlessSet(String property, String value) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, value);
            }
        }
    }
}
