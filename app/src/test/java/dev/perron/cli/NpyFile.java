package dev.perron.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;

/// A .npy of float32 as numpy.save writes it, made here without the code that reads it.
final class NpyFile {
    private NpyFile() {}

    static Path write(Path file, float[] values, int... shape) throws IOException {
        byte[] header = header(shape);
        ByteBuffer bytes =
                ByteBuffer.allocate(header.length + 4 * values.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(header);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Files.write(file, bytes.array());
    }

    /// Zeros that take no place on the disk.
    static Path sparse(Path file, int... shape) throws IOException {
        byte[] header = header(shape);
        long bytes = Arrays.stream(shape).asLongStream().reduce(4, (a, b) -> a * b);
        try (RandomAccessFile to = new RandomAccessFile(file.toFile(), "rw")) {
            to.write(header);
            to.setLength(header.length + bytes);
        }
        return file;
    }

    private static byte[] header(int... shape) {
        String sizes =
                Arrays.stream(shape).mapToObj(size -> size + ",").collect(Collectors.joining());
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }".formatted(sizes);
        int length = (10 + header.length() + 1 + 63) / 64 * 64 - 10;
        byte[] text =
                (header + " ".repeat(length - header.length() - 1) + "\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(10 + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) length)
                .put(text)
                .array();
    }

    /// Standard normal.
    static float[] normal(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
