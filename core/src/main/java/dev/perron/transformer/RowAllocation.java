package dev.perron.transformer;

/// Hands out rows of one array.
final class RowAllocation {
    private final int stride;
    private int used;

    /// @param stride floats from one row to the next
    RowAllocation(int stride) {
        this.stride = stride;
    }

    /// Where so many rows begin.
    ///
    /// @throws ArithmeticException if there are more floats than an array can hold
    int rows(int count) {
        int at = used;
        used = Math.addExact(used, Math.multiplyExact(count, stride));
        return at;
    }

    int floats() {
        return used;
    }
}
