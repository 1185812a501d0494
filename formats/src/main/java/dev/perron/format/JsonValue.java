package dev.perron.format;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON value in memory: a header or a sidecar, which are small.
sealed interface JsonValue {
    /// Text.
    record Text(String text) implements JsonValue {}

    /// A number as it was written.
    record Digits(String digits) implements JsonValue {}

    /// True or false.
    record Truth(boolean value) implements JsonValue {}

    /// `null`.
    record Null() implements JsonValue {}

    /// An array.
    record Items(List<JsonValue> items) implements JsonValue {}

    /// An object, in the order of the file.
    record Members(Map<String, JsonValue> members) implements JsonValue {}

    /// Names are said once, nothing is nested deep.
    JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build();

    /// Reads one whole document.
    ///
    /// @throws FormatException if it is none
    static JsonValue parse(byte[] text, String where) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            JsonValue value = read(json, where);
            if (json.nextToken() != null) {
                throw FormatException.damaged(
                        where, "more than one JSON value", "one value and no more");
            }
            return value;
        } catch (JacksonException e) {
            throw broken(where, e);
        }
    }

    /// What isn't JSON.
    static FormatException broken(String where, JacksonException e) {
        return FormatException.of(
                where,
                "broken JSON (%s)".formatted(e.getOriginalMessage()),
                "valid JSON in UTF-8",
                "the file is damaged or cut off: save or copy it again",
                e);
    }

    /// Reads the value whose first token the parser is at.
    static JsonValue read(JsonParser json, String where) {
        JsonToken token = json.currentToken();
        if (token == null) {
            throw FormatException.damaged(where, "nothing", "a JSON value");
        }
        return switch (token) {
            case VALUE_STRING -> new Text(json.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(json.getString());
            case VALUE_TRUE -> new Truth(true);
            case VALUE_FALSE -> new Truth(false);
            case VALUE_NULL -> new Null();
            case START_ARRAY -> {
                List<JsonValue> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(json, where));
                }
                yield new Items(items);
            }
            case START_OBJECT -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    members.put(name, read(json, where));
                }
                yield new Members(members);
            }
            default -> throw FormatException.damaged(where, "JSON without an end", "its end");
        };
    }
}
