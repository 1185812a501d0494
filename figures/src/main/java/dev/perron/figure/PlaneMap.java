package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A function of the plane as colours, with curves over it: a landscape with the lines along which
/// flow goes down, or basins with what parts them. One panel below the other.
///
/// In SVG a curve's lines have `data-curve`, its number in its panel from 0.
///
/// @param title one line
/// @param notes sentences below the title
/// @param across the horizontal axis
/// @param upward the vertical axis
/// @param panels at least 1
public record PlaneMap(
        String title, List<String> notes, Axis across, Axis upward, List<Panel> panels) {
    private static final double SIDE = 400;
    private static final double LEFT = 44;
    private static final int PIXELS = 200;

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there are no panels
    public PlaneMap {
        notes = List.copyOf(notes);
        panels = List.copyOf(panels);
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("no panels, must be at least 1");
        }
    }

    /// One direction of the plane.
    ///
    /// @param name beside it
    /// @param low where it begins
    /// @param high where it ends, above `low`
    public record Axis(String name, double low, double high) {
        /// Checks the ends.
        ///
        /// @throws IllegalArgumentException if they aren't finite and ascending
        public Axis {
            if (!(low < high && Double.isFinite(high - low))) {
                throw new IllegalArgumentException(
                        "axis from %s to %s, must be finite and ascending".formatted(low, high));
            }
        }

        private double part(double value) {
            return (value - low) / (high - low);
        }

        private double at(double part) {
            return low + part * (high - low);
        }
    }

    /// A function of the plane.
    @FunctionalInterface
    public interface Field {
        /// Its value at (x, y).
        double at(double x, double y);
    }

    /// A point of the plane.
    ///
    /// @param x along the horizontal axis
    /// @param y along the vertical axis
    public record Point(double x, double y) {}

    /// Points joined by straight lines; what lies outside the axes isn't drawn.
    ///
    /// @param name what it is
    /// @param colour of its lines
    /// @param points in order; one alone is drawn as a small square
    public record Curve(String name, Paint colour, List<Point> points) {
        /// Copies the points.
        public Curve {
            points = List.copyOf(points);
        }
    }

    /// One picture of the plane.
    ///
    /// @param name above it
    /// @param field what the colours mean
    /// @param scale from its values to colours
    /// @param curves over it, from back to front
    public record Panel(String name, Field field, ColourScale scale, List<Curve> curves) {
        /// Copies the curves.
        public Panel {
            curves = List.copyOf(curves);
        }
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(LEFT + SIDE + 2 * Sheet.MARGIN);
        sheet.title(title);
        notes.forEach(sheet::note);
        for (Panel panel : panels) {
            sheet.down(8);
            sheet.note(panel.name());
            sheet.legend(panel.scale(), largest(panel) > panel.scale().high());
            draw(panel, sheet);
        }
        sheet.reach(Sheet.MARGIN + LEFT + SIDE);
        return sheet.finish(
                title,
                "%s over %s from %s to %s and %s from %s to %s."
                        .formatted(
                                String.join("; ", panels.stream().map(Panel::name).toList()),
                                across.name(),
                                Digits.of(across.low()),
                                Digits.of(across.high()),
                                upward.name(),
                                Digits.of(upward.low()),
                                Digits.of(upward.high())));
    }

    private void draw(Panel panel, Sheet sheet) {
        double left = Sheet.MARGIN + LEFT;
        double top = sheet.y();
        Pixels pixels =
                Pixels.of(PIXELS, PIXELS, (x, y) -> panel.scale().colour(at(panel, x, y)).packed());
        sheet.add(new Raster(left, top, SIDE, SIDE, pixels, Map.of("panel", panel.name())));
        for (int c = 0; c < panel.curves().size(); c++) {
            add(panel.curves().get(c), c, left, top, sheet);
        }
        sheet.add(Rect.of(left, top, SIDE, SIDE).outlined(Paint.Role.LINE, false));
        for (int i = 0; i <= 4; i++) {
            double part = i / 4.0;
            sheet.add(
                    label(left + part * SIDE, top + SIDE + 14, across.at(part)).at(Anchor.MIDDLE));
            sheet.add(label(left - 6, top + (1 - part) * SIDE + 4, upward.at(part)).at(Anchor.END));
        }
        sheet.add(Text.mono(left + SIDE / 2, top + SIDE + 30, across.name(), 12).at(Anchor.MIDDLE));
        sheet.add(Text.mono(Sheet.MARGIN, top + SIDE * 3 / 8 + 4, upward.name(), 12));
        sheet.down(SIDE + 36);
    }

    /// The field in the middle of a pixel, counted from the top left.
    private double at(Panel panel, int x, int y) {
        return panel.field().at(across.at((x + 0.5) / PIXELS), upward.at(1 - (y + 0.5) / PIXELS));
    }

    private double largest(Panel panel) {
        double most = Double.NEGATIVE_INFINITY;
        for (int y = 0; y < PIXELS; y++) {
            for (int x = 0; x < PIXELS; x++) {
                most = Math.max(most, at(panel, x, y));
            }
        }
        return most;
    }

    private static Text label(double x, double y, double value) {
        return Text.mono(x, y, Digits.of(value), 10).filled(Paint.Role.MUTED);
    }

    private void add(Curve curve, int number, double left, double top, Sheet sheet) {
        Map<String, String> data = Map.of("curve", String.valueOf(number));
        List<Point> on = new ArrayList<>();
        for (Point p : curve.points()) {
            on.add(new Point(across.part(p.x()), 1 - upward.part(p.y())));
        }
        if (on.size() == 1 && inside(on.getFirst())) {
            Point p = on.getFirst();
            sheet.add(
                    Rect.of(left + p.x() * SIDE - 3, top + p.y() * SIDE - 3, 6, 6)
                            .filled(curve.colour())
                            .outlined(Paint.Role.PAPER, false)
                            .named("curve", String.valueOf(number)));
        }
        for (int i = 1; i < on.size(); i++) {
            Point a = on.get(i - 1);
            Point b = on.get(i);
            if (inside(a) && inside(b)) {
                sheet.add(
                        new Line(
                                left + a.x() * SIDE,
                                top + a.y() * SIDE,
                                left + b.x() * SIDE,
                                top + b.y() * SIDE,
                                curve.colour(),
                                data));
            }
        }
    }

    private static boolean inside(Point p) {
        return p.x() >= 0 && p.x() <= 1 && p.y() >= 0 && p.y() <= 1;
    }
}
