package dev.perron.cli;

import dev.perron.attention.Token;
import dev.perron.figure.ColourScale;
import dev.perron.figure.Overlay;
import dev.perron.figure.PhotoPanels;
import dev.perron.vision.ImageView;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PatchMap;
import dev.perron.vision.PixelTensor;
import dev.perron.vision.RgbImage;
import dev.perron.vision.SinkPatches;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A photograph whose patches are tokens.
///
/// @param file where it is from
/// @param image as it is on disk
/// @param pixels what the model was given
/// @param view the part of the photograph that this is
/// @param grid of the tokens
record Picture(Path file, RgbImage image, PixelTensor pixels, ImageView view, PatchGrid grid) {
    /// The share of patches whose values have colours of their own.
    private static final double SHOWN = 0.97;

    /// What a document says about it.
    Map<String, Object> facts() {
        return Json.object(
                "image", file.toString(),
                "imageWidth", image.width(),
                "imageHeight", image.height(),
                "inputWidth", pixels.width(),
                "inputHeight", pixels.height(),
                "rows", grid.rows(),
                "columns", grid.columns(),
                "prefixTokens", grid.prefixTokens());
    }

    /// In words, below a title.
    String words() {
        return "%s, %s".formatted(file, grid);
    }

    /// Values on the states of a chain, over the photograph: in colours and as contours. Of tokens
    /// before the patches the notes have to speak; see [#scale] for where colours end.
    ///
    /// @param notes sentences below the title
    PhotoPanels over(String title, Subject subject, double[] values, String... notes) {
        SinkPatches sinks = sinks(subject);
        PatchMap whole = map(subject.tokens(), values);
        PatchMap map = sinks.filled(whole);
        ColourScale scale = scale(map);
        List<String> all = new ArrayList<>(List.of(words()));
        all.addAll(List.of(notes));
        sinkNote(sinks, whole).ifPresent(all::add);
        return new PhotoPanels(
                title,
                all,
                image,
                view,
                List.of(
                        PhotoPanels.Panel.of(
                                "as colours", new Overlay.Heat(map, scale), crosses(sinks)),
                        PhotoPanels.Panel.of(
                                "as contours", Overlay.Contours.of(map, scale), crosses(sinks))),
                Optional.of(scale));
    }

    /// Patches that all tokens look at, whose values would drown all others.
    SinkPatches sinks(Subject subject) {
        return SinkPatches.of(subject.transition(), subject.tokens(), grid);
    }

    /// What marks them.
    static Overlay crosses(SinkPatches sinks) {
        return new Overlay.Crosses(sinks.grid(), patches(sinks));
    }

    private static List<Token.Patch> patches(SinkPatches sinks) {
        int columns = sinks.grid().columns();
        return sinks.patches().stream()
                .map(patch -> new Token.Patch(patch / columns, patch % columns))
                .toList();
    }

    /// What is said of them, if there are any.
    ///
    /// @param map with their values
    static Optional<String> sinkNote(SinkPatches sinks, PatchMap map) {
        if (sinks.patches().isEmpty()) {
            return Optional.empty();
        }
        double[] values = map.toArray();
        double held = sinks.patches().stream().mapToDouble(patch -> values[patch]).sum();
        List<Token.Patch> named = patches(sinks);
        return Optional.of(
                "Crossed out, with the colours of the patches around them: %d that all tokens look at alike, as at registers (%s%s), %s in all."
                        .formatted(
                                named.size(),
                                named.stream()
                                        .limit(4)
                                        .map(Token::label)
                                        .collect(Collectors.joining(" ")),
                                named.size() > 4 ? " ..." : "",
                                Table.number(held)));
    }

    /// From the smallest value to one that few are above: in later layers of many models a few
    /// patches of background, as registers would, get most of the attention, and would drown all
    /// others.
    static ColourScale scale(PatchMap... maps) {
        double[] values =
                Arrays.stream(maps).flatMapToDouble(map -> Arrays.stream(map.toArray())).toArray();
        Arrays.sort(values);
        double least = values[0];
        double most = values[(int) (SHOWN * (values.length - 1))];
        if (!(least < most)) {
            most = values[values.length - 1];
        }
        return least < most
                ? new ColourScale(least, most, ColourScale.Shape.LINEAR)
                : ColourScale.upTo(most);
    }

    /// Of values on the states of a chain, those of patches; 0 for a patch that is no state.
    PatchMap map(List<Token> tokens, double[] values) {
        double[] patches = new double[grid.patches()];
        for (int i = 0; i < values.length; i++) {
            if (tokens.get(i) instanceof Token.Patch(int row, int column)) {
                patches[row * grid.columns() + column] = values[i];
            }
        }
        return PatchMap.of(grid, patches);
    }
}
