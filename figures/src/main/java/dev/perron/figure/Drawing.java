package dev.perron.figure;

import java.util.List;

/// A finished picture: marks in the order in which they are painted, on paper.
///
/// @param width in pixels at 96 dpi, positive
/// @param height in pixels, positive
/// @param title one line, for people who don't see it too
/// @param description what it shows, in a sentence or two
/// @param marks from back to front
public record Drawing(
        double width, double height, String title, String description, List<Mark> marks) {
    /// Checks the size and copies the marks.
    ///
    /// @throws IllegalArgumentException if a side isn't positive and finite
    public Drawing {
        if (!(width > 0 && height > 0 && width + height < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "drawing of %s x %s, sides must be positive".formatted(width, height));
        }
        marks = List.copyOf(marks);
    }
}
