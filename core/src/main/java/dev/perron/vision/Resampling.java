package dev.perron.vision;

import java.util.stream.IntStream;

/// How an image is made larger or smaller, bit for bit as Pillow does it: when shrinking, the
/// filter is widened by the factor, so that every pixel counts and nothing aliases. First across,
/// then down, each time rounded to eight bits, with weights of 22 binary digits.
///
/// Source: Pillow's `Resample.c`; the numbers are its `Image.Resampling`.
public enum Resampling {
    /// The nearest pixel.
    NEAREST(0, 0) {
        @Override
        double weight(double x) {
            throw new IllegalStateException("the nearest pixel has no filter");
        }
    },
    /// Sinc, windowed by its own widest lobe: three pixels to either side.
    LANCZOS(1, 3) {
        @Override
        double weight(double x) {
            return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    },
    /// A triangle, one pixel to either side.
    BILINEAR(2, 1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /// Keys' cubic with a = -½, two pixels to either side.
    BICUBIC(3, 2) {
        @Override
        double weight(double x) {
            double a = -0.5;
            double d = Math.abs(x);
            if (d < 1) {
                return ((a + 2) * d - (a + 3)) * d * d + 1;
            }
            return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
        }
    };

    private static final int DIGITS = 32 - 8 - 2;

    private final int number;
    private final double support;

    Resampling(int number, double support) {
        this.number = number;
        this.support = support;
    }

    /// The number that Pillow and `preprocessor_config.json` know it by.
    public int number() {
        return number;
    }

    /// The image at another size.
    ///
    /// @throws IllegalArgumentException if a side is below 1
    public RgbImage resize(RgbImage image, int width, int height) {
        if (this == NEAREST) {
            double across = (double) image.width() / width;
            double down = (double) image.height() / height;
            return RgbImage.of(
                    width,
                    height,
                    (x, y) ->
                            image.at(
                                    Math.min((int) ((x + 0.5) * across), image.width() - 1),
                                    Math.min((int) ((y + 0.5) * down), image.height() - 1)));
        }
        RgbImage wide = image;
        if (width != image.width()) {
            int[][] weights = weights(image.width(), width);
            int[] first = first(image.width(), width);
            wide =
                    RgbImage.of(
                            width,
                            image.height(),
                            (x, y) -> {
                                int packed = 0;
                                for (int c = 0; c < 3; c++) {
                                    int sum = 1 << (DIGITS - 1);
                                    for (int k = 0; k < weights[x].length; k++) {
                                        sum += image.channel(first[x] + k, y, c) * weights[x][k];
                                    }
                                    packed = packed << 8 | clipped(sum);
                                }
                                return packed;
                            });
        }
        if (height == image.height()) {
            return wide;
        }
        RgbImage between = wide;
        int[][] weights = weights(image.height(), height);
        int[] first = first(image.height(), height);
        return RgbImage.of(
                width,
                height,
                (x, y) -> {
                    int packed = 0;
                    for (int c = 0; c < 3; c++) {
                        int sum = 1 << (DIGITS - 1);
                        for (int k = 0; k < weights[y].length; k++) {
                            sum += between.channel(x, first[y] + k, c) * weights[y][k];
                        }
                        packed = packed << 8 | clipped(sum);
                    }
                    return packed;
                });
    }

    /// The filter at a distance, in pixels of the smaller of the two images.
    abstract double weight(double x);

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static int clipped(int sum) {
        return Math.clamp(sum >> DIGITS, 0, 255);
    }

    /// The first pixel that each of the new ones is made of.
    private int[] first(int from, int to) {
        double scale = (double) from / to;
        double reach = support * Math.max(scale, 1);
        return IntStream.range(0, to)
                .map(x -> Math.max(0, (int) ((x + 0.5) * scale - reach + 0.5)))
                .toArray();
    }

    /// The weights of the pixels from the first on, for each of the new ones.
    private int[][] weights(int from, int to) {
        double scale = (double) from / to;
        double widened = Math.max(scale, 1);
        double reach = support * widened;
        int[] first = first(from, to);
        int[][] weights = new int[to][];
        for (int x = 0; x < to; x++) {
            double centre = (x + 0.5) * scale;
            int end = Math.min(from, (int) (centre + reach + 0.5));
            double[] exact = new double[end - first[x]];
            double sum = 0;
            for (int k = 0; k < exact.length; k++) {
                exact[k] = weight((first[x] + k - centre + 0.5) / widened);
                sum += exact[k];
            }
            weights[x] = new int[exact.length];
            for (int k = 0; k < exact.length; k++) {
                double scaled = exact[k] / sum * (1 << DIGITS);
                weights[x][k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }
        }
        return weights;
    }
}
