package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A matrix of whole numbers in a file, a row at a time. One axis is one row; none, one number.
public final class IntegerArray {
    private static final String CONVERT = "convert it in Python: a.astype('int32')";

    private final ByteSource source;
    private final String where;
    private final NpyHeader header;
    private final String kind; // NumPy's code without byte order
    private final int rows;
    private final int columns;

    private IntegerArray(
            ByteSource source, String where, NpyHeader header, String kind, int rows, int columns) {
        this.source = source;
        this.where = where;
        this.header = header;
        this.kind = kind;
        this.rows = rows;
        this.columns = columns;
    }

    /// The array of a .npy.
    ///
    /// @throws FormatException as [IntegerFile#open] says
    static IntegerArray of(ByteSource source, String where) {
        NpyHeader header = NpyHeader.read(source, where);
        String kind = header.descr().replaceFirst("^[<>=|]", "");
        if (!kind.matches("[iu][1248]")) {
            throw FormatException.of(
                    where, "numbers of type " + header.descr(), "whole ones", CONVERT);
        }
        ArrayShape shape = header.shape();
        int rank = shape.rank();
        if (rank > 2) {
            throw FormatException.of(
                    where,
                    "an array of shape " + shape,
                    "a matrix, a sequence a row",
                    "reshape it in Python: a.reshape(-1, a.shape[-1])");
        }
        long rows = rank == 2 ? shape.size(0) : 1;
        long columns = rank == 0 ? 1 : shape.size(rank - 1);
        if (header.fortran() && rows > 1 && columns > 1) {
            throw FormatException.of(
                    where,
                    "Fortran order",
                    "C order, a row in one piece",
                    "convert it in Python: numpy.ascontiguousarray(a)");
        }
        int each = kind.charAt(1) - '0';
        long there = source.size() - header.length();
        long elements = shape.elements();
        if (elements > there / each || elements * each != there) {
            throw FormatException.damaged(
                    where,
                    "%d bytes of numbers".formatted(there),
                    "%s of %d bytes each, as the header says".formatted(shape, each));
        }
        if (rows > Integer.MAX_VALUE || columns > Integer.MAX_VALUE - 8) {
            throw FormatException.of(
                    where, "shape " + shape, "axes below 2147483640", "save it in parts");
        }
        return new IntegerArray(source, where, header, kind, (int) rows, (int) columns);
    }

    /// How many sequences there are.
    public int rows() {
        return rows;
    }

    /// How many numbers each has.
    public int columns() {
        return columns;
    }

    /// Reads a row. Forward is quickest: a packed array is unpacked from its beginning to go back.
    ///
    /// @param row its number, from 0
    /// @param out as many numbers as there are columns
    /// @throws FormatException if a number doesn't fit in an int
    public void read(int row, int[] out) {
        int each = kind.charAt(1) - '0';
        int most = ByteSource.CHUNK / each;
        ByteOrder order = header.byteOrder();
        for (int from = 0; from < columns; from += most) {
            int now = Math.min(most, columns - from);
            MemorySegment bytes =
                    source.bytes(
                            header.length() + ((long) row * columns + from) * each, now * each);
            for (int i = 0; i < now; i++) {
                long value = number(bytes, (long) i * each, order);
                if (value != (int) value) {
                    throw FormatException.of(
                            "%s: row %d, column %d".formatted(where, row, from + i),
                            kind.equals("u8") ? Long.toUnsignedString(value) : "" + value,
                            "a token's number",
                            "check what was saved");
                }
                out[from + i] = (int) value;
            }
        }
    }

    private long number(MemorySegment bytes, long at, ByteOrder order) {
        return switch (kind) {
            case "i1" -> bytes.get(ValueLayout.JAVA_BYTE, at);
            case "u1" -> Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, at));
            case "i2" -> bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at);
            case "u2" ->
                    Short.toUnsignedInt(
                            bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at));
            case "i4" -> bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at);
            case "u4" ->
                    Integer.toUnsignedLong(
                            bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at));
            default -> bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at);
        };
    }
}
