package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One JSON document: numbers with all their digits, what isn't a finite number as null.
final class Json {
    /// Raised when a name changes its meaning or goes; new names may come at any time.
    static final int SCHEMA_VERSION = 1;

    private Json() {}

    /// An object, in the order of its `name, value, name, value, ...`; null values stay.
    static Map<String, Object> object(@Nullable Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = String.valueOf(namesAndValues[i]);
            Object value = namesAndValues[i + 1];
            object.put(name, value == null ? Absent.NULL : value);
        }
        return object;
    }

    /// A command's document: schema and command first, provenance last.
    static Map<String, Object> document(String command, Map<String, Object> content) {
        Map<String, Object> document = object("schemaVersion", SCHEMA_VERSION, "command", command);
        document.putAll(content);
        document.put("provenance", Version.provenance());
        return document;
    }

    static void print(PrintWriter out, Map<String, Object> document) {
        JsonFactory factory = JsonFactory.builder().build();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            json.configure(StreamWriteFeature.AUTO_CLOSE_TARGET, false);
            write(json, document);
        }
        out.println();
    }

    private static void write(JsonGenerator json, Object value) {
        switch (value) {
            case Absent _ -> json.writeNull();
            case Double d when !Double.isFinite(d) -> json.writeNull();
            case Double d -> json.writeNumber(d);
            case Integer i -> json.writeNumber(i);
            case Long l -> json.writeNumber(l);
            case Boolean b -> json.writeBoolean(b);
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(item -> write(json, item));
                json.writeEndArray();
            }
            case Map<?, ?> object -> {
                json.writeStartObject();
                object.forEach(
                        (name, item) -> {
                            json.writeName(String.valueOf(name));
                            write(json, item);
                        });
                json.writeEndObject();
            }
            default -> json.writeString(String.valueOf(value));
        }
    }

    private enum Absent {
        NULL
    }
}
