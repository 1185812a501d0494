package dev.perron.figure;

import dev.perron.figure.Paint.Rgb;

/// From values to positions on the colour map: low is 0, high is 1. A value outside gets the nearer
/// end, and the legend says so.
///
/// @param low the value at 0
/// @param high the value at 1, above `low`
/// @param shape what lies between
public record ColourScale(double low, double high, Shape shape) {
    /// What lies between the ends.
    public enum Shape {
        /// Equal steps of value are equal steps of colour.
        LINEAR,
        /// The position is the root of the linear one: small values beside a large one can be told
        /// apart.
        SQUARE_ROOT
    }

    /// Probabilities and moduli: 0 to 1, linear.
    public static final ColourScale UNIT = new ColourScale(0, 1, Shape.LINEAR);

    /// Checks the ends.
    ///
    /// @throws IllegalArgumentException if `high` isn't above `low`, one isn't finite, or `low` is
    ///   below 0 and 0 isn't in the middle
    public ColourScale {
        if (!(low < high && Double.isFinite(high - low))) {
            throw new IllegalArgumentException(
                    "scale from %s to %s, must be finite and ascending".formatted(low, high));
        }
        if (low < 0 && (low != -high || shape != Shape.LINEAR)) {
            throw new IllegalArgumentException(
                    "scale from %s to %s, must be linear and have 0 in its middle"
                            .formatted(low, high));
        }
    }

    /// For differences: from `-largest` to `largest`, linear; to 1 if all are 0.
    ///
    /// @throws IllegalArgumentException if the largest isn't finite
    public static ColourScale around0(double largest) {
        double end = largest > 0 ? largest : 1;
        return new ColourScale(-end, end, Shape.LINEAR);
    }

    /// From 0 to the largest of the values, linear; to 1 if all are 0.
    ///
    /// @throws IllegalArgumentException if the largest isn't finite
    public static ColourScale upTo(double largest) {
        return new ColourScale(0, largest > 0 ? largest : 1, Shape.LINEAR);
    }

    /// The same ends with another shape.
    public ColourScale withShape(Shape shape) {
        return new ColourScale(low, high, shape);
    }

    /// The position of a value, from 0 to 1.
    public double position(double value) {
        double t = Math.clamp((value - low) / (high - low), 0, 1);
        return switch (shape) {
            case LINEAR -> t;
            case SQUARE_ROOT -> Math.sqrt(t);
        };
    }

    /// The value at a position: what the legend writes there.
    public double value(double position) {
        double t =
                switch (shape) {
                    case LINEAR -> position;
                    case SQUARE_ROOT -> position * position;
                };
        return low + t * (high - low);
    }

    /// The colour of a value on light paper.
    public Rgb colour(double value) {
        return colourAt(position(value));
    }

    /// The colour at a position: of two hues if there are values below 0.
    Rgb colourAt(double position) {
        return low < 0 ? TwoHues.at(position) : ColourMap.LIGHT.at(position);
    }
}
