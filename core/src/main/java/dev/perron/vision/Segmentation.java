package dev.perron.vision;

/// An image cut in two.
///
/// @param patches what patches are worth
/// @param map the same at the image's size
/// @param threshold above which a pixel is foreground
/// @param mask the foreground
public record Segmentation(PatchMap patches, PixelMap map, double threshold, Mask mask) {
    /// The cut of a map of patches.
    ///
    /// @param view what the patches lie over
    /// @param width of the image
    /// @param height of the image
    public static Segmentation of(
            PatchMap patches, Threshold threshold, ImageView view, int width, int height) {
        PixelMap map = patches.upsampled(view, width, height);
        double cut = threshold.of(map);
        return new Segmentation(patches, map, cut, map.above(cut));
    }
}
