package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Long-form CSV as pandas and Python's csv read it: RFC 4180 quoting, full digits, missing is
/// empty.
final class Csv {
    private final PrintWriter out;

    Csv(PrintWriter out, String... header) {
        this.out = out;
        row((Object[]) header);
    }

    void row(@Nullable Object... values) {
        out.print(Arrays.stream(values).map(Csv::quoted).collect(Collectors.joining(",")));
        out.print("\n");
    }

    private static String quoted(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
