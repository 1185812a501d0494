package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;
import dev.perron.figure.Paint.Rgb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Layers x heads, each head a cell coloured by a value from 0 to 1, such as |λ₂|.
///
/// In SVG a head is a group with `data-layer` and `data-head`, its numbers in the model.
///
/// @param title one line
/// @param notes sentences below the title: what the value is
/// @param quantity what the value is called in a tooltip, `|λ₂|`
/// @param layers the layers' numbers, top to bottom, at least 1
/// @param values `[layer][head]`, from 0 to 1; every layer has as many heads
/// @param scale from values to colours
public record HeadWall(
        String title,
        List<String> notes,
        String quantity,
        List<Integer> layers,
        List<List<Double>> values,
        ColourScale scale) {
    private static final double LEFT = 40;
    private static final double TOP = 18;
    private static final double CELL = 40;
    private static final double HEIGHT = 28;
    private static final double GAP = 3;
    private static final double NARROWEST = 420;

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if sizes don't fit, or a value isn't from 0 to 1
    public HeadWall {
        notes = List.copyOf(notes);
        layers = List.copyOf(layers);
        values = values.stream().map(List::copyOf).toList();
        if (layers.isEmpty() || layers.size() != values.size() || values.getFirst().isEmpty()) {
            throw new IllegalArgumentException(
                    "%d layers with %d rows of values, must be as many, at least 1, not empty"
                            .formatted(layers.size(), values.size()));
        }
        for (int l = 0; l < layers.size(); l++) {
            List<Double> row = values.get(l);
            if (row.size() != values.getFirst().size()) {
                throw new IllegalArgumentException(
                        "layer %d has %d heads, must be %d as in layer %d"
                                .formatted(
                                        layers.get(l),
                                        row.size(),
                                        values.getFirst().size(),
                                        layers.getFirst()));
            }
            for (int h = 0; h < row.size(); h++) {
                if (!(row.get(h) >= 0 && row.get(h) <= 1)) {
                    throw new IllegalArgumentException(
                            "L%dH%d = %s, must be from 0 to 1"
                                    .formatted(layers.get(l), h, row.get(h)));
                }
            }
        }
    }

    /// The wall of |λ₂|, on the scale from 0 to 1.
    public static HeadWall ofLambda2(
            String title, List<Integer> layers, List<List<Double>> lambda2) {
        return new HeadWall(
                title,
                List.of(
                        "Rows are layers, columns heads. |λ₂| from 0 (forgets where it started in"
                                + " one bounce) to 1 (never forgets)."),
                "|λ₂|",
                layers,
                lambda2,
                ColourScale.UNIT);
    }

    /// The picture.
    public Drawing draw() {
        int heads = values.getFirst().size();
        Sheet sheet =
                new Sheet(Math.max(NARROWEST, LEFT + heads * (CELL + GAP) + 2 * Sheet.MARGIN));
        sheet.title(title);
        notes.forEach(sheet::note);
        boolean above = values.stream().anyMatch(row -> Values.above(row, scale));
        sheet.legend(scale, above);
        for (int h = 0; h < heads; h++) {
            sheet.add(axis("H" + h, x(h) + CELL / 2, sheet.y() + 12).at(Anchor.MIDDLE));
        }
        sheet.down(TOP);
        for (int l = 0; l < layers.size(); l++) {
            double middle = sheet.y() + HEIGHT / 2 + 4;
            sheet.add(axis("L" + layers.get(l), Sheet.MARGIN + LEFT - 8, middle).at(Anchor.END));
            List<Mark> row = new ArrayList<>();
            for (int h = 0; h < heads; h++) {
                row.add(cell(l, h, x(h), sheet.y()));
            }
            sheet.add(new Group("", Map.of("part", "layer"), row));
            sheet.reach(x(heads) - GAP);
            sheet.down(HEIGHT + GAP);
        }
        return sheet.finish(
                title,
                "%d layers of %d heads, each coloured by %s."
                        .formatted(layers.size(), heads, quantity));
    }

    private static double x(int head) {
        return Sheet.MARGIN + LEFT + head * (CELL + GAP);
    }

    private static Text axis(String text, double x, double y) {
        return Text.mono(x, y, text, 11).filled(Paint.Role.MUTED);
    }

    private Group cell(int l, int h, double x, double y) {
        double value = values.get(l).get(h);
        Rgb colour = scale.colour(value);
        String layer = String.valueOf(layers.get(l));
        return new Group(
                "L%sH%d: %s = %s".formatted(layer, h, quantity, Digits.of(value)),
                Map.of("layer", layer, "head", String.valueOf(h)),
                List.of(
                        Rect.of(x + 0.5, y + 0.5, CELL - 1, HEIGHT - 1)
                                .rounded(4)
                                .filled(colour)
                                .outlined(Paint.Role.LINE, false),
                        Text.mono(x + CELL / 2, y + HEIGHT / 2 + 4, Digits.two(value), 11)
                                .at(Anchor.MIDDLE)
                                .filled(colour.ink())));
    }
}
