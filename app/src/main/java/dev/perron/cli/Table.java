package dev.perron.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Columns for people, aligned: numbers to the right, words to the left.
final class Table {
    private final List<String[]> rows = new ArrayList<>();
    private final String[] header;

    Table(String... header) {
        this.header = header;
    }

    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(Table::cell).toArray(String[]::new));
    }

    void print(PrintWriter out) {
        int[] widths = new int[header.length];
        boolean[] right = new boolean[header.length];
        for (int c = 0; c < header.length; c++) {
            int column = c;
            widths[c] = header[c].length();
            for (String[] row : rows) {
                widths[c] = Math.max(widths[c], width(row[c]));
            }
            right[c] = !rows.isEmpty() && rows.stream().allMatch(row -> numeric(row[column]));
        }
        if (Arrays.stream(header).anyMatch(h -> !h.isEmpty())) {
            print(out, header, widths, right);
        }
        for (String[] row : rows) {
            print(out, row, widths, right);
        }
    }

    /// A number with four significant digits, as a person reads it.
    static String number(double x) {
        if (x == 0) {
            return "0";
        }
        double size = Math.abs(x);
        if (size < 1e-4 || size >= 1e6) {
            return "%.2e".formatted(x);
        }
        return "%.4f".formatted(x);
    }

    private static void print(PrintWriter out, String[] cells, int[] widths, boolean[] right) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < cells.length; c++) {
            String gap = " ".repeat(widths[c] - width(cells[c]));
            line.append(c == 0 ? "" : "  ").append(right[c] ? gap + cells[c] : cells[c] + gap);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String cell(Object value) {
        return value instanceof Double d ? number(d) : printable(value.toString());
    }

    /// A tab or a newline inside a token must not break the table.
    private static String printable(String text) {
        return text.replace("\n", "⏎").replace("\r", "␍").replace("\t", "⇥");
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static boolean numeric(String cell) {
        return cell.isEmpty() || Character.isDigit(cell.charAt(0)) || cell.startsWith("-");
    }
}
