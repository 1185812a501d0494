package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What the first bytes of an image say, before anything is decoded.
///
/// @param jpeg or PNG
/// @param width as stored, before it is turned
/// @param height as stored, before it is turned
/// @param channels of a JPEG; 0 of a PNG
/// @param orientation how it is to be turned
record ImageHeader(boolean jpeg, int width, int height, int channels, ExifOrientation orientation) {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final long PNG = 0x89504e470d0a1a0aL;
    private static final int EXIF = 0x45786966;

    private static final int START_OF_SCAN = 0xda;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int APP1 = 0xe1;

    /// Reads them.
    ///
    /// @throws FormatException if it is neither JPEG nor PNG, or the header is broken
    static ImageHeader of(byte[] bytes, String where) {
        MemorySegment file = MemorySegment.ofArray(bytes);
        if (bytes.length >= 26
                && file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 0)
                        == PNG) {
            return sized(
                    new ImageHeader(
                            false,
                            file.get(INT, 16),
                            file.get(INT, 20),
                            0,
                            ExifOrientation.UPRIGHT),
                    where);
        }
        if (bytes.length >= 4 && file.get(SHORT, 0) == (short) 0xffd8) {
            return sized(jpeg(file, where), where);
        }
        throw FormatException.of(
                where,
                bytes.length == 0 ? "an empty file" : "no image that is known",
                "a JPEG or a PNG",
                "convert it to one of these");
    }

    private static ImageHeader sized(ImageHeader header, String where) {
        if (header.width < 1 || header.height < 1) {
            throw FormatException.damaged(
                    where,
                    "an image of %d x %d pixels".formatted(header.width, header.height),
                    "at least 1 x 1");
        }
        return header;
    }

    private static ImageHeader jpeg(MemorySegment file, String where) {
        ExifOrientation orientation = ExifOrientation.UPRIGHT;
        long at = 2;
        while (at + 4 <= file.byteSize()) {
            int marker = file.get(SHORT, at) & 0xffff;
            if (marker == 0xffff) { // fill bytes
                at++;
                continue;
            }
            int kind = marker & 0xff;
            if (marker >> 8 != 0xff || kind == START_OF_SCAN || kind == END_OF_IMAGE) {
                break;
            }
            int length = file.get(SHORT, at + 2) & 0xffff;
            long end = at + 2 + length;
            if (length < 2 || end > file.byteSize()) {
                break;
            }
            boolean frame = kind == 0xc0 || (kind > 0xc0 && kind <= 0xcf && kind % 4 != 0);
            if (frame && length >= 8) {
                return new ImageHeader(
                        true,
                        file.get(SHORT, at + 7) & 0xffff,
                        file.get(SHORT, at + 5) & 0xffff,
                        file.get(ValueLayout.JAVA_BYTE, at + 9),
                        orientation);
            }
            if (kind == APP1 && length >= 16 && file.get(INT, at + 4) == EXIF) {
                orientation = ExifOrientation.of(file.asSlice(at + 10, length - 8));
            }
            at = end;
        }
        throw FormatException.damaged(where, "a JPEG without a frame", "a whole JPEG");
    }
}
