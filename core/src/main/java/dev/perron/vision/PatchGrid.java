package dev.perron.vision;

import dev.perron.attention.Token;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// How a model's tokens lie on the image: some before all patches, then the patches row by row.
///
/// @param rows of patches, at least 1
/// @param columns of patches, at least 1
/// @param prefixTokens before the patches: CLS, registers, a distillation token
public record PatchGrid(int rows, int columns, int prefixTokens) {
    /// More tokens than so before the patches aren't believed.
    static final int MOST_PREFIX = 16;

    private static final int SMALLEST_PATCH = 2;

    /// What tokens are, as far as arithmetic can tell.
    public sealed interface Inference {
        /// There is one grid that fits.
        record Found(PatchGrid grid) implements Inference {}

        /// None fits, or several do.
        ///
        /// @param reason what was found and what would fit, in words
        /// @param candidates those that fit
        record Unclear(String reason, List<PatchGrid> candidates) implements Inference {
            /// Copies the list.
            public Unclear {
                candidates = List.copyOf(candidates);
            }
        }
    }

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException if a side is below 1, or `prefixTokens` negative
    public PatchGrid {
        if (rows < 1 || columns < 1 || prefixTokens < 0) {
            throw new IllegalArgumentException(
                    "grid of %d x %d patches after %d tokens, must be at least 1 x 1 after 0"
                            .formatted(rows, columns, prefixTokens));
        }
    }

    /// The grid of n tokens on what a model was given: `n = prefix + (H/p)(W/p)` with a prefix of
    /// at most 16.
    ///
    /// @param tokens n
    /// @param width W, in pixels
    /// @param height H, in pixels
    /// @param patch p, if it is known; else every p is tried that divides both sides
    public static Inference infer(int tokens, int width, int height, OptionalInt patch) {
        if (patch.isPresent()) {
            return known(tokens, width, height, patch.getAsInt());
        }
        List<PatchGrid> fitting = new ArrayList<>();
        for (int p = SMALLEST_PATCH; p <= Math.min(width, height); p++) {
            long patches = (long) (height / p) * (width / p);
            long prefix = tokens - patches;
            if (width % p == 0 && height % p == 0 && prefix >= 0 && prefix <= MOST_PREFIX) {
                fitting.add(new PatchGrid(height / p, width / p, (int) prefix));
            }
        }
        if (fitting.size() == 1) {
            return new Inference.Found(fitting.getFirst());
        }
        return new Inference.Unclear(
                "%d tokens on %d x %d pixels fit %s"
                        .formatted(
                                tokens,
                                width,
                                height,
                                fitting.isEmpty()
                                        ? "no grid of square patches after at most %d tokens"
                                                .formatted(MOST_PREFIX)
                                        : "several grids: "
                                                + fitting.stream()
                                                        .map(PatchGrid::toString)
                                                        .collect(Collectors.joining(", "))),
                fitting);
    }

    private static Inference known(int tokens, int width, int height, int patch) {
        if (patch < 1 || width % patch != 0 || height % patch != 0) {
            return new Inference.Unclear(
                    "patches of %d pixels don't divide %d x %d pixels"
                            .formatted(patch, width, height),
                    List.of());
        }
        long patches = (long) (height / patch) * (width / patch);
        long prefix = tokens - patches;
        if (prefix < 0 || prefix > MOST_PREFIX) {
            return new Inference.Unclear(
                    "%d tokens on %d x %d pixels, whose patches of %d pixels are %d"
                            .formatted(tokens, width, height, patch, patches),
                    List.of());
        }
        return new Inference.Found(new PatchGrid(height / patch, width / patch, (int) prefix));
    }

    /// The number of patches.
    public int patches() {
        return rows * columns;
    }

    /// Whether a patch is one of the outermost.
    ///
    /// @param patch its number, `row · columns + column`
    public boolean onBorder(int patch) {
        int row = patch / columns;
        int column = patch % columns;
        return row == 0 || column == 0 || row == rows - 1 || column == columns - 1;
    }

    /// The number of tokens n.
    public int tokens() {
        return prefixTokens + patches();
    }

    /// `14 x 14`: rows, then columns.
    public String size() {
        return rows + " x " + columns;
    }

    /// All tokens in order. The first of the prefix is called `[CLS]`; of two the second `[DIST]`,
    /// as a distilled DeiT has it; of more the others `[REG1]`, `[REG2]`, ... What they are isn't
    /// in the numbers; that is what models with so many have.
    public List<Token> names() {
        List<Token> names = new ArrayList<>();
        for (int i = 0; i < prefixTokens; i++) {
            names.add(
                    new Token.Special(
                            i == 0 ? "[CLS]" : prefixTokens == 2 ? "[DIST]" : "[REG" + i + "]"));
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                names.add(new Token.Patch(row, column));
            }
        }
        return names;
    }

    /// The patch that a pixel of the image lies in; of pixels that the model didn't see, the
    /// nearest one.
    public Token.Patch patchAt(double x, double y, ImageView view) {
        int column = (int) Math.floor((x + 0.5 - view.left()) / view.width() * columns);
        int row = (int) Math.floor((y + 0.5 - view.top()) / view.height() * rows);
        return new Token.Patch(Math.clamp(row, 0, rows - 1), Math.clamp(column, 0, columns - 1));
    }

    /// `14 x 14 patches after 1 token`.
    @Override
    public String toString() {
        return "%s patches after %d token%s"
                .formatted(size(), prefixTokens, prefixTokens == 1 ? "" : "s");
    }
}
