package dev.perron.format;

import java.util.Locale;

/// Bytes as a person says them.
final class Amount {
    private Amount() {}

    /// `9.7 GB`.
    static String of(long bytes) {
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        double amount = bytes;
        int unit = 0;
        while (amount >= 1000 && unit < units.length - 1) {
            amount /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
    }
}
