package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A `tokenizer.json` of Hugging Face's whose tokens have other numbers: first those that a text
/// has, in their order, then all others. It cuts texts as before, and a model of the text's tokens
/// alone knows by their numbers which others it doesn't know.
final class RenumberedTokenizer {
    /// Where a file has numbers of tokens, beside its vocabulary.
    private static final Pattern NUMBERS =
            Pattern.compile(
                    "/added_tokens/\\[]/id|/model/unk_id|/padding/pad_id"
                            + "|/post_processor/.*(ids|sep|cls)/\\[]");

    private static final String VOCABULARY = "/model/vocab";

    private final int[] used; // ascending
    private final JsonParser in;
    private final JsonGenerator out;
    private final Map<String, Integer> added = new LinkedHashMap<>(); // by their new numbers
    private int lastAdded = -1;

    private RenumberedTokenizer(int[] used, JsonParser in, JsonGenerator out) {
        this.used = used;
        this.in = in;
        this.out = out;
    }

    /// The bytes of that file; empty if it isn't one of the kind that is known.
    ///
    /// @param file the bytes of the tokenizer's
    /// @param used the numbers that a text has, ascending
    static Optional<byte[]> of(byte[] file, int... used) {
        JsonFactory factory = JsonFactory.builder().build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonParser in = factory.createParser(ObjectReadContext.empty(), file);
                JsonGenerator out = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
            in.nextToken();
            new RenumberedTokenizer(used, in, out).copy("");
        } catch (JacksonException _) {
            return Optional.empty();
        }
        return Optional.of(bytes.toByteArray());
    }

    private int renumbered(int id) {
        int at = Arrays.binarySearch(used, id);
        int below = -at - 1; // of those that aren't used
        return at >= 0 ? at : used.length + id - below;
    }

    private void copy(String path) {
        @Nullable JsonToken token = in.currentToken();
        if (token == JsonToken.START_OBJECT) {
            object(path);
        } else if (token == JsonToken.START_ARRAY && path.equals(VOCABULARY)) {
            pieces();
        } else if (token == JsonToken.START_ARRAY) {
            out.writeStartArray();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                copy(path + "/[]");
            }
            out.writeEndArray();
        } else if (token == JsonToken.VALUE_NUMBER_INT && NUMBERS.matcher(path).matches()) {
            lastAdded = renumbered(in.getIntValue());
            out.writeNumber(lastAdded);
        } else {
            if (path.equals("/added_tokens/[]/content")) {
                added.put(in.getString(), lastAdded);
            }
            out.copyCurrentEvent(in);
        }
    }

    private void object(String path) {
        out.writeStartObject();
        boolean vocabulary = path.equals(VOCABULARY);
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            out.writeName(name);
            in.nextToken();
            if (vocabulary) {
                out.writeNumber(renumbered(in.getIntValue()));
                added.remove(name);
            } else {
                copy(path + "/" + name);
            }
        }
        if (vocabulary) {
            // What isn't in the vocabulary would be numbered after it.
            added.forEach(
                    (name, number) -> {
                        out.writeName(name);
                        out.writeNumber(number);
                    });
        }
        out.writeEndObject();
    }

    /// A vocabulary whose numbers are its places: `[piece, score]` each.
    private void pieces() {
        Map<Integer, Runnable> byNumber = new TreeMap<>();
        for (int id = 0; in.nextToken() == JsonToken.START_ARRAY; id++) {
            in.nextToken();
            String piece = in.getString();
            in.nextToken();
            double score = in.getDoubleValue();
            in.nextToken();
            byNumber.put(
                    renumbered(id),
                    () -> {
                        out.writeStartArray();
                        out.writeString(piece);
                        out.writeNumber(score);
                        out.writeEndArray();
                    });
        }
        out.writeStartArray();
        byNumber.values().forEach(Runnable::run);
        out.writeEndArray();
    }
}
