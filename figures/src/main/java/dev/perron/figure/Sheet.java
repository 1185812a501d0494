package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/// Paper that is filled from the top: title, notes, legend, then what the figure is about.
final class Sheet {
    static final double MARGIN = 16;

    private static final double TITLE = 15;
    private static final double BOLD = TITLE * 1.06; // bold letters are wider
    private static final double NOTE = 12;
    private static final double BAR = 220;
    private static final int STEPS = 44;

    // A guess for wrapping sentences, on the safe side; nothing else depends on it.
    private static final double SANS_ADVANCE = 0.55;

    private final List<Mark> marks = new ArrayList<>();
    private final double width;
    private double y = MARGIN;
    private double used; // the right end of what was put down so far

    Sheet(double width) {
        this.width = width;
    }

    /// Where the next thing begins.
    double y() {
        return y;
    }

    double width() {
        return width;
    }

    void add(Mark mark) {
        marks.add(mark);
    }

    /// Says how far to the right something reaches.
    void reach(double x) {
        used = Math.max(used, x);
    }

    void down(double height) {
        y += height;
    }

    void title(String title) {
        for (String line : wrap(title, BOLD)) {
            reach(MARGIN + Label.columns(line) * BOLD * SANS_ADVANCE);
            marks.add(Text.sans(MARGIN, y + TITLE, line, TITLE).strong().named("part", "title"));
            y += 20;
        }
    }

    void note(String note) {
        for (String line : wrap(note, NOTE)) {
            reach(MARGIN + Label.columns(line) * NOTE * SANS_ADVANCE);
            marks.add(
                    Text.sans(MARGIN, y + NOTE, line, NOTE)
                            .filled(Paint.Role.MUTED)
                            .named("part", "note"));
            y += 17;
        }
    }

    /// Colours with their values. `above` says that values above the scale were drawn in its last
    /// colour.
    void legend(ColourScale scale, boolean above) {
        legend(scale, above, scale::colourAt);
    }

    /// The same with other colours for the positions from 0 to 1.
    void legend(ColourScale scale, boolean above, DoubleFunction<Paint.Rgb> colour) {
        y += 8;
        double bar = Math.min(BAR, width - 2 * MARGIN);
        double step = bar / STEPS;
        for (int i = 0; i < STEPS; i++) {
            double t = i / (STEPS - 1.0);
            // a little wider, so that no seam shows between them
            double w = i < STEPS - 1 ? step + 0.5 : step;
            marks.add(
                    Rect.of(MARGIN + i * step, y, w, 10)
                            .filled(colour.apply(t))
                            .named("position", Svg.number(t)));
        }
        marks.add(Rect.of(MARGIN, y, bar, 10).outlined(Paint.Role.LINE, false));
        tick(MARGIN, Anchor.START, 0, scale, "");
        tick(MARGIN + bar / 2, Anchor.MIDDLE, 0.5, scale, "");
        tick(MARGIN + bar, Anchor.END, 1, scale, above ? "≥ " : "");
        reach(MARGIN + bar);
        y += 34;
    }

    private void tick(double x, Anchor anchor, double t, ColourScale scale, String before) {
        marks.add(new Line(x, y + 10, x, y + 14, Paint.Role.MUTED, Map.of()));
        marks.add(
                Text.mono(x, y + 25, before + Digits.of(scale.value(t)), 10)
                        .at(anchor)
                        .filled(Paint.Role.MUTED)
                        .named("tick", Svg.number(t)));
    }

    /// The picture, no wider than it must be.
    Drawing finish(String title, String description) {
        return new Drawing(
                Math.min(width, Math.ceil(used) + MARGIN), y + MARGIN, title, description, marks);
    }

    private List<String> wrap(String text, double size) {
        int most = Math.max(10, (int) ((width - 2 * MARGIN) / (size * SANS_ADVANCE)));
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            if (!line.isEmpty() && Label.columns(line + " " + word) > most) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
