package dev.perron.vision;

/// A value for each pixel of an image, float32. Immutable.
public final class PixelMap {
    private final int width;
    private final int height;
    private final float[] values; // [y · width + x]

    private PixelMap(int width, int height, float[] values) {
        this.width = width;
        this.height = height;
        this.values = values;
    }

    /// The map with these values.
    ///
    /// @param values `[y · width + x]`, copied
    /// @throws IllegalArgumentException if a side is below 1, there aren't W · H values, or one
    ///   isn't finite
    public static PixelMap of(int width, int height, float... values) {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "%d values, must be %d x %d, sides at least 1"
                            .formatted(values.length, width, height));
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("value " + value + ", must be finite");
            }
        }
        return new PixelMap(width, height, values.clone());
    }

    static PixelMap owned(int width, int height, float[] values) {
        return new PixelMap(width, height, values);
    }

    /// Pixels across.
    public int width() {
        return width;
    }

    /// Pixels down.
    public int height() {
        return height;
    }

    /// The value at (x, y).
    public double at(int x, int y) {
        return values[y * width + x];
    }

    /// All values, not to be written to.
    float[] values() {
        return values;
    }

    /// All values, `[y · width + x]`, a copy.
    public float[] toArray() {
        return values.clone();
    }

    /// The pixels above a value.
    public Mask above(double threshold) {
        return Mask.of(width, height, (x, y) -> values[y * width + x] > threshold);
    }

    /// How many pixels are above a value: in all, and of those in the mask's foreground.
    int[] areasAbove(double threshold, Mask mask) {
        int all = 0;
        int both = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (values[y * width + x] > threshold) {
                    all++;
                    both += mask.at(x, y) ? 1 : 0;
                }
            }
        }
        return new int[] {all, both};
    }

    /// The pixels above a threshold that is found by looking at all of them.
    public Mask above(Threshold threshold) {
        return above(threshold.of(values));
    }
}
