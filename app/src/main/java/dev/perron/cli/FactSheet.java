package dev.perron.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What `perron inspect` says of a file that has no heads to list.
///
/// @param file that was looked at
/// @param facts by their names, as a document has them
/// @param findings each with the option that acts on it
record FactSheet(String file, Map<String, Object> facts, List<String> findings) {
    FactSheet {
        findings = List.copyOf(findings);
    }

    Map<String, Object> document() {
        Map<String, Object> content = Json.object("file", file);
        content.putAll(facts);
        content.put("findings", findings);
        return Json.document("inspect", content);
    }

    void csv(PrintWriter out) {
        Csv csv = new Csv(out, "fact", "value");
        facts.forEach(csv::row);
    }

    void text(PrintWriter out) {
        out.println(file);
        Table table = new Table("", "");
        facts.forEach(
                (name, value) ->
                        table.row(
                                name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT),
                                value instanceof Long bytes
                                        ? "%,d".formatted(bytes)
                                        : String.valueOf(value)));
        table.print(out);
        out.println();
        findings.forEach(out::println);
    }
}
