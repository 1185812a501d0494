package dev.perron.attention;

/// In which numbers a model computed its attention: what a row of it can be expected to sum to.
///
/// The entries of a softmax are rounded one by one, each by at most half a unit in its last place,
/// after a division by a sum that was rounded too; so a row misses 1 by about one such unit, and by
/// what rounding to zero takes away. The tolerances leave room for several.
public enum Precision {
    /// 24 bits of significand, also for what was computed in double.
    FLOAT32(1e-4),
    /// 11 bits: a row misses 1 by up to about 1e-3.
    FLOAT16(4e-3),
    /// 8 bits: a row misses 1 by up to about 8e-3.
    BFLOAT16(3e-2);

    private final double tolerance;

    Precision(double tolerance) {
        this.tolerance = tolerance;
    }

    /// How far from 1 a row may sum.
    public double tolerance() {
        return tolerance;
    }
}
