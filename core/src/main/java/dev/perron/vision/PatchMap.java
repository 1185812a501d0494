package dev.perron.vision;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// A value for each patch of a grid, `[rows, columns]`. Immutable.
public final class PatchMap {
    private final PatchGrid grid;
    private final double[] values; // [row · columns + column]

    private PatchMap(PatchGrid grid, double[] values) {
        this.grid = grid;
        this.values = values;
    }

    /// The map with these values.
    ///
    /// @param values `[row · columns + column]`, copied
    /// @throws IllegalArgumentException if there aren't as many as patches, or one isn't finite
    public static PatchMap of(PatchGrid grid, double... values) {
        if (values.length != grid.patches()) {
            throw new IllegalArgumentException(
                    "%d values, must be %d, one a patch of %s"
                            .formatted(values.length, grid.patches(), grid.size()));
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "patch %d,%d: %s, must be finite"
                                .formatted(i / grid.columns(), i % grid.columns(), values[i]));
            }
        }
        return new PatchMap(grid, values.clone());
    }

    /// The map of a function of the patch's number, `row · columns + column`.
    ///
    /// @throws IllegalArgumentException if a value isn't finite
    public static PatchMap of(PatchGrid grid, IntToDoubleFunction value) {
        double[] values = new double[grid.patches()];
        Arrays.setAll(values, value);
        return of(grid, values);
    }

    /// Of values on all tokens, those of the patches.
    ///
    /// @param values `[n]`
    /// @throws IllegalArgumentException if there aren't n of them
    public static PatchMap ofTokens(PatchGrid grid, double... values) {
        if (values.length != grid.tokens()) {
            throw new IllegalArgumentException(
                    "%d values, must be %d, one a token".formatted(values.length, grid.tokens()));
        }
        return of(grid, Arrays.copyOfRange(values, grid.prefixTokens(), values.length));
    }

    /// The grid.
    public PatchGrid grid() {
        return grid;
    }

    /// The value of a patch.
    public double at(int row, int column) {
        return values[row * grid.columns() + column];
    }

    /// All values, `[row · columns + column]`, a copy.
    public double[] toArray() {
        return values.clone();
    }

    /// The values turned around: `-m`.
    public PatchMap negated() {
        return of(grid, i -> -values[i]);
    }

    /// Brought to `[0, 1]`: the least value is 0, the largest 1. All 0 if they are all the same.
    public PatchMap scaled() {
        double least = Arrays.stream(values).min().orElseThrow();
        double range = Arrays.stream(values).max().orElseThrow() - least;
        return of(grid, i -> range > 0 ? (values[i] - least) / range : 0);
    }

    /// The map at the size of the image: bilinear between the centres of patches, constant outside
    /// of them.
    ///
    /// @param view what the grid lies over
    /// @param width of the image, at least 1
    /// @param height of the image, at least 1
    public PixelMap upsampled(ImageView view, int width, int height) {
        Places across = Places.of(width, view.left(), view.width(), grid.columns());
        Places down = Places.of(height, view.top(), view.height(), grid.rows());
        float[] pixels = new float[Math.multiplyExact(width, height)];
        double[] line = new double[grid.columns()];
        for (int y = 0; y < height; y++) {
            double below = down.part[y];
            for (int c = 0; c < line.length; c++) {
                line[c] =
                        (1 - below) * at(down.first[y], c)
                                + below * at(Math.min(down.first[y] + 1, grid.rows() - 1), c);
            }
            for (int x = 0; x < width; x++) {
                int left = across.first[x];
                int right = Math.min(left + 1, line.length - 1);
                pixels[y * width + x] =
                        (float) ((1 - across.part[x]) * line[left] + across.part[x] * line[right]);
            }
        }
        return PixelMap.owned(width, height, pixels);
    }

    /// Where pixels lie between the centres of patches, along one side.
    private static final class Places {
        private final int[] first; // the patch before
        private final double[] part; // how far it is to the next, from 0 to 1

        private Places(int[] first, double[] part) {
            this.first = first;
            this.part = part;
        }

        static Places of(int pixels, double start, double length, int patches) {
            int[] first = new int[pixels];
            double[] part = new double[pixels];
            for (int i = 0; i < pixels; i++) {
                double at =
                        Math.clamp((i + 0.5 - start) / length * patches - 0.5, 0, patches - 1.0);
                first[i] = (int) at;
                part[i] = at - first[i];
            }
            return new Places(first, part);
        }
    }
}
