package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;
import dev.perron.figure.Paint.Rgb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A matrix with labels at its left and above it, as cells, or as one picture where there are many.
///
/// In SVG the whole is a group with `data-part="plot"` and its geometry: `data-x`, `data-y`,
/// `data-width`, `data-height`, `data-rows`, `data-columns`; a cell is a group with `data-row` and
/// `data-column`; the picture has `data-part="raster"`.
record MatrixPlot(
        List<String> rows,
        List<Label> columns,
        Matrix values,
        ColourScale scale,
        double cellWidth,
        double cellHeight) {
    /// Columns up to which cells are drawn one by one.
    static final int MOST_CELLS = 64;

    /// What a figure with numbers in its cells says.
    static final String LEFT_OUT = "Numbers below 0.01 are left out.";

    /// What is left free above the labels.
    static final double GAP_ABOVE = 8;

    private static final int LABEL_COLUMNS = 14;
    private static final double SMALLEST_LABEL = 11;
    private static final double GAP = 6;

    /// Whether cells have room for their numbers; those above 0 and below 0.01 are left out.
    boolean roomy() {
        return columns.size() <= MOST_CELLS && cellWidth >= 32 && cellHeight >= 18;
    }

    /// One label for so many cells, where cells are smaller than letters.
    private static int every(double cell) {
        return (int) Math.ceil(SMALLEST_LABEL / cell);
    }

    private static double size(double cell) {
        return Math.clamp(cell * every(cell) - 1, 8, 11);
    }

    /// Room for the labels at the left.
    double left() {
        int most = rows.stream().mapToInt(Label::columns).max().orElse(0);
        return most * Text.ADVANCE * size(cellHeight) + GAP;
    }

    /// Room for the labels above.
    double top() {
        int most =
                columns.stream()
                        .map(l -> l.visible(LABEL_COLUMNS))
                        .mapToInt(Label::columns)
                        .max()
                        .orElse(0);
        return most * Text.ADVANCE * size(cellWidth) + GAP;
    }

    double width() {
        return left() + columns.size() * cellWidth;
    }

    /// Draws at the sheet's place, from `x`, and moves the sheet on.
    void draw(Sheet sheet, double x) {
        sheet.down(GAP_ABOVE);
        double left = x + left();
        double top = sheet.y() + top();
        List<Mark> marks = new ArrayList<>();
        labels(marks, left, top);
        if (columns.size() <= MOST_CELLS) {
            cells(marks, left, top);
        } else {
            marks.add(raster(left, top));
        }
        double width = columns.size() * cellWidth;
        double height = rows.size() * cellHeight;
        marks.add(Rect.of(left, top, width, height).outlined(Paint.Role.LINE, false));
        sheet.reach(left + width);
        sheet.add(
                new Group(
                        "",
                        Map.of(
                                "part", "plot",
                                "x", Svg.number(left),
                                "y", Svg.number(top),
                                "width", Svg.number(width),
                                "height", Svg.number(height),
                                "rows", String.valueOf(rows.size()),
                                "columns", String.valueOf(columns.size())),
                        marks));
        sheet.down(top() + height);
    }

    private void labels(List<Mark> marks, double left, double top) {
        int everyRow = every(cellHeight);
        double rowSize = size(cellHeight);
        for (int i = 0; i < rows.size(); i += everyRow) {
            marks.add(
                    Text.mono(
                                    left - GAP,
                                    top + (i + 0.5) * cellHeight + rowSize / 3,
                                    rows.get(i),
                                    rowSize)
                            .at(Anchor.END)
                            .named("row-label", String.valueOf(i)));
        }
        int everyColumn = every(cellWidth);
        double columnSize = size(cellWidth);
        for (int j = 0; j < columns.size(); j += everyColumn) {
            String text = columns.get(j).visible(LABEL_COLUMNS);
            marks.add(
                    Text.mono(
                                    left + (j + 0.5) * cellWidth + columnSize / 3,
                                    top - GAP,
                                    text,
                                    columnSize)
                            .turned()
                            .named("column-label", String.valueOf(j)));
        }
    }

    private void cells(List<Mark> marks, double left, double top) {
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < columns.size(); j++) {
                marks.add(cell(i, j, left + j * cellWidth, top + i * cellHeight));
            }
        }
    }

    private Group cell(int i, int j, double x, double y) {
        double value = values.at(i, j);
        Rgb colour = scale.colour(value);
        // without a gap where cells are small, so that the colours aren't drowned in paper
        double gap = Math.min(cellWidth, cellHeight) >= 14 ? 1 : 0;
        List<Mark> marks = new ArrayList<>();
        marks.add(Rect.of(x, y, cellWidth - gap, cellHeight - gap).filled(colour));
        if (roomy() && (scale.low() >= 0 || Math.abs(value) >= 0.01)) {
            marks.add(
                    Text.mono(x + cellWidth / 2, y + cellHeight / 2 + 3.5, Digits.two(value), 10)
                            .at(Anchor.MIDDLE)
                            .filled(colour.ink()));
        }
        return new Group(
                "%s → %s: %s".formatted(rows.get(i), columns.get(j).visible(), Digits.of(value)),
                Map.of("row", String.valueOf(i), "column", String.valueOf(j)),
                marks);
    }

    private Raster raster(double left, double top) {
        Pixels pixels =
                Pixels.of(
                        columns.size(),
                        rows.size(),
                        (x, y) -> scale.colour(values.at(y, x)).packed());
        return new Raster(
                left,
                top,
                columns.size() * cellWidth,
                rows.size() * cellHeight,
                pixels,
                Map.of("part", "raster"));
    }
}
