package dev.perron.figure;

import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.vision.ImageView;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.Resampling;
import dev.perron.vision.RgbImage;

import java.util.List;
import java.util.Map;

/// A photograph, and beside it its patches as cells, each coloured by its score; tokens before the
/// patches stand above them. What [TokenStrip] is for a text.
///
/// In SVG a token is a group with `data-token`, its place from 0.
///
/// @param title one line
/// @param photo the photograph
/// @param view the part of it that the patches lie over
/// @param grid of the patches
/// @param tokens the n tokens, those before the patches first
/// @param scores `[n]`, finite and not negative
/// @param width in pixels, at least 240
public record PhotoCells(
        String title,
        RgbImage photo,
        ImageView view,
        PatchGrid grid,
        List<Label> tokens,
        List<Double> scores,
        double width) {
    private static final double GAP = 10;
    private static final double SIDE = 400;
    private static final double BEFORE = 18;
    private static final double SHARP = 2;

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if sizes don't fit, or a score is negative or not finite
    public PhotoCells {
        tokens = List.copyOf(tokens);
        scores = List.copyOf(scores);
        Values.require(tokens.size(), scores);
        if (tokens.size() != grid.tokens()) {
            throw new IllegalArgumentException(
                    "%d tokens on a grid of %d, must be as many"
                            .formatted(tokens.size(), grid.tokens()));
        }
        if (!(width >= 240 && width < 1e5)) {
            throw new IllegalArgumentException("width " + width + ", must be from 240 to 100000");
        }
    }

    /// The picture.
    public Drawing draw() {
        ColourScale scale = ColourScale.upTo(scores.stream().mapToDouble(s -> s).max().orElse(0));
        Sheet sheet = new Sheet(width);
        sheet.title(title);
        sheet.legend(scale, false);
        sheet.down(4);
        double across = Math.min(SIDE, Math.floor((width - 2 * Sheet.MARGIN - GAP) / 2));
        double down = Math.max(1, Math.round(across * view.height() / view.width()));
        double above = grid.prefixTokens() > 0 ? BEFORE + 4 : 0;
        double top = sheet.y() + above;
        sheet.add(
                new Raster(
                        Sheet.MARGIN,
                        top,
                        across,
                        down,
                        seen(across, down),
                        Map.of("part", "photo")));
        double left = Sheet.MARGIN + across + GAP;
        for (int i = 0; i < grid.prefixTokens(); i++) {
            sheet.add(cell(i, Rect.of(left + i * (BEFORE + 4), sheet.y(), BEFORE, BEFORE), scale));
        }
        double cellWidth = across / grid.columns();
        double cellHeight = down / grid.rows();
        for (int patch = 0; patch < grid.patches(); patch++) {
            int row = patch / grid.columns();
            int column = patch % grid.columns();
            sheet.add(
                    cell(
                            grid.prefixTokens() + patch,
                            Rect.of(
                                    left + column * cellWidth,
                                    top + row * cellHeight,
                                    cellWidth,
                                    cellHeight),
                            scale));
        }
        sheet.reach(left + across);
        sheet.down(above + down + 6);
        return sheet.finish(
                title,
                "A photograph and its %d patches, coloured by score.".formatted(grid.patches()));
    }

    private Group cell(int i, Rect place, ColourScale scale) {
        double score = scores.get(i);
        return new Group(
                "%d “%s”: %s".formatted(i, tokens.get(i).visible(), Digits.of(score)),
                Map.of("token", String.valueOf(i)),
                List.of(
                        place.filled(scale.colour(score))
                                .outlined(
                                        tokens.get(i).special()
                                                ? Paint.Role.ACCENT
                                                : Paint.Role.LINE,
                                        tokens.get(i).special())));
    }

    /// What the patches lie over, in about as many pixels as are shown.
    private Pixels seen(double across, double down) {
        int[] box = {
            (int) Math.floor(view.left()),
            (int) Math.floor(view.top()),
            (int) Math.ceil(view.left() + view.width()),
            (int) Math.ceil(view.top() + view.height())
        };
        int left = Math.clamp(box[0], 0, photo.width() - 1);
        int top = Math.clamp(box[1], 0, photo.height() - 1);
        int w = Math.clamp(box[2], left + 1, photo.width()) - left;
        int h = Math.clamp(box[3], top + 1, photo.height()) - top;
        RgbImage part = RgbImage.of(w, h, (x, y) -> photo.at(left + x, top + y));
        int shownWidth = (int) Math.clamp(across * SHARP, 1, w);
        int shownHeight = (int) Math.clamp(down * SHARP, 1, h);
        RgbImage shown = Resampling.BILINEAR.resize(part, shownWidth, shownHeight);
        return Pixels.of(shownWidth, shownHeight, (x, y) -> shown.at(x, y));
    }
}
