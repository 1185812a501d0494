package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// One matrix as comma-, semicolon- or tab-separated text, a query a line; a first line or a first
/// column that names the tokens is recognised.
final class CsvArray {
    private CsvArray() {}

    static void read(MemorySegment bytes, String where, ArrayFile.Contents contents) {
        List<List<String>> lines = lines(SmallText.of(bytes, where), where);
        if (lines.isEmpty()) {
            throw FormatException.of(where, "no lines", "a matrix", "give a line a query");
        }
        List<String> first = lines.getFirst();
        boolean corner = lines.size() > 1 && !numeric(lines.get(1).getFirst());
        boolean header =
                first.stream().skip(corner ? 1 : 0).anyMatch(cell -> !numeric(cell))
                        || (lines.size() == first.size() + 1 - (corner ? 1 : 0)
                                && counted(first.subList(corner ? 1 : 0, first.size())));
        int skippedRows = header ? 1 : 0;
        int skippedColumns = corner ? 1 : 0;
        int rows = lines.size() - skippedRows;
        int columns = lines.getLast().size() - skippedColumns;
        if (rows < 1 || columns < 1) {
            throw FormatException.of(
                    where, "a header alone", "a matrix below it", "give a line a query");
        }
        double[] values = new double[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < rows; i++) {
            List<String> line = lines.get(i + skippedRows);
            if (line.size() != columns + skippedColumns) {
                throw FormatException.of(
                        "%s: line %d".formatted(where, i + skippedRows + 1),
                        line.size() + " cells",
                        "%d, as in the last line".formatted(columns + skippedColumns),
                        "give every line as many");
            }
            for (int j = 0; j < columns; j++) {
                String cell = line.get(j + skippedColumns).strip();
                if (!numeric(cell)) {
                    throw FormatException.of(
                            "%s: line %d, cell %d"
                                    .formatted(where, i + skippedRows + 1, j + skippedColumns + 1),
                            "'%s'".formatted(cell),
                            "a number",
                            "give attention as decimals");
                }
                values[i * columns + j] = Double.parseDouble(cell);
            }
        }
        if (header) {
            // The corner may be there or not.
            contents.tokens(
                    first.subList(first.size() > columns ? 1 : 0, first.size())
                            .toArray(String[]::new));
        } else if (corner) {
            contents.tokens(lines.stream().map(List::getFirst).toArray(String[]::new));
        }
        contents.add(FloatArray.ofOwned("", ArrayShape.of(rows, columns), values));
    }

    /// Whether cells are column numbers, from 0 or from 1: other numbers above a square may be one
    /// more query.
    private static boolean counted(List<String> cells) {
        return IntStream.rangeClosed(0, 1)
                .anyMatch(
                        from ->
                                IntStream.range(0, cells.size())
                                        .allMatch(
                                                i ->
                                                        cells.get(i)
                                                                .strip()
                                                                .equals(String.valueOf(from + i))));
    }

    private static boolean numeric(String cell) {
        return cell.strip()
                .matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?|(?i)nan");
    }

    private static List<List<String>> lines(String text, String where) {
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        char separator = first.indexOf('\t') >= 0 ? '\t' : first.indexOf(';') >= 0 ? ';' : ',';
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                boolean twice = c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
                if (c != '"' || twice) {
                    cell.append(c);
                    i += twice ? 1 : 0;
                } else {
                    quoted = false;
                }
            } else if (c == '"' && cell.isEmpty()) {
                quoted = true;
            } else if (c == separator || c == '\n') {
                line.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    endLine(line, lines);
                    line = new ArrayList<>();
                }
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        if (quoted) {
            throw FormatException.damaged(where, "a quotation without an end", "its end");
        }
        line.add(cell.toString());
        endLine(line, lines);
        return lines;
    }

    private static void endLine(List<String> line, List<List<String>> lines) {
        if (line.size() > 1 || !line.getFirst().isBlank()) {
            lines.add(line);
        }
    }
}
