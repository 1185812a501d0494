package dev.perron.figure;

import dev.perron.attention.Token;
import dev.perron.figure.Mark.Polyline;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Paint.Rgb;
import dev.perron.vision.ImageView;
import dev.perron.vision.Mask;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PatchMap;
import dev.perron.vision.PixelMap;
import dev.perron.vision.RgbImage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Lays one thing after another over a photograph: colours into its pixels, lines above them.
final class PanelPainter {
    private static final double HEAT = 0.62;
    private static final double TINT = 0.5;
    private static final double DARK = 0.72;
    private static final Rgb HALO = Rgb.of(0x231545);

    private final RgbImage photo;
    private final ImageView view;
    private final Rect place;
    private final int[] colours; // [y · width + x], 0xrrggbb
    private final List<Mark> lines = new ArrayList<>();

    /// @param view of the patches, in pixels of `photo`
    /// @param place of the photo on the paper
    PanelPainter(RgbImage photo, ImageView view, Rect place) {
        this.photo = photo;
        this.view = view;
        this.place = place;
        this.colours = new int[photo.width() * photo.height()];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = photo.at(i % photo.width(), i / photo.width());
        }
    }

    /// Lays an overlay over what is there.
    void lay(Overlay overlay) {
        switch (overlay) {
            case Overlay.Heat(PatchMap map, ColourScale scale) -> {
                PixelMap values = map.upsampled(view, photo.width(), photo.height());
                paint(
                        (x, y, was) ->
                                mixed(
                                        grey(was),
                                        ColourMap.DARK.at(scale.position(values.at(x, y))),
                                        HEAT));
            }
            case Overlay.Groups(PatchMap groups) ->
                    paint(
                            (x, y, was) -> {
                                var patch = groups.grid().patchAt(x, y, view);
                                int group = (int) groups.at(patch.row(), patch.column());
                                return mixed(was, GroupColours.of(group), TINT);
                            });
            case Overlay.Cut(Mask mask) ->
                    paint(
                            (x, y, was) ->
                                    mask.at(
                                                    x * mask.width() / photo.width(),
                                                    y * mask.height() / photo.height())
                                            ? was
                                            : mixed(grey(was), Rgb.BLACK, DARK));
            case Overlay.Contours(PatchMap map, ColourScale scale, List<Double> levels) -> {
                PixelMap values = map.upsampled(view, photo.width(), photo.height());
                levels.forEach(level -> contours(values, scale.value(level), level));
            }
            case Overlay.Frame frame -> frame(frame);
            case Overlay.Crosses(var grid, var patches) ->
                    patches.forEach(patch -> cross(grid, patch));
        }
    }

    /// The photograph as it is now, and the lines.
    List<Mark> marks() {
        List<Mark> marks = new ArrayList<>();
        marks.add(
                new Raster(
                        place.x(),
                        place.y(),
                        place.width(),
                        place.height(),
                        Pixels.of(
                                photo.width(),
                                photo.height(),
                                (x, y) -> colours[y * photo.width() + x]),
                        Map.of("part", "photo")));
        marks.addAll(lines);
        return marks;
    }

    private void contours(PixelMap values, double value, double level) {
        for (ContourLines.Contour contour : ContourLines.of(values, value)) {
            List<Polyline.Point> points =
                    contour.points().stream().map(p -> onPaper(p.x(), p.y())).toList();
            lines.add(line(points, contour.closed(), 3, HALO));
            lines.add(line(points, contour.closed(), 1.5, ColourMap.DARK.at(level)));
        }
    }

    private void frame(Overlay.Frame frame) {
        double width = view.width() / frame.grid().columns();
        double height = view.height() / frame.grid().rows();
        double left = view.left() + frame.patch().column() * width;
        double top = view.top() + frame.patch().row() * height;
        List<Polyline.Point> corners =
                List.of(
                        onPaper(left, top),
                        onPaper(left + width, top),
                        onPaper(left + width, top + height),
                        onPaper(left, top + height));
        lines.add(line(corners, true, 3, Rgb.WHITE));
        lines.add(line(corners, true, 1.5, Paint.Role.ACCENT));
    }

    private void cross(PatchGrid grid, Token.Patch patch) {
        double width = view.width() / grid.columns();
        double height = view.height() / grid.rows();
        double x = view.left() + (patch.column() + 0.5) * width;
        double y = view.top() + (patch.row() + 0.5) * height;
        for (int down : new int[] {-1, 1}) {
            List<Polyline.Point> ends =
                    List.of(
                            onPaper(x - width / 4, y - down * height / 4),
                            onPaper(x + width / 4, y + down * height / 4));
            lines.add(line(ends, false, 3, HALO));
            lines.add(line(ends, false, 1.5, Rgb.WHITE));
        }
    }

    private Polyline.Point onPaper(double x, double y) {
        return new Polyline.Point(
                place.x() + x * place.width() / photo.width(),
                place.y() + y * place.height() / photo.height());
    }

    private static Polyline line(
            List<Polyline.Point> points, boolean closed, double thickness, Paint stroke) {
        return new Polyline(points, closed, thickness, stroke, Map.of("part", "line"));
    }

    /// Says what becomes of a pixel.
    @FunctionalInterface
    private interface Brush {
        int at(int x, int y, int was);
    }

    private void paint(Brush brush) {
        for (int i = 0; i < colours.length; i++) {
            colours[i] = brush.at(i % photo.width(), i / photo.width(), colours[i]);
        }
    }

    private static int grey(int packed) {
        Rgb colour = Rgb.of(packed);
        double luma = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue();
        int level = (int) Math.round(luma);
        return level << 16 | level << 8 | level;
    }

    /// `part` of the second colour, the rest of the first.
    private static int mixed(int packed, Rgb with, double part) {
        Rgb colour = Rgb.of(packed);
        return new Rgb(
                        channel(colour.red(), with.red(), part),
                        channel(colour.green(), with.green(), part),
                        channel(colour.blue(), with.blue(), part))
                .packed();
    }

    private static int channel(int from, int to, double part) {
        return (int) Math.round((1 - part) * from + part * to);
    }
}
