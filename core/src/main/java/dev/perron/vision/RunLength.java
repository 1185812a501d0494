package dev.perron.vision;

import java.util.ArrayList;
import java.util.List;

/// A mask as COCO writes it, uncompressed: how many pixels of background, then of foreground, then
/// of background and so on, column by column, each from the top.
///
/// @param width of the mask
/// @param height of the mask
/// @param counts the lengths of the runs; the first is 0 if the mask begins with foreground
/// @see <a href="https://github.com/cocodataset/cocoapi">COCO API, mask.py</a>
public record RunLength(int width, int height, List<Integer> counts) {
    /// Copies the list and checks it.
    ///
    /// @throws IllegalArgumentException if the runs are not W · H pixels together, or one is
    ///   negative
    public RunLength {
        counts = List.copyOf(counts);
        long sum = 0;
        for (int count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("a run of " + count + ", must be >= 0");
            }
            sum += count;
        }
        if (sum != (long) width * height) {
            throw new IllegalArgumentException(
                    "runs of %d pixels, must be %d x %d".formatted(sum, width, height));
        }
    }

    /// The runs of a mask.
    public static RunLength of(Mask mask) {
        List<Integer> counts = new ArrayList<>();
        boolean inside = false;
        int run = 0;
        for (int x = 0; x < mask.width(); x++) {
            for (int y = 0; y < mask.height(); y++) {
                if (mask.at(x, y) != inside) {
                    counts.add(run);
                    run = 0;
                    inside = !inside;
                }
                run++;
            }
        }
        counts.add(run);
        return new RunLength(mask.width(), mask.height(), counts);
    }

    /// The mask of the runs.
    public Mask mask() {
        boolean[] foreground = new boolean[width * height]; // column by column
        int at = 0;
        for (int i = 0; i < counts.size(); i++) {
            for (int end = at + counts.get(i); at < end; at++) {
                foreground[at] = i % 2 == 1;
            }
        }
        return Mask.of(width, height, (x, y) -> foreground[x * height + y]);
    }
}
