package dev.perron.format;

import java.util.List;
import java.util.stream.Collectors;

/// The sizes of an array's axes. Their product fits in a long.
///
/// @param sizes from the outermost axis, each at least 0
public record ArrayShape(List<Long> sizes) {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if a size is negative, or the elements can't be counted
    public ArrayShape {
        sizes = List.copyOf(sizes);
        long elements = 1;
        for (long size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "an axis of size %d, must be at least 0".formatted(size));
            }
            if (elements != 0 && size > Long.MAX_VALUE / elements) {
                throw new IllegalArgumentException(
                        "%s elements, must be fewer than 2^63".formatted(text(sizes)));
            }
            elements *= size;
        }
    }

    /// The shape with these sizes.
    public static ArrayShape of(long... sizes) {
        return new ArrayShape(java.util.Arrays.stream(sizes).boxed().toList());
    }

    /// How many axes.
    public int rank() {
        return sizes.size();
    }

    /// The size of one axis.
    public long size(int axis) {
        return sizes.get(axis);
    }

    /// The product of the sizes.
    public long elements() {
        return sizes.stream().reduce(1L, (a, b) -> a * b);
    }

    /// How far apart neighbours along each axis are, in elements.
    List<Long> strides(boolean fortran) {
        Long[] strides = new Long[rank()];
        long stride = 1;
        for (int i = 0; i < strides.length; i++) {
            int axis = fortran ? i : strides.length - 1 - i;
            strides[axis] = stride;
            stride *= size(axis);
        }
        return List.of(strides);
    }

    /// `12 x 12 x 197 x 197`.
    @Override
    public String toString() {
        return text(sizes);
    }

    private static String text(List<Long> sizes) {
        return sizes.isEmpty()
                ? "a single number"
                : sizes.stream().map(String::valueOf).collect(Collectors.joining(" x "));
    }
}
