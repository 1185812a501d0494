package dev.perron.figure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// How figures write a number from 0 to 1 (larger ones too, and negative ones with a sign before
/// the same digits): short, and never rounded to 0 or 1 unless it is. A page that refills a figure
/// must write alike, so the rule is exact: the binary value, rounded half up.
public final class Digits {
    private Digits() {}

    /// Up to seven characters: `0.123`, `0.0045`, `4.5e-4`; `0` and `1` only for 0 and 1.
    public static String of(double value) {
        if (value < 0) {
            return "-" + of(-value);
        }
        if (value == 0 || value == 1) {
            return value == 0 ? "0" : "1";
        }
        if (value < 0.001) {
            BigDecimal two = new BigDecimal(value).round(new MathContext(2, RoundingMode.HALF_UP));
            String digits = two.unscaledValue().toString();
            int exponent = digits.length() - 1 - two.scale();
            return digits.charAt(0) + "." + (digits + "0").charAt(1) + "e" + exponent;
        }
        if (value < 0.01) {
            return fixed(value, 4);
        }
        String three = fixed(value, 3);
        return value < 1 && three.startsWith("1") ? ">.999" : three;
    }

    /// Up to four characters and a sign, for a value from -1 to 1: `0.12`, `>.99`, `<.01`.
    public static String two(double value) {
        if (value < 0) {
            return "-" + two(-value);
        }
        if (value == 0 || value == 1) {
            return value == 0 ? "0" : "1";
        }
        if (value < 0.01) {
            return "<.01";
        }
        String text = fixed(value, 2);
        return value < 1 && text.startsWith("1") ? ">.99" : text;
    }

    private static String fixed(double value, int places) {
        return new BigDecimal(value).setScale(places, RoundingMode.HALF_UP).toPlainString();
    }
}
