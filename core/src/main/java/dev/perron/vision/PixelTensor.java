package dev.perron.vision;

/// An image as a model takes it: `[3, H, W]`, normalised, float32. Immutable.
public final class PixelTensor {
    /// Red, green and blue.
    public static final int CHANNELS = 3;

    private final int width;
    private final int height;
    private final float[] values; // [channel · height · width + y · width + x]

    private PixelTensor(int width, int height, float[] values) {
        this.width = width;
        this.height = height;
        this.values = values;
    }

    /// The tensor with these values.
    ///
    /// @param values `[3, H, W]`, row-major, copied
    /// @throws IllegalArgumentException if a side is below 1, there aren't 3 · H · W values, or one
    ///   isn't finite
    public static PixelTensor of(int width, int height, float[] values) {
        if (width < 1 || height < 1 || values.length != (long) CHANNELS * width * height) {
            throw new IllegalArgumentException(
                    "%d values, must be 3 x %d x %d, sides at least 1"
                            .formatted(values.length, height, width));
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "value[%d] = %s, must be finite".formatted(i, values[i]));
            }
        }
        return new PixelTensor(width, height, values.clone());
    }

    /// Pixels across.
    public int width() {
        return width;
    }

    /// Pixels down.
    public int height() {
        return height;
    }

    /// The value of a channel (0 red, 1 green, 2 blue) at (x, y).
    public float at(int channel, int x, int y) {
        return values[(channel * height + y) * width + x];
    }

    /// All values, `[3, H, W]`, a copy.
    public float[] toArray() {
        return values.clone();
    }

    /// The same with patches blank: 0 in every channel, the colour that normalisation makes 0.
    ///
    /// @param grid of patches over the whole tensor
    /// @param blank `[row · columns + column]`: whether a patch is
    /// @throws IllegalArgumentException if the grid doesn't divide the sides, or there are more or
    ///   fewer patches
    public PixelTensor without(PatchGrid grid, boolean... blank) {
        if (width % grid.columns() != 0 || height % grid.rows() != 0) {
            throw new IllegalArgumentException(
                    "grid %s on %d x %d pixels, must divide both sides"
                            .formatted(grid.size(), width, height));
        }
        if (blank.length != grid.patches()) {
            throw new IllegalArgumentException(
                    "%d patches, must be %d".formatted(blank.length, grid.patches()));
        }
        int across = width / grid.columns();
        int down = height / grid.rows();
        float[] kept = values.clone();
        for (int i = 0; i < kept.length; i++) {
            int x = i % width;
            int y = i / width % height;
            if (blank[y / down * grid.columns() + x / across]) {
                kept[i] = 0;
            }
        }
        return new PixelTensor(width, height, kept);
    }
}
