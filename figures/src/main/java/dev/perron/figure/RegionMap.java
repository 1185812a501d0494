package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;
import dev.perron.figure.Paint.Rgb;

import java.util.List;
import java.util.Map;

/// The unit square, coloured by which of several kinds a point is of: a phase diagram. Within a
/// kind a shade may tell a level from 0 to 1.
///
/// @param title one line
/// @param notes sentences below the title
/// @param x the name of the axis to the right, from 0 to 1
/// @param y the name of the axis upward, from 0 to 1
/// @param kinds their names, at least one
/// @param region what is where, asked at the middle of each cell
/// @param cells a side, at least 1
public record RegionMap(
        String title,
        List<String> notes,
        String x,
        String y,
        List<String> kinds,
        Region region,
        int cells) {
    private static final double SIDE = 360;
    private static final double LEFT = 56;

    /// What is at a point.
    @FunctionalInterface
    public interface Region {
        /// The point at (x, y), both between 0 and 1.
        Place at(double x, double y);
    }

    /// A point of the square.
    ///
    /// @param kind its number, from 0
    /// @param level from 0, pale, to 1
    public record Place(int kind, double level) {}

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there are no kinds or no cells
    public RegionMap {
        notes = List.copyOf(notes);
        kinds = List.copyOf(kinds);
        if (kinds.isEmpty() || cells < 1) {
            throw new IllegalArgumentException(
                    "%d kinds, %d cells a side, must be at least 1 each"
                            .formatted(kinds.size(), cells));
        }
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(LEFT + SIDE + 220);
        sheet.title(title);
        notes.forEach(sheet::note);
        sheet.down(8);
        double left = Sheet.MARGIN + LEFT;
        double top = sheet.y();
        sheet.add(
                new Raster(
                        left,
                        top,
                        SIDE,
                        SIDE,
                        Pixels.of(
                                cells,
                                cells,
                                (column, row) ->
                                        colour(
                                                        region.at(
                                                                (column + 0.5) / cells,
                                                                1 - (row + 0.5) / cells))
                                                .packed()),
                        Map.of("part", "regions")));
        sheet.add(Rect.of(left, top, SIDE, SIDE).outlined(Paint.Role.LINE, false));
        for (int i = 0; i <= 4; i++) {
            double t = i / 4.0;
            sheet.add(
                    new Line(
                            left + t * SIDE,
                            top + SIDE,
                            left + t * SIDE,
                            top + SIDE + 4,
                            Paint.Role.MUTED,
                            Map.of()));
            sheet.add(
                    Text.mono(left + t * SIDE, top + SIDE + 16, ChartAxis.written(t), 10)
                            .at(Anchor.MIDDLE)
                            .filled(Paint.Role.MUTED));
            sheet.add(
                    new Line(
                            left - 4,
                            top + (1 - t) * SIDE,
                            left,
                            top + (1 - t) * SIDE,
                            Paint.Role.MUTED,
                            Map.of()));
            sheet.add(
                    Text.mono(left - 8, top + (1 - t) * SIDE + 3.5, ChartAxis.written(t), 10)
                            .at(Anchor.END)
                            .filled(Paint.Role.MUTED));
        }
        sheet.add(Text.sans(left + SIDE / 2, top + SIDE + 34, x, 12).at(Anchor.MIDDLE));
        sheet.add(Text.sans(Sheet.MARGIN + 12, top + SIDE / 2, y, 12).at(Anchor.MIDDLE).turned());
        sheet.reach(left + SIDE);
        sheet.down(SIDE + 44);
        for (int kind = 0; kind < kinds.size(); kind++) {
            sheet.add(
                    Rect.of(Sheet.MARGIN, sheet.y() + 2, 12, 12)
                            .filled(colour(new Place(kind, 1)))
                            .named("kind", String.valueOf(kind)));
            sheet.add(Text.sans(Sheet.MARGIN + 20, sheet.y() + 12, kinds.get(kind), 12));
            sheet.reach(Sheet.MARGIN + 20 + Label.columns(kinds.get(kind)) * 7);
            sheet.down(18);
        }
        return sheet.finish(
                title, "A square of %s over %s: %s.".formatted(y, x, String.join("; ", kinds)));
    }

    /// Mixed with white, so that what is written on it could be read.
    private static Rgb colour(Place place) {
        double part = 0.25 + 0.5 * Math.clamp(place.level(), 0, 1);
        Rgb full = Hues.of(place.kind());
        return new Rgb(
                mixed(full.red(), part), mixed(full.green(), part), mixed(full.blue(), part));
    }

    private static int mixed(int channel, double part) {
        return (int) Math.round(255 + part * (channel - 255));
    }
}
