package dev.perron.bench;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lines as one JSON document, with every sample and where they were measured.
final class ResultFile {
    private static final int SCHEMA_VERSION = 1;

    private ResultFile() {}

    /// Writes it whole or not at all.
    ///
    /// @param where names and values that say on what it was measured
    static void write(Path file, Map<String, String> where, List<Line> lines) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path part = Files.createTempFile(folder, "bench", ".part");
        try (Writer out = Files.newBufferedWriter(part);
                JsonGenerator json =
                        JsonFactory.builder()
                                .build()
                                .createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeName("schemaVersion");
            json.writeNumber(SCHEMA_VERSION);
            json.writeName("provenance");
            json.writeStartObject();
            where.forEach((name, value) -> text(json, name, value));
            json.writeEndObject();
            json.writeName("lines");
            json.writeStartArray();
            lines.forEach(line -> write(json, line));
            json.writeEndArray();
            json.writeEndObject();
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(JsonGenerator json, Line line) {
        json.writeStartObject();
        text(json, "row", line.row());
        text(json, "data", line.data());
        switch (line) {
            case Line.Timed t -> {
                samples(json, "ours", t.ours());
                text(json, "beside", t.beside());
                samples(json, "theirs", t.theirs());
                number(json, "ratio", t.ratio());
                target(json, t.target(), t.ratio());
            }
            case Line.Measured m -> {
                text(json, "what", m.what());
                number(json, "value", m.value());
                target(json, m.target(), m.value());
            }
            case Line.Skipped s -> {
                text(json, "beside", s.beside());
                text(json, "skipped", s.why());
            }
        }
        json.writeEndObject();
    }

    private static void samples(JsonGenerator json, String name, Samples samples) {
        json.writeName(name);
        json.writeStartObject();
        number(json, "median", samples.median());
        number(json, "lowerQuartile", samples.lowerQuartile());
        number(json, "upperQuartile", samples.upperQuartile());
        json.writeName("seconds");
        json.writeStartArray();
        samples.seconds().forEach(json::writeNumber);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void target(JsonGenerator json, Optional<Target> target, double value) {
        if (target.isPresent()) {
            text(json, "side", target.get().side().name());
            number(json, "limit", target.get().limit());
            json.writeName("met");
            json.writeBoolean(target.get().metBy(value));
        }
    }

    private static void text(JsonGenerator json, String name, String value) {
        json.writeName(name);
        json.writeString(value);
    }

    private static void number(JsonGenerator json, String name, double value) {
        json.writeName(name);
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
