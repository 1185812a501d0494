package dev.perron.vision;

/// The part of an image that a model saw, in pixels of the image; its sides may lie within pixels.
///
/// @param left of the part
/// @param top of the part
/// @param width of the part, positive
/// @param height of the part, positive
public record ImageView(double left, double top, double width, double height) {
    /// Checks the sides.
    ///
    /// @throws IllegalArgumentException if a side isn't positive
    public ImageView {
        if (!(width > 0 && height > 0)) {
            throw new IllegalArgumentException(
                    "view of %s x %s pixels, must be positive".formatted(width, height));
        }
    }

    /// All of an image.
    public static ImageView whole(RgbImage image) {
        return new ImageView(0, 0, image.width(), image.height());
    }
}
