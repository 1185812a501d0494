package dev.perron.format;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/// Maps, lists, text, numbers and truth values as JSON.
final class JsonText {
    private JsonText() {}

    static String of(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json =
                JsonValue.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(json, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) {
        switch (value) {
            case Map<?, ?> members -> {
                json.writeStartObject();
                members.forEach(
                        (name, member) -> {
                            json.writeName(String.valueOf(name));
                            write(json, member);
                        });
                json.writeEndObject();
            }
            case List<?> items -> {
                json.writeStartArray();
                items.forEach(item -> write(json, item));
                json.writeEndArray();
            }
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Boolean truth -> json.writeBoolean(truth);
            default -> json.writeString(String.valueOf(value));
        }
    }
}
