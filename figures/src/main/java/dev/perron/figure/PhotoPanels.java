package dev.perron.figure;

import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;
import dev.perron.vision.ImageView;
import dev.perron.vision.PatchMap;
import dev.perron.vision.Resampling;
import dev.perron.vision.RgbImage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A photograph, several times side by side, each time with something laid over it.
///
/// In SVG a panel is a group with `data-panel`, its number from 0.
///
/// @param title one line
/// @param notes sentences below the title
/// @param photo the photograph
/// @param view the part of it that the patches lie over
/// @param panels at least one
/// @param scale of all panels, for the legend; none where there are no values
public record PhotoPanels(
        String title,
        List<String> notes,
        RgbImage photo,
        ImageView view,
        List<Panel> panels,
        Optional<ColourScale> scale) {
    private static final double SHEET = 920;
    private static final double GAP = 10;
    private static final double CAPTION = 20;
    private static final double LARGEST = 430;
    private static final double SMALLEST = 138;

    /// Pixels of the raster for each of the drawing, so that a PNG at twice the size is sharp.
    private static final double SHARP = 2;

    /// The photograph once.
    ///
    /// @param caption a few words below it
    /// @param overlays from back to front
    public record Panel(String caption, List<Overlay> overlays) {
        /// Copies the overlays.
        public Panel {
            overlays = List.copyOf(overlays);
        }

        /// A panel with these overlays.
        public static Panel of(String caption, Overlay... overlays) {
            return new Panel(caption, List.of(overlays));
        }
    }

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if there is no panel
    public PhotoPanels {
        notes = List.copyOf(notes);
        panels = List.copyOf(panels);
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("no panels, must be at least 1");
        }
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(SHEET);
        sheet.title(title);
        notes.forEach(sheet::note);
        scale.ifPresent(of -> sheet.legend(of, above(of), ColourMap.DARK::at));
        draw(sheet);
        return sheet.finish(
                title,
                "A photograph of %d x %d pixels, %s."
                        .formatted(
                                photo.width(),
                                photo.height(),
                                panels.size() == 1
                                        ? panels.getFirst().caption()
                                        : "in %d panels".formatted(panels.size())));
    }

    /// Whether a value is above the scale, and has its last colour.
    private boolean above(ColourScale of) {
        return panels.stream()
                .flatMap(panel -> panel.overlays().stream())
                .anyMatch(
                        overlay ->
                                overlay instanceof Overlay.Heat(PatchMap map, _)
                                        && Arrays.stream(map.toArray())
                                                .anyMatch(value -> value > of.high()));
    }

    /// All panels, from the sheet's place on.
    void draw(Sheet sheet) {
        double room = SHEET - 2 * Sheet.MARGIN;
        int columns = Math.min(panels.size(), (int) ((room + GAP) / (SMALLEST + GAP)));
        double width = Math.min(LARGEST, Math.floor((room + GAP) / columns - GAP));
        double height = Math.max(1, Math.round(width * photo.height() / photo.width()));
        RgbImage small = small(width, height);
        sheet.down(4);
        for (int i = 0; i < panels.size(); i++) {
            if (i > 0 && i % columns == 0) {
                sheet.down(height + CAPTION + GAP);
            }
            double x = Sheet.MARGIN + i % columns * (width + GAP);
            sheet.reach(x + width);
            sheet.add(panel(i, small, Rect.of(x, sheet.y(), width, height)));
        }
        sheet.down(height + CAPTION);
    }

    /// The photograph in as many pixels as are shown, never more than it has.
    private RgbImage small(double width, double height) {
        int w = (int) Math.min(photo.width(), width * SHARP);
        int h = (int) Math.min(photo.height(), height * SHARP);
        return w == photo.width() && h == photo.height()
                ? photo
                : Resampling.BILINEAR.resize(photo, Math.max(w, 1), Math.max(h, 1));
    }

    private Mark.Group panel(int number, RgbImage small, Rect place) {
        Panel panel = panels.get(number);
        double across = (double) small.width() / photo.width();
        double down = (double) small.height() / photo.height();
        PanelPainter painter =
                new PanelPainter(
                        small,
                        new ImageView(
                                view.left() * across,
                                view.top() * down,
                                view.width() * across,
                                view.height() * down),
                        place);
        panel.overlays().forEach(painter::lay);
        List<Mark> marks = new ArrayList<>(painter.marks());
        marks.add(
                Text.sans(place.x(), place.y() + place.height() + 14, panel.caption(), 11)
                        .filled(Paint.Role.MUTED));
        return new Mark.Group("", Map.of("panel", String.valueOf(number)), marks);
    }
}
