package dev.perron.bench;

import java.util.Locale;

/// How numbers are shown in the table.
final class Numbers {
    private Numbers() {}

    /// Three digits: `0.0123`, `1.23`, `123`, `12345`, and `1.2e-9` for what is small.
    static String short3(double x) {
        double size = Math.abs(x);
        if (size == 0 || !Double.isFinite(x)) {
            return size == 0 ? "0" : Double.toString(x);
        }
        if (size < 1e-3) {
            return String.format(Locale.ROOT, "%.1e", x);
        }
        int digits = Math.clamp(2 - (int) Math.floor(Math.log10(size)), 0, 5);
        String shown = String.format(Locale.ROOT, "%." + digits + "f", x);
        return shown.contains(".") ? shown.replaceAll("0+$", "").replaceAll("\\.$", "") : shown;
    }

    /// Seconds as milliseconds.
    static String milliseconds(double seconds) {
        return short3(seconds * 1e3);
    }
}
