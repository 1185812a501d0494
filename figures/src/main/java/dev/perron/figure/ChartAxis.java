package dev.perron.figure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/// One axis of a chart: from values to places, and where its ticks are.
///
/// @param name what it shows, with its unit
/// @param logarithmic whether equal ratios are equal distances
/// @param low the value at its beginning
/// @param high the value at its end
record ChartAxis(String name, boolean logarithmic, double low, double high) {
    private static final int TICKS = 6;
    private static final int FEW = 3;

    /// One that has room for all values, which are finite, and positive on a logarithmic one.
    static ChartAxis around(String name, boolean logarithmic, List<Double> values) {
        double low = values.stream().mapToDouble(v -> v).min().orElse(logarithmic ? 1 : 0);
        double high = values.stream().mapToDouble(v -> v).max().orElse(logarithmic ? 10 : 1);
        if (logarithmic) {
            return high > low * 1.01
                    ? new ChartAxis(name, true, low, high)
                    : new ChartAxis(name, true, low / 2, high * 2);
        }
        double room = high > low ? 0.03 * (high - low) : Math.max(1e-3, 0.1 * Math.abs(low));
        return new ChartAxis(name, false, low - room, high + room);
    }

    /// Where a value is, from 0 to 1.
    double position(double value) {
        return logarithmic
                ? Math.log(value / low) / Math.log(high / low)
                : (value - low) / (high - low);
    }

    /// Values that are written beside it.
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic && high / low >= 20) {
            int first = (int) Math.ceil(Math.log10(low) - 1e-9);
            int last = (int) Math.floor(Math.log10(high) + 1e-9);
            int each = Math.max(1, (last - first + TICKS - 1) / TICKS);
            for (int e = first; e <= last; e += each) {
                ticks.add(Math.pow(10, e));
            }
            return ticks.size() < FEW ? withinDecades(first - 1, last) : ticks;
        }
        double step = step((high - low) / TICKS);
        for (double i = Math.ceil(low / step); i * step <= high * (1 + 1e-12); i++) {
            if (i * step >= low) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }

    /// 1, 2 and 5 times the powers of ten.
    private List<Double> withinDecades(int first, int last) {
        List<Double> ticks = new ArrayList<>();
        for (int e = first; e <= last; e++) {
            for (int times : new int[] {1, 2, 5}) {
                double tick = times * Math.pow(10, e);
                if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /// 1, 2 or 5 times a power of ten, at least `least`.
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (int times : new int[] {1, 2, 5}) {
            if (times * power >= least) {
                return times * power;
            }
        }
        return 10 * power;
    }

    /// How a tick is written: `0.25`, `20`, `1e5`.
    static String written(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e5)) {
            BigDecimal two = new BigDecimal(value).round(new MathContext(2));
            int exponent = two.precision() - two.scale() - 1;
            BigDecimal digits = two.movePointLeft(exponent).stripTrailingZeros();
            return digits.toPlainString() + "e" + exponent;
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }
}
