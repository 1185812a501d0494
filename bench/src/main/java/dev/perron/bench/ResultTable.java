package dev.perron.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Lines as a Markdown table: what was timed first, and then the numbers beside it.
final class ResultTable {
    private static final List<String> TIMED =
            List.of(
                    "row",
                    "data",
                    "ours, ms [quartiles]",
                    "beside",
                    "its ms [quartiles]",
                    "ratio",
                    "asked",
                    "met");
    private static final List<String> MEASURED =
            List.of("row", "data", "what", "value", "asked", "met");

    private ResultTable() {}

    /// All lines, in two tables.
    static String of(List<Line> lines) {
        List<List<String>> timed = new ArrayList<>();
        List<List<String>> measured = new ArrayList<>();
        for (Line line : lines) {
            switch (line) {
                case Line.Timed t ->
                        timed.add(
                                List.of(
                                        t.row(),
                                        t.data(),
                                        samples(t.ours()),
                                        t.beside(),
                                        samples(t.theirs()),
                                        Numbers.short3(t.ratio()),
                                        asked(t.target()),
                                        met(t.target(), t.ratio())));
                case Line.Skipped s ->
                        timed.add(
                                List.of(
                                        s.row(),
                                        s.data(),
                                        "",
                                        s.beside(),
                                        "skipped: " + s.why(),
                                        "",
                                        "",
                                        "not measured"));
                case Line.Measured m ->
                        measured.add(
                                List.of(
                                        m.row(),
                                        m.data(),
                                        m.what(),
                                        Numbers.short3(m.value()),
                                        asked(m.target()),
                                        met(m.target(), m.value())));
            }
        }
        return table(TIMED, timed) + "\n" + table(MEASURED, measured);
    }

    /// A line in words, for who waits.
    static String summary(Line line) {
        String about = line.row() + ", " + line.data() + ": ";
        return switch (line) {
            case Line.Timed t ->
                    about
                            + "%s ms beside %s ms of %s, ratio %s %s"
                                    .formatted(
                                            Numbers.milliseconds(t.ours().median()),
                                            Numbers.milliseconds(t.theirs().median()),
                                            t.beside(),
                                            Numbers.short3(t.ratio()),
                                            verdict(t.target(), t.ratio()));
            case Line.Measured m ->
                    about
                            + "%s %s %s"
                                    .formatted(
                                            m.what(),
                                            Numbers.short3(m.value()),
                                            verdict(m.target(), m.value()));
            case Line.Skipped s -> about + "%s skipped: %s".formatted(s.beside(), s.why());
        };
    }

    private static String verdict(Optional<Target> target, double value) {
        return target.map(t -> "(asked %s: %s)".formatted(t, t.metBy(value) ? "yes" : "NO"))
                .orElse("");
    }

    private static String samples(Samples samples) {
        return "%s [%s, %s]"
                .formatted(
                        Numbers.milliseconds(samples.median()),
                        Numbers.milliseconds(samples.lowerQuartile()),
                        Numbers.milliseconds(samples.upperQuartile()));
    }

    private static String asked(Optional<Target> target) {
        return target.map(Target::toString).orElse("");
    }

    private static String met(Optional<Target> target, double value) {
        return target.map(t -> t.metBy(value) ? "yes" : "NO").orElse("");
    }

    private static String table(List<String> head, List<List<String>> rows) {
        int[] widths =
                IntStream.range(0, head.size())
                        .map(
                                c ->
                                        Math.max(
                                                head.get(c).length(),
                                                rows.stream()
                                                        .mapToInt(row -> row.get(c).length())
                                                        .max()
                                                        .orElse(0)))
                        .toArray();
        StringBuilder text = new StringBuilder(line(head, widths));
        text.append(
                IntStream.of(widths)
                        .mapToObj(width -> "-".repeat(width + 2))
                        .collect(Collectors.joining("|", "|", "|\n")));
        rows.forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(c -> cells.get(c) + " ".repeat(widths[c] - cells.get(c).length()))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
