package dev.perron.format;

/// Part of a layer in one array: all heads, some queries (all of them, or a step of `generate`).
///
/// @param array that holds it
/// @param axes of that array
/// @param layer where the layer is on the layers' axis, 0 if there is none
/// @param sample where the sample is on the batch's axis, 0 if there is none
record Slab(FloatArray array, Axes axes, long layer, long sample) {
    int queries() {
        return (int) axes.size(Axis.QUERY, array);
    }

    int keys() {
        return (int) axes.size(Axis.KEY, array);
    }

    /// Whether a row's entries are nearer to each other than a column's.
    boolean rowByRow() {
        return axes.stride(Axis.KEY, array) <= axes.stride(Axis.QUERY, array);
    }

    /// Reads some rows of a head.
    ///
    /// @param out their entries come at `at`, rows `width` apart
    void read(int head, int firstQuery, int rows, float[] out, int at, int width) {
        array.read(
                first(head, firstQuery),
                axes.stride(Axis.QUERY, array),
                rows,
                axes.stride(Axis.KEY, array),
                keys(),
                out,
                at,
                width);
    }

    /// The same in double, from the beginning of `out` on.
    void read(int head, int firstQuery, int rows, double[] out, int width) {
        array.read(
                first(head, firstQuery),
                axes.stride(Axis.QUERY, array),
                rows,
                axes.stride(Axis.KEY, array),
                keys(),
                out,
                width);
    }

    private long first(int head, int firstQuery) {
        return layer * axes.stride(Axis.LAYER, array)
                + sample * axes.stride(Axis.BATCH, array)
                + head * axes.stride(Axis.HEAD, array)
                + firstQuery * axes.stride(Axis.QUERY, array);
    }
}
