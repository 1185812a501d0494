package dev.perron.figure;

import dev.perron.attention.Token;
import dev.perron.vision.Mask;
import dev.perron.vision.PatchGrid;
import dev.perron.vision.PatchMap;

import java.util.List;

/// What is laid over a photograph.
public sealed interface Overlay {
    /// Colours over a grey photograph: the brighter, the larger the value.
    ///
    /// @param map a value for each patch, smoothed between them
    /// @param scale from values to colours
    record Heat(PatchMap map, ColourScale scale) implements Overlay {}

    /// Lines along which a map has the same value.
    ///
    /// @param map a value for each patch, smoothed between them
    /// @param scale from values to the lines' colours
    /// @param levels positions on the scale, from 0 to 1
    record Contours(PatchMap map, ColourScale scale, List<Double> levels) implements Overlay {
        /// Copies the levels.
        public Contours {
            levels = List.copyOf(levels);
        }

        /// Four levels, evenly on the scale.
        public static Contours of(PatchMap map, ColourScale scale) {
            return new Contours(map, scale, List.of(0.2, 0.4, 0.6, 0.8));
        }
    }

    /// Each patch tinted by the group that it is in.
    ///
    /// @param groups a whole number from 0 for each patch: the group's colour
    record Groups(PatchMap groups) implements Overlay {}

    /// What isn't in the mask is darkened and grey.
    ///
    /// @param mask of the photograph's size
    record Cut(Mask mask) implements Overlay {}

    /// One patch in a frame.
    ///
    /// @param grid that it is a patch of
    record Frame(PatchGrid grid, Token.Patch patch) implements Overlay {}

    /// Patches with a cross, whose values the colours don't show.
    ///
    /// @param grid that they are patches of
    record Crosses(PatchGrid grid, List<Token.Patch> patches) implements Overlay {
        /// Copies the list.
        public Crosses {
            patches = List.copyOf(patches);
        }
    }
}
