package dev.perron.transformer;

/// What positions that aren't learned are made of.
final class PositionTables {
    private static final double BASE = 10_000;

    private PositionTables() {}

    /// What sinusoidal positions add to channel c of d: `sin(t/10000^(c/d))` where c is even, the
    /// cosine of the even channel before it where c is odd.
    static double sinusoid(int t, int c, int d) {
        double angle = t / Math.pow(BASE, (double) (c - c % 2) / d);
        return c % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
    }

    /// By how much rotary positions turn channels c and c + D/2 of a head.
    static double angle(int t, int c, int dHead) {
        return t / Math.pow(BASE, 2.0 * c / dHead);
    }
}
