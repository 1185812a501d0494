package dev.perron.figure;

import java.util.List;
import java.util.Map;

/// One thing drawn. `data` becomes `data-*` attributes in SVG: what a page finds the mark by.
public sealed interface Mark {
    /// The typeface.
    enum Face {
        /// For sentences; never measured.
        SANS,
        /// For labels and numbers; each column is 0.6 of the size.
        MONO
    }

    /// Which part of a text is at its x.
    enum Anchor {
        /// Its left end.
        START,
        /// Its middle.
        MIDDLE,
        /// Its right end.
        END
    }

    /// A rectangle.
    ///
    /// @param radius of the corners, 0 for sharp ones
    /// @param dashed whether the outline is dashed
    record Rect(
            double x,
            double y,
            double width,
            double height,
            double radius,
            Paint fill,
            Paint stroke,
            boolean dashed,
            Map<String, String> data)
            implements Mark {
        /// Copies the data.
        public Rect {
            data = Map.copyOf(data);
        }

        static Rect of(double x, double y, double width, double height) {
            return new Rect(
                    x, y, width, height, 0, Paint.None.NONE, Paint.None.NONE, false, Map.of());
        }

        Rect rounded(double radius) {
            return new Rect(x, y, width, height, radius, fill, stroke, dashed, data);
        }

        Rect filled(Paint fill) {
            return new Rect(x, y, width, height, radius, fill, stroke, dashed, data);
        }

        Rect outlined(Paint stroke, boolean dashed) {
            return new Rect(x, y, width, height, radius, fill, stroke, dashed, data);
        }

        Rect named(String name, String value) {
            return new Rect(x, y, width, height, radius, fill, stroke, dashed, Map.of(name, value));
        }
    }

    /// A line of text.
    ///
    /// @param x of the anchor
    /// @param y of the baseline
    /// @param size in pixels
    /// @param upward whether it is turned to run from bottom to top, around (x, y)
    record Text(
            double x,
            double y,
            String text,
            double size,
            Face face,
            boolean bold,
            Anchor anchor,
            boolean upward,
            Paint fill,
            Map<String, String> data)
            implements Mark {
        /// The advance of a monospaced column, as a part of the size.
        static final double ADVANCE = 0.6;

        /// Copies the data.
        public Text {
            data = Map.copyOf(data);
        }

        static Text mono(double x, double y, String text, double size) {
            return new Text(
                    x,
                    y,
                    text,
                    size,
                    Face.MONO,
                    false,
                    Anchor.START,
                    false,
                    Paint.Role.INK,
                    Map.of());
        }

        static Text sans(double x, double y, String text, double size) {
            return new Text(
                    x,
                    y,
                    text,
                    size,
                    Face.SANS,
                    false,
                    Anchor.START,
                    false,
                    Paint.Role.INK,
                    Map.of());
        }

        Text at(Anchor anchor) {
            return new Text(x, y, text, size, face, bold, anchor, upward, fill, data);
        }

        Text strong() {
            return new Text(x, y, text, size, face, true, anchor, upward, fill, data);
        }

        Text turned() {
            return new Text(x, y, text, size, face, bold, anchor, true, fill, data);
        }

        Text filled(Paint fill) {
            return new Text(x, y, text, size, face, bold, anchor, upward, fill, data);
        }

        Text named(String name, String value) {
            return new Text(
                    x, y, text, size, face, bold, anchor, upward, fill, Map.of(name, value));
        }

        /// How wide a monospaced text is laid out.
        double width() {
            return Label.columns(text) * ADVANCE * size;
        }

        /// Whether a font may well have other widths for it than the layout: then it is fitted.
        boolean fitted() {
            return face == Face.MONO && text.chars().anyMatch(c -> c > 0x7e);
        }
    }

    /// A straight line, one pixel thick.
    record Line(double x1, double y1, double x2, double y2, Paint stroke, Map<String, String> data)
            implements Mark {
        /// Copies the data.
        public Line {
            data = Map.copyOf(data);
        }
    }

    /// A line through points, one after another.
    ///
    /// @param points at least two
    /// @param closed whether the last point is joined to the first
    /// @param thickness in pixels
    record Polyline(
            List<Point> points,
            boolean closed,
            double thickness,
            Paint stroke,
            Map<String, String> data)
            implements Mark {
        /// Copies the points and the data.
        public Polyline {
            points = List.copyOf(points);
            data = Map.copyOf(data);
        }

        /// A place on the paper.
        public record Point(double x, double y) {}
    }

    /// Marks that belong together.
    ///
    /// @param tooltip what a pointer over them shows; empty for nothing
    record Group(String tooltip, Map<String, String> data, List<Mark> marks) implements Mark {
        /// Copies the data and the marks.
        public Group {
            data = Map.copyOf(data);
            marks = List.copyOf(marks);
        }
    }

    /// A picture of square pixels, stretched over a rectangle without smoothing.
    record Raster(
            double x,
            double y,
            double width,
            double height,
            Pixels pixels,
            Map<String, String> data)
            implements Mark {
        /// Copies the data.
        public Raster {
            data = Map.copyOf(data);
        }
    }
}
