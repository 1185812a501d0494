package dev.perron.format;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Nested arrays of numbers as JSON: alone, or as members of an object whose other members are what
/// a sidecar says.
final class JsonArrays {
    private final JsonParser json;
    private final String where;
    private double[] values = new double[64];
    private int count;
    private int depthOfNumbers = -1; // not known before the first
    private final List<Integer> sizes = new ArrayList<>();

    private JsonArrays(JsonParser json, String where) {
        this.json = json;
        this.where = where;
    }

    static void read(MemorySegment file, String where, ArrayFile.Contents contents) {
        byte[] text = SmallText.bytes(file, where);
        try (JsonParser json = JsonValue.FACTORY.createParser(ObjectReadContext.empty(), text)) {
            JsonToken start = json.nextToken();
            if (start == JsonToken.START_ARRAY) {
                contents.add(new JsonArrays(json, where).array(""));
            } else if (start == JsonToken.START_OBJECT) {
                readMembers(json, where, contents);
            } else {
                throw FormatException.of(
                        where,
                        "no array",
                        "nested arrays of numbers, or an object with them as 'attention'",
                        "write [[...], ...]");
            }
            if (json.nextToken() != null) {
                throw FormatException.damaged(
                        where, "more than one JSON value", "one value and no more");
            }
        } catch (JacksonException e) {
            throw JsonValue.broken(where, e);
        }
    }

    private static void readMembers(JsonParser json, String where, ArrayFile.Contents contents) {
        Map<String, JsonValue> rest = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY && !Sidecar.NAMES.contains(name)) {
                contents.add(new JsonArrays(json, where + ": " + name).array(name));
            } else {
                rest.put(name, JsonValue.read(json, where));
            }
        }
        contents.about(new JsonValue.Members(rest));
    }

    /// The array whose opening bracket the parser is at.
    private FloatArray array(String name) {
        read(0);
        ArrayShape shape = new ArrayShape(sizes.stream().map(Integer::longValue).toList());
        if (shape.elements() != count) {
            throw ragged(0, "%d numbers".formatted(count), shape.toString());
        }
        return FloatArray.ofOwned(name, shape, Arrays.copyOf(values, count));
    }

    private void read(int depth) {
        int items = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            JsonToken token = json.currentToken();
            switch (token) {
                case START_ARRAY -> {
                    if (depthOfNumbers >= 0 && depth >= depthOfNumbers) {
                        throw ragged(depth, "an array", "a number, as before");
                    }
                    read(depth + 1);
                }
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                    if (depthOfNumbers >= 0 && depth != depthOfNumbers) {
                        throw ragged(depth, "a number", "an array, as before");
                    }
                    depthOfNumbers = depth;
                    add(json.getDoubleValue());
                }
                case null, default ->
                        throw ragged(depth, String.valueOf(json.getString()), "a number");
            }
            items++;
        }
        while (sizes.size() <= depth) {
            sizes.add(-1);
        }
        int before = sizes.get(depth);
        if (before >= 0 && before != items) {
            throw ragged(depth, items + " entries", before + ", as before");
        }
        sizes.set(depth, items);
    }

    private void add(double value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    private FormatException ragged(int depth, String found, String expected) {
        return FormatException.of(
                "%s: axis %d, after %d numbers".formatted(where, depth, count),
                found,
                expected,
                "write all rows in the same way and length");
    }
}
