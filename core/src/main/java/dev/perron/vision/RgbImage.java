package dev.perron.vision;

import java.util.function.IntBinaryOperator;

/// A photograph in memory: W x H pixels of three channels, 0 to 255. Immutable.
public final class RgbImage {
    private final int width;
    private final int height;
    private final int[] packed; // [y · width + x], 0xrrggbb

    private RgbImage(int width, int height, int[] packed) {
        this.width = width;
        this.height = height;
        this.packed = packed;
    }

    /// The image with these pixels.
    ///
    /// @param packed `[y · width + x]`, `0xrrggbb`, copied; the highest eight bits don't matter
    /// @throws IllegalArgumentException if a side is below 1, or there aren't W · H pixels
    public static RgbImage of(int width, int height, int[] packed) {
        requireSize(width, height);
        if (packed.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "%d pixels, must be %d x %d".formatted(packed.length, width, height));
        }
        return new RgbImage(width, height, packed.clone());
    }

    /// The image of a function.
    ///
    /// @param colour `0xrrggbb` at (x, y)
    /// @throws IllegalArgumentException if a side is below 1
    public static RgbImage of(int width, int height, IntBinaryOperator colour) {
        requireSize(width, height);
        int[] packed = new int[Math.multiplyExact(width, height)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                packed[y * width + x] = colour.applyAsInt(x, y);
            }
        }
        return new RgbImage(width, height, packed);
    }

    private static void requireSize(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "image of %d x %d pixels, must be at least 1 x 1".formatted(width, height));
        }
    }

    /// Pixels across.
    public int width() {
        return width;
    }

    /// Pixels down.
    public int height() {
        return height;
    }

    /// The colour at (x, y), `0xrrggbb`.
    ///
    /// @throws IllegalArgumentException if there is no such pixel
    public int at(int x, int y) {
        if (x < 0 || y < 0 || x >= width || y >= height) {
            throw new IllegalArgumentException(
                    "pixel %d,%d, must be from 0,0 to %d,%d"
                            .formatted(x, y, width - 1, height - 1));
        }
        return packed[y * width + x] & 0xffffff;
    }

    /// Channel 0 (red), 1 (green) or 2 (blue) at (x, y), from 0 to 255.
    int channel(int x, int y, int channel) {
        return packed[y * width + x] >> (16 - 8 * channel) & 0xff;
    }

    /// The part of `width` x `height` pixels from (left, top).
    ///
    /// @throws IllegalArgumentException if it isn't within the image
    public RgbImage crop(int left, int top, int width, int height) {
        if (left < 0
                || top < 0
                || left + (long) width > this.width
                || top + (long) height > this.height) {
            throw new IllegalArgumentException(
                    "a part of %d x %d pixels from %d,%d, must be within %d x %d"
                            .formatted(width, height, left, top, this.width, this.height));
        }
        return of(width, height, (x, y) -> packed[(top + y) * this.width + left + x]);
    }

    /// The image seen in a mirror: left is right.
    public RgbImage mirrored() {
        return of(width, height, (x, y) -> packed[y * width + width - 1 - x]);
    }
}
