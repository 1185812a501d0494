package dev.perron.figure;

import java.util.ArrayList;
import java.util.List;

/// A value for each pair of things: the difference of two attention matrices, or how far heads are
/// from each other.
///
/// Up to 64 things each value is a cell; above, the map is one picture; above [Heatmap#MOST_TILES]
/// a side, several values share a square, which shows the one farthest from 0.
///
/// @param title one line
/// @param notes sentences below the title
/// @param rows what rows stand for, at least one
/// @param columns what columns stand for, at least one
/// @param values `[rows, columns]`, read when drawn; finite
/// @param scale from values to colours
/// @param groups sizes of groups of neighbours, of rows and columns alike, outlined on the
///   diagonal; none for a map without
public record PairMap(
        String title,
        List<String> notes,
        List<Label> rows,
        List<Label> columns,
        Matrix values,
        ColourScale scale,
        List<Integer> groups) {
    private static final double MOST_SIDE = 640;
    private static final int ROW_LABEL = 16;

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there are no rows or columns, a value isn't finite, or
    ///   groups are of more or fewer things than rows or columns
    public PairMap {
        notes = List.copyOf(notes);
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
        groups = List.copyOf(groups);
        farthest(rows.size(), columns.size(), values);
        int grouped = groups.stream().mapToInt(Integer::intValue).sum();
        if (!groups.isEmpty() && (grouped != rows.size() || grouped != columns.size())) {
            throw new IllegalArgumentException(
                    "groups %s of %d rows and %d columns, must be of as many"
                            .formatted(groups, rows.size(), columns.size()));
        }
    }

    /// A map of differences on the same tokens, coloured from minus to plus the largest.
    public static PairMap ofDifferences(
            String title, List<Label> tokens, Matrix differences, String... notes) {
        double most = farthest(tokens.size(), tokens.size(), differences);
        return new PairMap(
                title,
                List.of(notes),
                tokens,
                tokens,
                differences,
                ColourScale.around0(most),
                List.of());
    }

    /// A map of distances, coloured from 0 to the largest.
    public static PairMap ofDistances(
            String title, List<Label> rows, List<Label> columns, Matrix distances) {
        double most = farthest(rows.size(), columns.size(), distances);
        return new PairMap(
                title, List.of(), rows, columns, distances, ColourScale.upTo(most), List.of());
    }

    /// The same with other notes.
    public PairMap withNotes(List<String> notes) {
        return new PairMap(title, notes, rows, columns, values, scale, groups);
    }

    /// The same with groups of neighbours outlined.
    public PairMap withGroups(List<Integer> sizes) {
        return new PairMap(title, notes, rows, columns, values, scale, sizes);
    }

    /// The picture.
    public Drawing draw() {
        int most = Math.max(rows.size(), columns.size());
        int per = Math.ceilDiv(most, Heatmap.MOST_TILES);
        double cell = Math.clamp(Math.floor(MOST_SIDE / Math.ceilDiv(most, per)), 1, 36);
        MatrixPlot plot =
                new MatrixPlot(
                        every(per, rows).stream().map(l -> l.visible(ROW_LABEL)).toList(),
                        every(per, columns),
                        per == 1 ? values : (r, c) -> tile(r * per, c * per, per),
                        scale,
                        cell,
                        cell);
        Sheet sheet = new Sheet(Math.max(400, plot.width() + 2 * Sheet.MARGIN));
        sheet.title(title);
        notes.forEach(sheet::note);
        if (plot.roomy() && scale.low() < 0) {
            sheet.note("Numbers nearer to 0 than 0.01 are left out.");
        }
        if (per > 1) {
            sheet.note("Each square is the farthest from 0 of %d x %d values.".formatted(per, per));
        }
        sheet.legend(scale, false);
        double left = Sheet.MARGIN + plot.left();
        double top = sheet.y() + MatrixPlot.GAP_ABOVE + plot.top();
        plot.draw(sheet, Sheet.MARGIN);
        int first = 0;
        for (int size : groups) {
            double at = (double) first / per * cell;
            double side = (double) size / per * cell;
            sheet.add(
                    Mark.Rect.of(left + at, top + at, side, side)
                            .outlined(Paint.Role.INK, false)
                            .named("group", String.valueOf(first)));
            first += size;
        }
        return sheet.finish(
                title,
                "%d x %d values; the farthest from 0 is %s away."
                        .formatted(
                                rows.size(),
                                columns.size(),
                                Digits.of(farthest(rows.size(), columns.size(), values))));
    }

    private static List<Label> every(int per, List<Label> labels) {
        List<Label> some = new ArrayList<>();
        for (int i = 0; i < labels.size(); i += per) {
            some.add(labels.get(i));
        }
        return some;
    }

    private double tile(int row, int column, int per) {
        double shown = 0;
        for (int i = row; i < Math.min(rows.size(), row + per); i++) {
            for (int j = column; j < Math.min(columns.size(), column + per); j++) {
                double value = values.at(i, j);
                if (Math.abs(value) > Math.abs(shown)) {
                    shown = value;
                }
            }
        }
        return shown;
    }

    private static double farthest(int rows, int columns, Matrix values) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "%d rows and %d columns, must be at least 1 each".formatted(rows, columns));
        }
        double most = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double value = values.at(i, j);
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException(
                            "value[%d, %d] = %s, must be finite".formatted(i, j, value));
                }
                most = Math.max(most, Math.abs(value));
            }
        }
        return most;
    }
}
