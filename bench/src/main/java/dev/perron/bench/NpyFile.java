package dev.perron.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// NumPy's file of one array, as far as the conversation with peers needs it: float32 or float64,
/// little-endian, C order, version 1.0.
final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final Pattern SHAPE =
            Pattern.compile("'descr': '<f8', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\)");

    private NpyFile() {}

    /// Writes float32 `[count][n][n]`, one square matrix at a time.
    static void writeSquares(Path file, int n, int count, IntFunction<float[]> matrix)
            throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(header("<f4", count, n, n));
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.multiplyExact(n * n, Float.BYTES))
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (int k = 0; k < count; k++) {
                bytes.clear().asFloatBuffer().put(matrix.apply(k), 0, n * n);
                out.write(bytes.array());
            }
        }
    }

    /// Writes float64 `[values.length]`.
    static void write(Path file, double[] values) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(header("<f8", values.length));
            out.write(bytes.array());
        }
    }

    /// Reads float64 of one or two dimensions, as rows; an array of one dimension is one row.
    ///
    /// @throws IOException if the file can't be read or holds something else
    static double[][] readRows(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        int start = MAGIC.length + Short.BYTES + bytes.getShort(MAGIC.length);
        Matcher shape =
                SHAPE.matcher(
                        new String(
                                all,
                                MAGIC.length + Short.BYTES,
                                start - MAGIC.length - Short.BYTES,
                                StandardCharsets.US_ASCII));
        if (!shape.find()) {
            throw new IOException(file + ": not float64 in C order, must be");
        }
        int[] sizes =
                Pattern.compile("[, ]+")
                        .splitAsStream(shape.group(1))
                        .filter(size -> !size.isEmpty())
                        .mapToInt(Integer::parseInt)
                        .toArray();
        if (sizes.length < 1 || sizes.length > 2) {
            throw new IOException(
                    "%s: %d dimensions, must be 1 or 2".formatted(file, sizes.length));
        }
        double[][] rows = new double[sizes.length == 1 ? 1 : sizes[0]][sizes[sizes.length - 1]];
        var values = bytes.position(start).slice().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
        for (double[] row : rows) {
            values.get(row);
        }
        return rows;
    }

    private static byte[] header(String type, int... shape) {
        String sizes =
                IntStream.of(shape)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(", ", "(", shape.length == 1 ? ",)" : ")"));
        String text =
                "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, sizes);
        // Data begin at a multiple of 64, after a line feed.
        int before = MAGIC.length + Short.BYTES;
        int length = Math.ceilDiv(before + text.length() + 1, 64) * 64 - before;
        ByteBuffer header =
                ByteBuffer.allocate(before + length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(MAGIC)
                        .putShort((short) length)
                        .put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').array();
    }
}
