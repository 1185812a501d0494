package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Polyline;
import dev.perron.figure.Mark.Polyline.Point;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Metastable states of a photograph's patches: where they are, how crisp each number of states is,
/// the coarse chain between them, and how slowly each head mixes.
///
/// @param panels the photograph with its states
/// @param crispness a bar for each number of states that has an answer, from 0 to 1
/// @param chosen which of the bars is shown in the panels
/// @param coarse `[m][m]`, the coarse chain; entries may be a little below 0
/// @param shares `[m]`, of all patches
/// @param mixing a bar for each head, |λ₂| from 0 to 1
public record StatesOverview(
        PhotoPanels panels,
        List<Bar> crispness,
        int chosen,
        List<List<Double>> coarse,
        List<Double> shares,
        List<Bar> mixing) {
    private static final double WIDTH = 920;
    private static final double HEIGHT = 190;
    private static final double BARS = 96;
    private static final double RING = 62;
    private static final double LARGEST = 24;
    private static final double LEAST_SHOWN = 0.005;
    private static final int MOST_BARS = 40;

    /// A value from 0 to 1 with its name.
    public record Bar(String name, double value) {}

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if the coarse chain and the shares are of different sizes
    public StatesOverview {
        crispness = List.copyOf(crispness);
        coarse = coarse.stream().map(List::copyOf).toList();
        shares = List.copyOf(shares);
        mixing = List.copyOf(mixing);
        if (coarse.size() != shares.size()) {
            throw new IllegalArgumentException(
                    "a coarse chain of %d states with %d shares, must be as many"
                            .formatted(coarse.size(), shares.size()));
        }
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(WIDTH);
        sheet.title(panels.title());
        panels.notes().forEach(sheet::note);
        panels.scale().ifPresent(scale -> sheet.legend(scale, false, ColourMap.DARK::at));
        panels.draw(sheet);
        sheet.down(14);
        double third = (WIDTH - 2 * Sheet.MARGIN) / 3;
        bars(sheet, Sheet.MARGIN, third - 20, "crispness by number of states", crispness, chosen);
        graph(sheet, Sheet.MARGIN + third, third);
        bars(sheet, Sheet.MARGIN + 2 * third, third, "|λ₂| by head: slow mixing", mixing, -1);
        sheet.reach(WIDTH - Sheet.MARGIN);
        sheet.down(HEIGHT);
        return sheet.finish(
                panels.title(),
                "%d metastable states of a photograph's patches, and the chain between them."
                        .formatted(shares.size()));
    }

    private static void bars(
            Sheet sheet, double x, double width, String caption, List<Bar> all, int strong) {
        List<Bar> bars = all.subList(0, Math.min(all.size(), MOST_BARS));
        sheet.add(Text.sans(x, sheet.y() + 12, caption, 12));
        double top = sheet.y() + 26;
        double each = Math.min(34, width / Math.max(1, bars.size()));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double height = BARS * Math.clamp(bar.value(), 0, 1);
            double left = x + i * each;
            Rect rect =
                    Rect.of(left + 1, top + BARS - height, Math.max(1, each - 3), height)
                            .filled(i == strong ? Paint.Role.ACCENT : ColourMap.LIGHT.at(0.6))
                            .named("bar", bar.name());
            sheet.add(rect);
            if (each >= 24) {
                sheet.add(
                        Text.mono(
                                        left + each / 2,
                                        top + BARS - height - 3,
                                        Digits.two(bar.value()),
                                        9)
                                .at(Anchor.MIDDLE)
                                .filled(Paint.Role.MUTED));
            }
            Text name = Text.mono(left + each / 2, top + BARS + 13, bar.name(), 9);
            sheet.add(
                    each >= 24
                            ? name.at(Anchor.MIDDLE)
                            : Text.mono(left + each / 2 + 3, top + BARS + 6, bar.name(), 8)
                                    .at(Anchor.END)
                                    .turned());
        }
        sheet.add(
                new Line(
                        x,
                        top + BARS,
                        x + each * bars.size(),
                        top + BARS,
                        Paint.Role.MUTED,
                        Map.of()));
    }

    /// States on a ring, as large as their shares; a line between two is as thick as what goes
    /// either way.
    private void graph(Sheet sheet, double x, double width) {
        sheet.add(Text.sans(x, sheet.y() + 12, "coarse chain: probability to stay, to go", 12));
        double middleX = x + width / 2 - 10;
        double middleY = sheet.y() + 30 + RING + LARGEST / 2;
        int m = shares.size();
        List<Point> places = new ArrayList<>();
        for (int j = 0; j < m; j++) {
            double angle = 2 * Math.PI * j / m - Math.PI / 2;
            double ring = m == 1 ? 0 : RING;
            places.add(
                    new Point(
                            middleX + 1.5 * ring * Math.cos(angle),
                            middleY + ring * Math.sin(angle)));
        }
        for (int i = 0; i < m; i++) {
            for (int j = i + 1; j < m; j++) {
                double there = coarse.get(i).get(j);
                double back = coarse.get(j).get(i);
                if (Math.max(there, back) >= LEAST_SHOWN) {
                    Point a = places.get(i);
                    Point b = places.get(j);
                    sheet.add(
                            new Polyline(
                                    List.of(a, b),
                                    false,
                                    1 + 8 * Math.clamp((there + back) / 2, 0, 1),
                                    Paint.Role.LINE,
                                    Map.of("between", i + "," + j)));
                    label(sheet, a, b, there);
                    label(sheet, b, a, back);
                }
            }
        }
        for (int j = 0; j < m; j++) {
            Point at = places.get(j);
            double radius = 8 + (LARGEST - 8) * Math.sqrt(Math.clamp(shares.get(j), 0, 1));
            Paint.Rgb colour = GroupColours.of(j);
            sheet.add(
                    Rect.of(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
                            .rounded(radius)
                            .filled(colour)
                            .outlined(Paint.Role.INK, false)
                            .named("state", String.valueOf(j)));
            sheet.add(
                    Text.mono(
                                    at.x(),
                                    at.y() + 3.5,
                                    Digits.two(Math.clamp(coarse.get(j).get(j), -1, 1)),
                                    10)
                            .at(Anchor.MIDDLE)
                            .filled(colour.ink()));
        }
    }

    /// What goes from one state to another, a third of the way.
    private static void label(Sheet sheet, Point from, Point to, double value) {
        double x = from.x() + 0.38 * (to.x() - from.x());
        double y = from.y() + 0.38 * (to.y() - from.y());
        sheet.add(
                Text.mono(x, y - 3, Digits.two(Math.clamp(value, -1, 1)), 9)
                        .at(Anchor.MIDDLE)
                        .filled(Paint.Role.MUTED));
    }
}
