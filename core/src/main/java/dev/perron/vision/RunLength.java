package dev.perron.vision;

import java.util.ArrayList;
import java.util.List;

/// A mask as COCO writes it: how many pixels of background, then of foreground, then of background
/// and so on, column by column, each from the top.
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

    /// The runs as COCO's tools pack them into a string, which is what `pycocotools.mask.decode`
    /// takes: each length, from the fourth on less the one two before it, in groups of five bits
    /// from the lowest, a sixth bit where more follow, plus 48.
    public String compressed() {
        StringBuilder packed = new StringBuilder();
        for (int i = 0; i < counts.size(); i++) {
            long left = (long) counts.get(i) - (i > 2 ? counts.get(i - 2) : 0);
            boolean more = true;
            while (more) {
                long group = left & 0x1f;
                left >>= 5;
                more = (group & 0x10) == 0 ? left != 0 : left != -1;
                packed.append((char) ((more ? group | 0x20 : group) + 48));
            }
        }
        return packed.toString();
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
