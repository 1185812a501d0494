package dev.perron.kernel;

/// Rows by the eight: those after the last are the last again, and count zero times.
final class Rows {
    private Rows() {}

    /// Where row i begins, or the last one before `end`.
    static int at(int i, int end, int stride) {
        return Math.min(i, end - 1) * stride;
    }

    /// What row i is multiplied by.
    static double weight(double[] weights, int i, int end) {
        return i < end ? weights[i] : 0;
    }
}
