package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Long-form CSV as pandas and Python's csv read it: RFC 4180 quoting, full digits, missing is
/// empty.
final class Csv {
    private final PrintWriter out;
    private final String before;

    Csv(PrintWriter out, String... header) {
        this("", out);
        row((Object[]) header);
    }

    private Csv(String before, PrintWriter out) {
        this.out = out;
        this.before = before;
    }

    /// With this header.
    static Csv headed(PrintWriter out, List<String> header) {
        return new Csv(out, header.toArray(String[]::new));
    }

    /// Without a header, these before each row.
    static Csv after(PrintWriter out, List<Object> first) {
        return new Csv(
                first.stream().map(value -> quoted(value) + ",").collect(Collectors.joining()),
                out);
    }

    void row(@Nullable Object... values) {
        out.print(before);
        out.print(Arrays.stream(values).map(Csv::quoted).collect(Collectors.joining(",")));
        out.print("\n");
    }

    private static String quoted(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
