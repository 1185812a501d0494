package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/// Losses along a training, from left to right, with lines across at the levels that mean
/// something: the entropy rate, the unigram entropy.
///
/// @param title one line
/// @param notes sentences below the title
/// @param curves at least one
/// @param levels lines across
public record LossChart(String title, List<String> notes, List<Curve> curves, List<Level> levels) {
    private static final double LEFT = 56;
    private static final double WIDTH = 560;
    private static final double HEIGHT = 280;
    private static final double SMALL = 10;

    /// Losses by step.
    ///
    /// @param name what they are
    /// @param role its colour
    /// @param points by rising step, finite; at least one
    public record Curve(String name, Paint.Role role, List<Point> points) {
        /// Copies the points.
        ///
        /// @throws IllegalArgumentException if there is none, or one isn't finite
        public Curve {
            points = List.copyOf(points);
            if (points.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s has no points, must have one".formatted(name));
            }
            for (Point point : points) {
                if (!Double.isFinite(point.loss())) {
                    throw new IllegalArgumentException(
                            "%s at step %s is %s, must be finite"
                                    .formatted(name, point.step(), point.loss()));
                }
            }
        }
    }

    /// A loss at a step.
    public record Point(double step, double loss) {}

    /// A line across.
    ///
    /// @param name what it means
    /// @param loss where it is, finite
    public record Level(String name, double loss) {}

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if there is no curve
    public LossChart {
        notes = List.copyOf(notes);
        curves = List.copyOf(curves);
        levels = List.copyOf(levels);
        if (curves.isEmpty()) {
            throw new IllegalArgumentException("no curves, must be at least 1");
        }
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(Sheet.MARGIN + LEFT + WIDTH + 150);
        sheet.title(title);
        notes.forEach(sheet::note);
        sheet.down(12);
        Frame frame = frame(sheet.y());
        sheet.add(
                Rect.of(frame.left(), frame.top(), WIDTH, HEIGHT).outlined(Paint.Role.LINE, false));
        axis(sheet, frame);
        levels.forEach(level -> draw(sheet, frame, level));
        double name = frame.top() + 14;
        for (Curve curve : curves) {
            draw(sheet, frame, curve);
            sheet.add(
                    Text.sans(frame.left() + WIDTH - 8, name, curve.name(), 11)
                            .at(Anchor.END)
                            .filled(curve.role()));
            name += 15;
        }
        sheet.reach(Sheet.MARGIN + LEFT + WIDTH + 134);
        sheet.down(HEIGHT + 34);
        return sheet.finish(title, description());
    }

    /// From steps and losses to places.
    private record Frame(double left, double top, double steps, double least, double most) {
        double x(double step) {
            return left + WIDTH * (steps == 0 ? 0.5 : step / steps);
        }

        double y(double loss) {
            return top + HEIGHT * (most - loss) / (most - least);
        }
    }

    private Frame frame(double top) {
        double[] losses =
                DoubleStream.concat(
                                curves.stream()
                                        .flatMap(curve -> curve.points().stream())
                                        .mapToDouble(Point::loss),
                                levels.stream().mapToDouble(Level::loss))
                        .toArray();
        double least = DoubleStream.of(losses).min().orElseThrow();
        double most = DoubleStream.of(losses).max().orElseThrow();
        double room = Math.max(1e-6, (most - least) * 0.06);
        double steps =
                curves.stream()
                        .flatMap(curve -> curve.points().stream())
                        .mapToDouble(Point::step)
                        .max()
                        .orElseThrow();
        return new Frame(Sheet.MARGIN + LEFT, top, steps, least - room, most + room);
    }

    private static void axis(Sheet sheet, Frame frame) {
        for (int i = 0; i <= 4; i++) {
            double loss = frame.least() + (frame.most() - frame.least()) * i / 4;
            double step = frame.steps() * i / 4;
            sheet.add(
                    Text.mono(
                                    frame.left() - 6,
                                    frame.y(loss) + 3,
                                    String.format(Locale.ROOT, "%.4f", loss),
                                    SMALL)
                            .at(Anchor.END)
                            .filled(Paint.Role.MUTED));
            sheet.add(
                    Text.mono(
                                    frame.x(step),
                                    frame.top() + HEIGHT + 15,
                                    String.valueOf(Math.round(step)),
                                    SMALL)
                            .at(Anchor.MIDDLE)
                            .filled(Paint.Role.MUTED));
        }
        sheet.add(
                Text.sans(frame.left() + WIDTH / 2, frame.top() + HEIGHT + 29, "step", 11)
                        .at(Anchor.MIDDLE)
                        .filled(Paint.Role.MUTED));
    }

    private static void draw(Sheet sheet, Frame frame, Level level) {
        double y = frame.y(level.loss());
        sheet.add(
                new Line(
                        frame.left(),
                        y,
                        frame.left() + WIDTH,
                        y,
                        Paint.Role.ACCENT,
                        Map.of("level", level.name())));
        sheet.add(
                Text.sans(
                                frame.left() + WIDTH + 6,
                                y + 4,
                                "%s %s".formatted(level.name(), Digits.of(level.loss())),
                                SMALL)
                        .filled(Paint.Role.ACCENT));
    }

    private static void draw(Sheet sheet, Frame frame, Curve curve) {
        List<Point> points = thinned(curve.points());
        for (int i = 1; i < points.size(); i++) {
            sheet.add(
                    new Line(
                            frame.x(points.get(i - 1).step()),
                            frame.y(points.get(i - 1).loss()),
                            frame.x(points.get(i).step()),
                            frame.y(points.get(i).loss()),
                            curve.role(),
                            Map.of("curve", curve.name())));
        }
    }

    /// No more points than there are pixels.
    private static List<Point> thinned(List<Point> points) {
        int most = (int) WIDTH;
        if (points.size() <= most) {
            return points;
        }
        List<Point> some = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            some.add(points.get((int) ((long) i * (points.size() - 1) / (most - 1))));
        }
        return some;
    }

    private String description() {
        Curve first = curves.getFirst();
        return "Loss by step, %s: from %s to %s."
                .formatted(
                        first.name(),
                        Digits.of(first.points().getFirst().loss()),
                        Digits.of(first.points().getLast().loss()));
    }
}
