package dev.perron.format;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the axes of an array of attention count, from the outermost: queries and keys, and layers,
/// a batch, heads where there are several.
///
/// @param order each axis at most once, queries and keys among them
public record Axes(List<Axis> order) {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if an axis is there twice, or queries or keys aren't
    public Axes {
        order = List.copyOf(order);
        EnumSet<Axis> seen = EnumSet.noneOf(Axis.class);
        seen.addAll(order);
        if (seen.size() != order.size() || !seen.contains(Axis.QUERY) || !seen.contains(Axis.KEY)) {
            throw new IllegalArgumentException(
                    "axes %s, must have q and k, and no axis twice".formatted(text(order)));
        }
    }

    /// The axes that letters name: `l,h,q,k`, `b,h,q,k`, `q,k,h`.
    ///
    /// @throws IllegalArgumentException if there is another letter, one twice, or no q or k
    public static Axes parse(String letters) {
        return new Axes(
                Stream.of(letters.split(",", -1))
                        .map(
                                letter ->
                                        Axis.of(letter.strip())
                                                .orElseThrow(
                                                        () ->
                                                                new IllegalArgumentException(
                                                                        "axes %s, must be of the letters l b h q k, with commas"
                                                                                .formatted(
                                                                                        letters))))
                        .toList());
    }

    /// How many there are.
    public int rank() {
        return order.size();
    }

    /// Where an axis is, -1 if it isn't.
    int position(Axis axis) {
        return order.indexOf(axis);
    }

    /// The size of an axis of an array, 1 where the array doesn't have it.
    long size(Axis axis, FloatArray array) {
        int at = position(axis);
        return at < 0 ? 1 : array.shape().size(at);
    }

    /// Elements from an entry to the next along an axis; 0 where the array doesn't have it.
    long stride(Axis axis, FloatArray array) {
        int at = position(axis);
        return at < 0 ? 0 : array.stride(at);
    }

    /// `l,h,q,k`.
    @Override
    public String toString() {
        return text(order);
    }

    private static String text(List<Axis> order) {
        return order.stream()
                .map(axis -> String.valueOf(axis.letter()))
                .collect(Collectors.joining(","));
    }
}
