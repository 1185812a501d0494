package dev.perron.format;

import dev.perron.vision.RgbImage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// How a stored image is turned to stand as the photographer saw it, numbered from 1 as in Exif.
enum ExifOrientation {
    UPRIGHT,
    MIRRORED,
    UPSIDE_DOWN,
    MIRRORED_UPSIDE_DOWN,
    MIRRORED_TO_THE_LEFT,
    TO_THE_RIGHT,
    MIRRORED_TO_THE_RIGHT,
    TO_THE_LEFT;

    private static final int TAG = 0x0112;
    private static final int ENTRY = 12;

    /// What the Exif block says; upright if it says nothing, or nothing sensible.
    ///
    /// @param tiff the block, from its byte order on
    static ExifOrientation of(MemorySegment tiff) {
        if (tiff.byteSize() < 10) {
            return UPRIGHT;
        }
        ByteOrder order =
                tiff.get(ValueLayout.JAVA_BYTE, 0) == 'I'
                        ? ByteOrder.LITTLE_ENDIAN
                        : ByteOrder.BIG_ENDIAN;
        ValueLayout.OfShort number = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        long directory =
                Integer.toUnsignedLong(
                        tiff.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 4));
        if (directory + 2 > tiff.byteSize()) {
            return UPRIGHT;
        }
        int entries = tiff.get(number, directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) ENTRY * i;
            if (entry + ENTRY > tiff.byteSize()) {
                return UPRIGHT;
            }
            if ((tiff.get(number, entry) & 0xffff) == TAG) {
                int value = tiff.get(number, entry + 8);
                return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /// The image as it should stand.
    RgbImage turn(RgbImage stored) {
        int w = stored.width();
        int h = stored.height();
        return switch (this) {
            case UPRIGHT -> stored;
            case MIRRORED -> stored.mirrored();
            case UPSIDE_DOWN -> RgbImage.of(w, h, (x, y) -> stored.at(w - 1 - x, h - 1 - y));
            case MIRRORED_UPSIDE_DOWN -> RgbImage.of(w, h, (x, y) -> stored.at(x, h - 1 - y));
            case MIRRORED_TO_THE_LEFT -> RgbImage.of(h, w, (x, y) -> stored.at(y, x));
            case TO_THE_RIGHT -> RgbImage.of(h, w, (x, y) -> stored.at(y, h - 1 - x));
            case MIRRORED_TO_THE_RIGHT ->
                    RgbImage.of(h, w, (x, y) -> stored.at(w - 1 - y, h - 1 - x));
            case TO_THE_LEFT -> RgbImage.of(h, w, (x, y) -> stored.at(w - 1 - y, x));
        };
    }
}
