package dev.perron.figure;

import dev.perron.figure.Paint.Rgb;

/// One sequential colour map, read from either end: on light paper from ivory through teal to
/// indigo, so that more is darker; on dark paper the other way round, so that more is brighter.
///
/// Seventeen colours were placed on a curve in Oklab (Björn Ottosson, 2020), whose lightness falls
/// evenly, at equal arc length; between them colours are mixed in Oklab. So equal steps of t are
/// equal steps to the eye, and lightness alone orders them: for any kind of colour blindness, and
/// in grey.
public enum ColourMap {
    /// For light paper: 0 is ivory, 1 is indigo.
    LIGHT,
    /// For dark paper: 0 is indigo, 1 is ivory.
    DARK;

    private static final int[] ANCHORS = {
        0xfbf8e8, 0xededc6, 0xcde7b3, 0xa8dfac, 0x83d4ad, 0x61c7b2, 0x42b8b7, 0x2ba8bb, 0x2097bc,
        0x2384b9, 0x2b72b3, 0x335ea9, 0x384c9b, 0x383b88, 0x342b72, 0x2d1f5b, 0x231545
    };

    /// The colour at t.
    ///
    /// @param t from 0 to 1
    /// @throws IllegalArgumentException if t is outside, or NaN
    public Rgb at(double t) {
        if (!(t >= 0 && t <= 1)) {
            throw new IllegalArgumentException("t = " + t + ", must be from 0 to 1");
        }
        double from = (this == LIGHT ? t : 1 - t) * (ANCHORS.length - 1);
        int i = Math.min((int) from, ANCHORS.length - 2);
        double part = from - i;
        double[] a = oklab(Rgb.of(ANCHORS[i]));
        double[] b = oklab(Rgb.of(ANCHORS[i + 1]));
        return rgb(
                a[0] + part * (b[0] - a[0]),
                a[1] + part * (b[1] - a[1]),
                a[2] + part * (b[2] - a[2]));
    }

    /// Lightness, green to red, blue to yellow.
    static double[] oklab(Rgb c) {
        double r = Rgb.linear(c.red());
        double g = Rgb.linear(c.green());
        double b = Rgb.linear(c.blue());
        double l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        double m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        double s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return new double[] {
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
        };
    }

    /// The colour of these; what a screen can't show is cut off.
    static Rgb rgb(double lightness, double a, double b) {
        double l = Math.pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        double m = Math.pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        double s = Math.pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        return new Rgb(
                channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    private static int channel(double linear) {
        double c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
        return Math.clamp(Math.round(c * 255), 0, 255);
    }
}
