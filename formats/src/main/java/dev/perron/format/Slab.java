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
        long queryStride = axes.stride(Axis.QUERY, array);
        long first =
                layer * axes.stride(Axis.LAYER, array)
                        + sample * axes.stride(Axis.BATCH, array)
                        + head * axes.stride(Axis.HEAD, array)
                        + firstQuery * queryStride;
        array.read(first, queryStride, rows, axes.stride(Axis.KEY, array), keys(), out, at, width);
    }
}
