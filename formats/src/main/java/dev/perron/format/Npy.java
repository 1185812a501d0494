package dev.perron.format;

import java.nio.ByteOrder;
import java.util.Optional;

/// An array in NumPy's format, alone in a file or as an entry of a .npz.
final class Npy {
    private static final String CONVERT = "convert it in Python: a.astype('float32')";

    private Npy() {}

    /// Adds the array to what a file holds, or the reason why it isn't read.
    static void read(ByteSource source, String name, String where, ArrayFile.Contents contents) {
        NpyHeader header = NpyHeader.read(source, where);
        String descr = header.descr();
        Optional<ElementType> type =
                descr.length() < 2 || "<>=|".indexOf(descr.charAt(0)) < 0
                        ? Optional.empty()
                        : ElementType.ofNumpyCode(descr.substring(1));
        if (name.equals("tokens") && descr.matches("[<>]U[0-9]{1,4}")) {
            contents.tokens(strings(source, header, where));
            return;
        }
        if (type.isEmpty()) {
            contents.refuse(name, whyNot(descr));
            return;
        }
        requireSize(source, header, type.get().bytes(), where);
        contents.add(
                new FloatArray(
                        name,
                        type.get(),
                        header.byteOrder(),
                        header.shape(),
                        header.fortran(),
                        source,
                        header.length()));
    }

    private static void requireSize(ByteSource source, NpyHeader header, int each, String where) {
        long there = source.size() - header.length();
        long elements = header.shape().elements();
        if (elements > there / each || elements * each != there) {
            throw FormatException.damaged(
                    where,
                    "%d bytes of numbers".formatted(there),
                    "%s of %d bytes each, as the header says".formatted(header.shape(), each));
        }
    }

    private static ArrayFile.Refusal whyNot(String descr) {
        String kind = descr.replaceFirst("^[<>=|]", "");
        if (kind.startsWith("O")) {
            return new ArrayFile.Refusal(
                    "an array of Python objects",
                    "it is pickled, and a pickle can run any code; save numbers instead: ragged"
                            + " ones with numpy.savez(file, *arrays)");
        }
        String type =
                switch (kind) {
                    case "i1", "i2", "i4", "i8" -> "int" + 8 * (kind.charAt(1) - '0');
                    case "u1", "u2", "u4", "u8" -> "uint" + 8 * (kind.charAt(1) - '0');
                    case "b1" -> "bool";
                    case "c8" -> "complex64";
                    case "c16" -> "complex128";
                    case "V2" -> "V2 (bfloat16, which NumPy can't name)";
                    default -> descr;
                };
        return new ArrayFile.Refusal("numbers of type " + type, CONVERT);
    }

    /// NumPy's fixed-width text: UTF-32, padded with zeros.
    private static String[] strings(ByteSource source, NpyHeader header, String where) {
        int width = Integer.parseInt(header.descr().substring(2));
        if (header.shape().rank() != 1 || width == 0 || width * 4 > ByteSource.CHUNK) {
            throw FormatException.of(
                    where,
                    "text of shape %s".formatted(header.shape()),
                    "one axis, a token each",
                    "save numpy.array(tokens)");
        }
        requireSize(source, header, width * 4, where);
        if (header.shape().elements() > ArrayFile.MOST_TOKENS) {
            throw FormatException.of(
                    where,
                    "%s tokens".formatted(header.shape()),
                    "at most " + ArrayFile.MOST_TOKENS,
                    "save those of one text");
        }
        String[] tokens = new String[(int) header.shape().elements()];
        ByteOrder order = header.byteOrder();
        for (int i = 0; i < tokens.length; i++) {
            int[] points =
                    source.bytes(header.length() + (long) i * width * 4, width * 4)
                            .toArray(
                                    java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED.withOrder(
                                            order));
            StringBuilder token = new StringBuilder();
            for (int point : points) {
                if (!Character.isValidCodePoint(point)) {
                    throw FormatException.damaged(
                            where, "token %d with code %d".formatted(i, point), "Unicode");
                }
                if (point != 0) {
                    token.appendCodePoint(point);
                }
            }
            tokens[i] = token.toString();
        }
        return tokens;
    }
}
