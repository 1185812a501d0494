package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Curves over one axis, linear or logarithmic: losses, errors, shares. What is predicted is dashed
/// beside what was measured. Values that can't be drawn (not finite, or not positive on a
/// logarithmic axis) leave a gap.
///
/// In SVG a curve is a group with `data-series`, its number from 0.
///
/// @param title one line
/// @param notes sentences below the title
/// @param x the name of the axis to the right
/// @param y the name of the axis upward
/// @param series at least one
/// @param logarithmicX whether the axis to the right is logarithmic
/// @param logarithmicY whether the axis upward is
public record LineChart(
        String title,
        List<String> notes,
        String x,
        String y,
        List<Series> series,
        boolean logarithmicX,
        boolean logarithmicY) {
    private static final double WIDTH = 640;
    private static final double HEIGHT = 320;
    private static final double LEFT = 72;

    /// How wide a sheet must be for it.
    static final double OUTER_WIDTH = LEFT + WIDTH + 2 * Sheet.MARGIN;

    private static final double DASH = 5;
    private static final double SIZE = 11;

    /// How a curve is drawn.
    public enum Style {
        /// A line with its points: what was measured.
        MEASURED,
        /// A line.
        PLAIN,
        /// Dashes: what was predicted.
        PREDICTED
    }

    /// One curve.
    ///
    /// @param name in the legend; empty for a curve that belongs to the one before it
    /// @param colour its number; curves that belong together have the same
    /// @param xs where its points are
    /// @param ys as many values
    public record Series(String name, Style style, int colour, List<Double> xs, List<Double> ys) {
        /// Checks and copies.
        ///
        /// @throws IllegalArgumentException if there are not as many values, or the colour's number
        ///   is negative
        public Series {
            xs = List.copyOf(xs);
            ys = List.copyOf(ys);
            if (xs.size() != ys.size() || colour < 0) {
                throw new IllegalArgumentException(
                        "%d and %d values, colour %d; must be as many, and a colour from 0"
                                .formatted(xs.size(), ys.size(), colour));
            }
        }
    }

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there is no curve
    public LineChart {
        notes = List.copyOf(notes);
        series = List.copyOf(series);
        if (series.isEmpty()) {
            throw new IllegalArgumentException("no curves, must be at least 1");
        }
    }

    /// Curves on linear axes.
    public static LineChart of(String title, String x, String y, List<Series> series) {
        return new LineChart(title, List.of(), x, y, series, false, false);
    }

    /// The same with both axes logarithmic: powers are straight lines.
    public LineChart logLog() {
        return new LineChart(title, notes, x, y, series, true, true);
    }

    /// The same with the axis to the right logarithmic.
    public LineChart logX() {
        return new LineChart(title, notes, x, y, series, true, logarithmicY);
    }

    /// The same with other notes.
    public LineChart withNotes(String... notes) {
        return new LineChart(title, List.of(notes), x, y, series, logarithmicX, logarithmicY);
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(OUTER_WIDTH);
        onto(sheet);
        return sheet.finish(title, description());
    }

    /// Puts it below what is on a sheet.
    void onto(Sheet sheet) {
        ChartAxis across = axis(x, logarithmicX, true);
        ChartAxis up = axis(y, logarithmicY, false);
        sheet.title(title);
        notes.forEach(sheet::note);
        legend(sheet);
        sheet.down(8);
        double left = Sheet.MARGIN + LEFT;
        double top = sheet.y();
        frame(sheet, across, up, left, top);
        for (int s = 0; s < series.size(); s++) {
            sheet.add(
                    new Group(
                            series.get(s).name(),
                            Map.of("series", String.valueOf(s)),
                            curve(series.get(s), across, up, left, top)));
        }
        sheet.reach(left + WIDTH);
        sheet.down(HEIGHT + 40);
    }

    /// What it shows, in a sentence.
    String description() {
        List<String> names =
                series.stream().map(Series::name).filter(name -> !name.isEmpty()).toList();
        return "%d curves of %s over %s: %s."
                .formatted(series.size(), y, x, String.join(", ", names));
    }

    private void legend(Sheet sheet) {
        sheet.down(6);
        double at = Sheet.MARGIN;
        for (Series one : series) {
            if (one.name().isEmpty()) {
                continue;
            }
            double width = 26 + Label.columns(one.name()) * Text.ADVANCE * SIZE + 18;
            if (at > Sheet.MARGIN && at + width > sheet.width() - Sheet.MARGIN) {
                at = Sheet.MARGIN;
                sheet.down(18);
            }
            Paint paint = Hues.of(one.colour());
            double middle = sheet.y() + 8;
            for (double dash = 0; dash < 20; dash += 2 * DASH) {
                double end = one.style() == Style.PREDICTED ? dash + DASH : dash + 2 * DASH;
                sheet.add(new Line(at + dash, middle, at + end, middle, paint, Map.of()));
            }
            if (one.style() == Style.MEASURED) {
                sheet.add(Rect.of(at + 8, middle - 2, 4, 4).filled(paint));
            }
            sheet.add(Text.mono(at + 26, middle + 4, one.name(), SIZE));
            sheet.reach(at + width);
            at += width;
        }
        sheet.down(18);
    }

    private static void frame(
            Sheet sheet, ChartAxis across, ChartAxis up, double left, double top) {
        double bottom = top + HEIGHT;
        sheet.add(Rect.of(left, top, WIDTH, HEIGHT).outlined(Paint.Role.LINE, false));
        for (double tick : across.ticks()) {
            double at = left + across.position(tick) * WIDTH;
            sheet.add(new Line(at, top, at, bottom + 4, Paint.Role.LINE, Map.of()));
            sheet.add(
                    Text.mono(at, bottom + 16, ChartAxis.written(tick), 10)
                            .at(Anchor.MIDDLE)
                            .filled(Paint.Role.MUTED));
        }
        for (double tick : up.ticks()) {
            double at = bottom - up.position(tick) * HEIGHT;
            sheet.add(new Line(left - 4, at, left + WIDTH, at, Paint.Role.LINE, Map.of()));
            sheet.add(
                    Text.mono(left - 8, at + 3.5, ChartAxis.written(tick), 10)
                            .at(Anchor.END)
                            .filled(Paint.Role.MUTED));
        }
        sheet.add(Text.sans(left + WIDTH / 2, bottom + 34, across.name(), 12).at(Anchor.MIDDLE));
        sheet.add(
                Text.sans(Sheet.MARGIN + 12, top + HEIGHT / 2, up.name(), 12)
                        .at(Anchor.MIDDLE)
                        .turned());
    }

    private List<Mark> curve(Series one, ChartAxis across, ChartAxis up, double left, double top) {
        List<Mark> marks = new ArrayList<>();
        Paint paint = Hues.of(one.colour());
        double beforeX = Double.NaN;
        double beforeY = Double.NaN;
        for (int i = 0; i < one.xs().size(); i++) {
            double atX = Double.NaN;
            double atY = Double.NaN;
            if (drawn(one.xs().get(i), logarithmicX) && drawn(one.ys().get(i), logarithmicY)) {
                atX = left + across.position(one.xs().get(i)) * WIDTH;
                atY = top + (1 - up.position(one.ys().get(i))) * HEIGHT;
                if (!Double.isNaN(beforeX)) {
                    join(marks, beforeX, beforeY, atX, atY, one.style(), paint);
                }
                if (one.style() == Style.MEASURED) {
                    marks.add(Rect.of(atX - 1.5, atY - 1.5, 3, 3).filled(paint));
                }
            }
            beforeX = atX;
            beforeY = atY;
        }
        return marks;
    }

    private static void join(
            List<Mark> marks,
            double x1,
            double y1,
            double x2,
            double y2,
            Style style,
            Paint paint) {
        if (style != Style.PREDICTED) {
            marks.add(new Line(x1, y1, x2, y2, paint, Map.of()));
            return;
        }
        double length = Math.hypot(x2 - x1, y2 - y1);
        for (double from = 0; from < length; from += 2 * DASH) {
            double a = from / length;
            double b = Math.min(1, (from + DASH) / length);
            marks.add(
                    new Line(
                            x1 + a * (x2 - x1),
                            y1 + a * (y2 - y1),
                            x1 + b * (x2 - x1),
                            y1 + b * (y2 - y1),
                            paint,
                            Map.of()));
        }
    }

    private ChartAxis axis(String name, boolean logarithmic, boolean horizontal) {
        List<Double> values = new ArrayList<>();
        for (Series one : series) {
            for (int i = 0; i < one.xs().size(); i++) {
                if (drawn(one.xs().get(i), logarithmicX) && drawn(one.ys().get(i), logarithmicY)) {
                    values.add(horizontal ? one.xs().get(i) : one.ys().get(i));
                }
            }
        }
        return ChartAxis.around(name, logarithmic, values);
    }

    private static boolean drawn(double value, boolean logarithmic) {
        return Double.isFinite(value) && (!logarithmic || value > 0);
    }
}
