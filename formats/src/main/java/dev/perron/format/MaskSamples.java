package dev.perron.format;

import dev.perron.vision.Mask;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.BitSet;

/// Which pixels of a decoded mask are its subject. Masks are written in many ways, and none of them
/// says which.
///
/// Of grey or coloured samples, at whatever depth, what is above half of the largest: 0 and 1 are
/// understood as well as 0 and 65535. Of a palette, its greys in the same way; where it has
/// colours, or the same one for all, its numbers are labels, and all but 0 are the subject. Where
/// colours are the same everywhere and transparency isn't, what is more than half opaque.
final class MaskSamples {
    private MaskSamples() {}

    /// The mask of an image.
    static Mask of(BufferedImage image) {
        Raster raster = image.getRaster();
        int[] values =
                image.getColorModel() instanceof IndexColorModel palette
                        ? ofPalette(raster, palette)
                        : brightest(raster, colours(raster));
        boolean transparent = raster.getNumBands() % 2 == 0;
        if (transparent && same(values)) {
            int alpha = raster.getNumBands() - 1;
            int[] opacity = band(raster, alpha);
            values = same(opacity) ? values : opacity;
        }
        return aboveHalf(image.getWidth(), image.getHeight(), values);
    }

    private static int colours(Raster raster) {
        return raster.getNumBands() < 3 ? 1 : 3;
    }

    private static int[] brightest(Raster raster, int colours) {
        int[] most = band(raster, 0);
        for (int b = 1; b < colours; b++) {
            int[] other = band(raster, b);
            for (int i = 0; i < most.length; i++) {
                most[i] = Math.max(most[i], other[i]);
            }
        }
        return most;
    }

    private static int[] band(Raster raster, int band) {
        return raster.getSamples(
                raster.getMinX(),
                raster.getMinY(),
                raster.getWidth(),
                raster.getHeight(),
                band,
                (int[]) null);
    }

    private static int[] ofPalette(Raster raster, IndexColorModel palette) {
        int[] numbers = band(raster, 0);
        BitSet used = new BitSet();
        for (int number : numbers) {
            used.set(number);
        }
        boolean grey = used.stream().allMatch(number -> grey(palette.getRGB(number)));
        boolean one =
                used.stream().map(number -> palette.getRGB(number) & 0xffffff).distinct().count()
                        == 1;
        boolean labels = !grey || (one && used.cardinality() > 1);
        int[] values = new int[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = labels ? Math.min(numbers[i], 1) : palette.getRGB(numbers[i]) & 0xff;
        }
        return values;
    }

    private static boolean grey(int packed) {
        int blue = packed & 0xff;
        return (packed >> 8 & 0xff) == blue && (packed >> 16 & 0xff) == blue;
    }

    private static boolean same(int[] values) {
        for (int value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    private static Mask aboveHalf(int width, int height, int[] values) {
        int largest = 0;
        for (int value : values) {
            largest = Math.max(largest, value);
        }
        int half = largest / 2;
        return Mask.of(width, height, (x, y) -> values[y * width + x] > half);
    }
}
