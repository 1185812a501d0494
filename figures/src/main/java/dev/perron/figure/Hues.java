package dev.perron.figure;

import dev.perron.figure.Paint.Rgb;

/// Colours for things that have no order: eight that are told apart by any kind of colour blindness
/// (Okabe and Ito 2008, "Color Universal Design"), and grey for all the rest.
final class Hues {
    private static final int[] PACKED = {
        0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x8c6bb1, 0xb5a800
    };

    private static final Rgb REST = Rgb.of(0x9aa3ad);

    private Hues() {}

    /// How many there are before grey.
    static int count() {
        return PACKED.length;
    }

    /// The colour of number `i`, from 0.
    static Rgb of(int i) {
        return i < PACKED.length ? Rgb.of(PACKED[i]) : REST;
    }
}
