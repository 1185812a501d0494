package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Polyline;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Curves in one frame, named at their right ends. Both axes go from 0.
///
/// In SVG a curve is a group with `data-series`, its name.
///
/// @param title one line
/// @param notes sentences below the title
/// @param across what is on the horizontal axis
/// @param up what is on the vertical axis
/// @param series at least one
public record CurveChart(
        String title, List<String> notes, String across, String up, List<Series> series) {
    private static final double LEFT = 60;
    private static final double WIDTH = 460;
    private static final double HEIGHT = 300;
    private static final double NAMES = 170;
    private static final double APART = 13;
    private static final int TICKS = 5;

    /// One curve.
    ///
    /// @param name at its right end
    /// @param x ascending, from 0 on
    /// @param y finite and not negative
    public record Series(String name, List<Double> x, List<Double> y) {
        /// Copies the lists and checks them.
        ///
        /// @throws IllegalArgumentException if there are fewer than two points, more x than y, or a
        ///   number is negative or not finite
        public Series {
            x = List.copyOf(x);
            y = List.copyOf(y);
            if (x.size() < 2 || x.size() != y.size()) {
                throw new IllegalArgumentException(
                        "%s: %d x and %d y, must be as many, at least 2"
                                .formatted(name, x.size(), y.size()));
            }
            Values.require(x.size(), x);
            Values.require(y.size(), y);
        }
    }

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if there is no series
    public CurveChart {
        notes = List.copyOf(notes);
        series = List.copyOf(series);
        if (series.isEmpty()) {
            throw new IllegalArgumentException("no series, must be at least 1");
        }
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(Sheet.MARGIN * 2 + LEFT + WIDTH + NAMES);
        sheet.title(title);
        notes.forEach(sheet::note);
        sheet.down(10);
        double left = Sheet.MARGIN + LEFT;
        double top = sheet.y();
        double mostX = largest(series.stream().map(Series::x).toList());
        double mostY = largest(series.stream().map(Series::y).toList());
        sheet.add(Rect.of(left, top, WIDTH, HEIGHT).outlined(Paint.Role.LINE, false));
        for (int t = 0; t <= TICKS; t++) {
            double part = (double) t / TICKS;
            double y = top + HEIGHT * (1 - part);
            sheet.add(new Line(left, y, left + WIDTH, y, Paint.Role.LINE, Map.of()));
            sheet.add(
                    Text.mono(left - 6, y + 3.5, Digits.two(part * mostY), 10)
                            .at(Anchor.END)
                            .filled(Paint.Role.MUTED));
            sheet.add(
                    Text.mono(left + WIDTH * part, top + HEIGHT + 14, Digits.two(part * mostX), 10)
                            .at(Anchor.MIDDLE)
                            .filled(Paint.Role.MUTED));
        }
        sheet.add(Text.sans(left + WIDTH / 2, top + HEIGHT + 32, across, 12).at(Anchor.MIDDLE));
        sheet.add(
                Text.sans(Sheet.MARGIN + 12, top + HEIGHT / 2, up, 12).at(Anchor.MIDDLE).turned());
        curves(sheet, left, top, mostX, mostY);
        sheet.reach(left + WIDTH + NAMES);
        sheet.down(HEIGHT + 40);
        return sheet.finish(title, "%d curves of %s by %s.".formatted(series.size(), up, across));
    }

    private void curves(Sheet sheet, double left, double top, double mostX, double mostY) {
        List<Integer> byEnd = new ArrayList<>();
        for (int s = 0; s < series.size(); s++) {
            byEnd.add(s);
        }
        // Where names would lie on each other, at the middle curves tell more than at their ends.
        byEnd.sort(Comparator.comparingDouble((Integer s) -> -middle(series.get(s))));
        double name = top + 10;
        for (int s : byEnd) {
            Series one = series.get(s);
            Paint colour = GroupColours.of(s);
            List<Polyline.Point> points = new ArrayList<>();
            for (int i = 0; i < one.x().size(); i++) {
                points.add(
                        new Polyline.Point(
                                left + WIDTH * one.x().get(i) / mostX,
                                top + HEIGHT * (1 - one.y().get(i) / mostY)));
            }
            List<Mark> marks = new ArrayList<>();
            marks.add(new Polyline(points, false, 2, colour, Map.of("part", "curve")));
            marks.add(
                    new Line(
                            left + WIDTH + 10,
                            name - 3.5,
                            left + WIDTH + 26,
                            name - 3.5,
                            colour,
                            Map.of()));
            marks.add(Text.sans(left + WIDTH + 31, name, one.name(), 11));
            sheet.add(new Mark.Group(one.name(), Map.of("series", one.name()), marks));
            name += APART;
        }
    }

    private static double middle(Series one) {
        return one.y().get(one.y().size() / 2);
    }

    private static double largest(List<List<Double>> lists) {
        double most = lists.stream().flatMap(List::stream).mapToDouble(v -> v).max().orElse(0);
        return most > 0 ? most : 1;
    }
}
