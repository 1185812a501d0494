package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/// What stands before the numbers of a .npy file, versions 1 to 3: a magic, a length, and a Python
/// dictionary, as NumPy's `numpy.lib.format` describes it.
///
/// @param descr NumPy's type code, `<f4`
/// @param fortran whether the first axis is the one whose neighbours are next to each other
/// @param shape of the array
/// @param length bytes before the first number
record NpyHeader(String descr, boolean fortran, ArrayShape shape, int length) {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /// NumPy refuses more than 10,000 itself.
    private static final int LONGEST = 1 << 16;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Reads a header.
    ///
    /// @param where the file, and the entry in it
    /// @throws FormatException if there is none, or it is none of ours
    static NpyHeader read(ByteSource source, String where) {
        if (source.size() < 10) {
            throw FormatException.damaged(
                    where, source.size() + " bytes", "a .npy header, at least 10 bytes");
        }
        MemorySegment start = source.bytes(0, (int) Math.min(12, source.size()));
        for (int i = 0; i < MAGIC.length; i++) {
            if (start.get(ValueLayout.JAVA_BYTE, i) != MAGIC[i]) {
                throw FormatException.of(
                        where,
                        "no .npy header",
                        "the bytes \\x93NUMPY",
                        "save the array with numpy.save or numpy.savez");
            }
        }
        int version = start.get(ValueLayout.JAVA_BYTE, 6);
        if (version < 1 || version > 3 || start.get(ValueLayout.JAVA_BYTE, 7) != 0) {
            throw FormatException.of(
                    where,
                    ".npy version %d.%d".formatted(version, start.get(ValueLayout.JAVA_BYTE, 7)),
                    "1.0, 2.0 or 3.0",
                    "save it again with numpy.save");
        }
        int prefix = version == 1 ? 10 : 12;
        long claimed =
                version == 1
                        ? Short.toUnsignedLong(start.get(SHORT, 8))
                        : source.size() < 12 ? -1 : Integer.toUnsignedLong(start.get(INT, 8));
        if (claimed < 0 || claimed > LONGEST || prefix + claimed > source.size()) {
            throw FormatException.damaged(
                    where,
                    "a .npy header of %d bytes in %d".formatted(claimed, source.size()),
                    "at most %d, and within the file".formatted(LONGEST));
        }
        Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        byte[] text = source.bytes(prefix, (int) claimed).toArray(ValueLayout.JAVA_BYTE);
        return new PythonDictionary(new String(text, charset), where)
                .header(prefix + (int) claimed);
    }

    /// The bytes of a header of version 1, padded as NumPy pads it: the numbers begin at a multiple
    /// of 64.
    static byte[] bytes(String descr, boolean fortran, ArrayShape shape) {
        String sizes =
                shape.sizes().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String tuple = shape.rank() == 1 ? sizes + "," : sizes;
        String dictionary =
                "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"
                        .formatted(descr, fortran ? "True" : "False", tuple);
        int whole = (10 + dictionary.length() + 1 + 63) / 64 * 64;
        byte[] text =
                (dictionary + " ".repeat(whole - 11 - dictionary.length()) + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[whole];
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[6] = 1;
        MemorySegment.ofArray(bytes).set(SHORT, 8, (short) text.length);
        System.arraycopy(text, 0, bytes, 10, text.length);
        return bytes;
    }

    /// Which byte of a number comes first. `=` is written by nobody, `|` by what has one byte.
    ByteOrder byteOrder() {
        return descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
}
