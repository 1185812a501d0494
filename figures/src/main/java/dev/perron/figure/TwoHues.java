package dev.perron.figure;

import dev.perron.figure.Paint.Rgb;

/// Colours for differences: orange below 0, nearly white at 0, blue above; as far from 0, as dark.
/// Orange and blue stay two hues for any kind of red-green blindness. Lightness falls evenly in
/// Oklab (Björn Ottosson, 2020); chroma grows faster at first, so that a small difference already
/// has its hue.
final class TwoHues {
    private static final double LIGHTEST = 0.985;
    private static final double DARKEST = 0.44;
    private static final double CHROMA = 0.115;
    private static final double ORANGE = Math.toRadians(58);
    private static final double BLUE = Math.toRadians(262);

    private TwoHues() {}

    /// The colour at t.
    ///
    /// @param t from 0, orange, over ½, nearly white, to 1, blue
    static Rgb at(double t) {
        double size = Math.abs(2 * t - 1);
        double hue = t < 0.5 ? ORANGE : BLUE;
        double chroma = CHROMA * size * (1.7 - 0.7 * size);
        return ColourMap.rgb(
                LIGHTEST - size * (LIGHTEST - DARKEST),
                chroma * Math.cos(hue),
                chroma * Math.sin(hue));
    }
}
