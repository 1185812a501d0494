package dev.perron.figure;

import dev.perron.figure.Paint.Rgb;

/// Colours that tell groups apart, for any kind of colour blindness.
///
/// Source: Okabe and Ito, "Color universal design" (2008).
final class GroupColours {
    private static final int[] COLOURS = {
        0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0x0072b2, 0xd55e00, 0xcc79a7, 0x999999
    };

    private GroupColours() {}

    /// The colour of a group; after eight they come again.
    static Rgb of(int group) {
        return Rgb.of(COLOURS[Math.floorMod(group, COLOURS.length)]);
    }
}
