package dev.perron.figure;

import dev.perron.figure.Paint.Rgb;

import java.util.function.IntBinaryOperator;

/// A picture of square pixels. Immutable.
public final class Pixels {
    private final int width;
    private final int height;
    private final int[] packed; // [y · width + x], 0xrrggbb

    private Pixels(int width, int height, int[] packed) {
        this.width = width;
        this.height = height;
        this.packed = packed;
    }

    /// The picture of a function.
    ///
    /// @param width pixels across, at least 1
    /// @param height pixels down, at least 1
    /// @param colour `0xrrggbb` at (x, y)
    /// @throws IllegalArgumentException if a side is below 1
    public static Pixels of(int width, int height, IntBinaryOperator colour) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "%d x %d pixels, must be at least 1 x 1".formatted(width, height));
        }
        int[] packed = new int[Math.multiplyExact(width, height)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                packed[y * width + x] = colour.applyAsInt(x, y) & 0xffffff;
            }
        }
        return new Pixels(width, height, packed);
    }

    /// Pixels across.
    public int width() {
        return width;
    }

    /// Pixels down.
    public int height() {
        return height;
    }

    /// The colour at (x, y), counted from the top left.
    public Rgb at(int x, int y) {
        return Rgb.of(packed[y * width + x]);
    }
}
