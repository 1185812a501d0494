package dev.perron.vision;

import java.util.List;
import java.util.Optional;

/// From an image to what a model takes: resize, cut out the middle, scale and normalise, as a
/// Hugging Face `preprocessor_config.json` has it.
///
/// @param resize to what size
/// @param crop the middle that is kept after that, if not all
/// @param resampling how it is resized
/// @param rescale factor of the channels 0 to 255, 1/255 mostly
/// @param mean of each channel after rescaling, subtracted
/// @param deviation of each channel, divided by, positive
public record Preprocessing(
        Resize resize,
        Optional<Size> crop,
        Resampling resampling,
        double rescale,
        List<Double> mean,
        List<Double> deviation) {

    /// Pixels across and down.
    ///
    /// @param width at least 1
    /// @param height at least 1
    public record Size(int width, int height) {
        private static final long MOST_PIXELS = 100_000_000;

        /// Checks both.
        ///
        /// @throws IllegalArgumentException if one is below 1, or there are more than 10⁸ pixels
        public Size {
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "size %d x %d, must be at least 1 x 1".formatted(width, height));
            }
            if ((long) width * height > MOST_PIXELS) {
                throw new IllegalArgumentException(
                        "size %d x %d, must be at most %d pixels"
                                .formatted(width, height, MOST_PIXELS));
            }
        }

        /// `224 x 224`.
        @Override
        public String toString() {
            return width + " x " + height;
        }
    }

    /// To what size an image is brought first.
    public sealed interface Resize {
        /// It stays as it is.
        record None() implements Resize {}

        /// Both sides, whatever that does to proportions.
        record Exact(Size size) implements Resize {}

        /// The shorter side; the longer one keeps its proportion, rounded down.
        record ShortestEdge(int length) implements Resize {}
    }

    /// What the model is given, and which part of the image that is.
    public record Prepared(PixelTensor pixels, ImageView view) {}

    /// Copies the lists and checks them.
    ///
    /// @throws IllegalArgumentException if there aren't three means and deviations, one isn't
    ///   finite, or a deviation isn't positive
    public Preprocessing {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != PixelTensor.CHANNELS || deviation.size() != PixelTensor.CHANNELS) {
            throw new IllegalArgumentException(
                    "%d means and %d deviations, must be 3 each"
                            .formatted(mean.size(), deviation.size()));
        }
        if (!mean.stream().allMatch(Double::isFinite)
                || !deviation.stream().allMatch(d -> d > 0 && Double.isFinite(d))
                || !(rescale > 0 && Double.isFinite(rescale))) {
            throw new IllegalArgumentException(
                    "mean %s, deviation %s, rescale %s, must be finite, the last two positive"
                            .formatted(mean, deviation, rescale));
        }
    }

    /// Straight to one size, channels from 0 to 1 normalised.
    public static Preprocessing exact(
            Size size, Resampling resampling, List<Double> mean, List<Double> deviation) {
        return new Preprocessing(
                new Resize.Exact(size), Optional.empty(), resampling, 1 / 255.0, mean, deviation);
    }

    /// The same, ending in that size: what was resized exactly is, what was cut is cut to it and
    /// resized in proportion.
    public Preprocessing endingIn(Size size) {
        Resize scaled =
                switch (resize) {
                    case Resize.ShortestEdge(int length) ->
                            new Resize.ShortestEdge(
                                    crop.map(
                                                    was ->
                                                            (int)
                                                                    Math.round(
                                                                            (double) length
                                                                                    * Math.min(
                                                                                            size
                                                                                                    .width(),
                                                                                            size
                                                                                                    .height())
                                                                                    / Math.min(
                                                                                            was
                                                                                                    .width(),
                                                                                            was
                                                                                                    .height())))
                                            .orElse(Math.max(size.width(), size.height())));
                    case Resize.Exact _, Resize.None _ -> new Resize.Exact(size);
                };
        Optional<Size> cut =
                scaled instanceof Resize.ShortestEdge ? Optional.of(size) : Optional.empty();
        return new Preprocessing(scaled, cut, resampling, rescale, mean, deviation);
    }

    /// The size in which every image ends, if that is one.
    public Optional<Size> size() {
        if (crop.isPresent()) {
            return crop;
        }
        return switch (resize) {
            case Resize.Exact(Size size) -> Optional.of(size);
            case Resize.None _, Resize.ShortestEdge _ -> Optional.empty();
        };
    }

    /// Prepares an image.
    ///
    /// @throws IllegalArgumentException if it is smaller than the middle that is to be cut out
    public Prepared prepare(RgbImage image) {
        Size to = resized(image);
        RgbImage scaled =
                to.width() == image.width() && to.height() == image.height()
                        ? image
                        : resampling.resize(image, to.width(), to.height());
        ImageView view = ImageView.whole(image);
        if (crop.isPresent()) {
            Size kept = crop.get();
            int left = (to.width() - kept.width()) / 2;
            int top = (to.height() - kept.height()) / 2;
            if (kept.width() > to.width() || kept.height() > to.height()) {
                throw new IllegalArgumentException(
                        "image of %s after resizing, must be at least %s, which is cut out"
                                .formatted(to, kept));
            }
            scaled = scaled.crop(left, top, kept.width(), kept.height());
            double across = (double) image.width() / to.width();
            double down = (double) image.height() / to.height();
            view =
                    new ImageView(
                            left * across, top * down, kept.width() * across, kept.height() * down);
        }
        return new Prepared(normalised(scaled), view);
    }

    private Size resized(RgbImage image) {
        return switch (resize) {
            case Resize.None _ -> new Size(image.width(), image.height());
            case Resize.Exact(Size size) -> size;
            case Resize.ShortestEdge(int length) -> {
                boolean upright = image.width() <= image.height();
                int shorter = upright ? image.width() : image.height();
                int longer = upright ? image.height() : image.width();
                int scaled = (int) Math.min((long) length * longer / shorter, Integer.MAX_VALUE);
                yield upright ? new Size(length, scaled) : new Size(scaled, length);
            }
        };
    }

    private PixelTensor normalised(RgbImage image) {
        int width = image.width();
        int height = image.height();
        float[] values = new float[PixelTensor.CHANNELS * width * height];
        for (int c = 0; c < PixelTensor.CHANNELS; c++) {
            float[] of = new float[256];
            for (int v = 0; v < of.length; v++) {
                of[v] = (float) ((v * rescale - mean.get(c)) / deviation.get(c));
            }
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    values[(c * height + y) * width + x] = of[image.channel(x, y, c)];
                }
            }
        }
        return PixelTensor.of(width, height, values);
    }
}
