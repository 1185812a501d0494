package dev.perron.vision;

import java.util.BitSet;

/// Which pixels of an image are foreground. Immutable.
public final class Mask {
    private final int width;
    private final int height;
    private final BitSet foreground; // y · width + x

    private Mask(int width, int height, BitSet foreground) {
        this.width = width;
        this.height = height;
        this.foreground = foreground;
    }

    /// Says of a pixel whether it is foreground.
    @FunctionalInterface
    public interface Pixels {
        /// Whether (x, y) is.
        boolean at(int x, int y);
    }

    /// The mask of those pixels.
    ///
    /// @throws IllegalArgumentException if a side is below 1
    public static Mask of(int width, int height, Pixels foreground) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "mask of %d x %d pixels, must be at least 1 x 1".formatted(width, height));
        }
        BitSet set = new BitSet(Math.multiplyExact(width, height));
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (foreground.at(x, y)) {
                    set.set(y * width + x);
                }
            }
        }
        return new Mask(width, height, set);
    }

    /// Pixels across.
    public int width() {
        return width;
    }

    /// Pixels down.
    public int height() {
        return height;
    }

    /// Whether (x, y) is foreground.
    public boolean at(int x, int y) {
        return foreground.get(y * width + x);
    }

    /// How many pixels are foreground.
    public int area() {
        return foreground.cardinality();
    }

    /// How many pixels are foreground here and there.
    ///
    /// @throws IllegalArgumentException if the other mask has another size
    public int overlap(Mask other) {
        requireSameSize(other);
        BitSet both = (BitSet) foreground.clone();
        both.and(other.foreground);
        return both.cardinality();
    }

    /// The mask at another size: of each pixel, the nearest of the old ones.
    ///
    /// @throws IllegalArgumentException if a side is below 1
    public Mask resized(int width, int height) {
        return of(
                width,
                height,
                (x, y) ->
                        at(
                                (int) ((x + 0.5) * this.width / width),
                                (int) ((y + 0.5) * this.height / height)));
    }

    void requireSameSize(Mask other) {
        if (other.width != width || other.height != height) {
            throw new IllegalArgumentException(
                    "masks of %d x %d and %d x %d pixels, must be of the same size"
                            .formatted(width, height, other.width, other.height));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask that
                && width == that.width
                && height == that.height
                && foreground.equals(that.foreground);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + foreground.hashCode();
    }
}
