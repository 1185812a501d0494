package dev.perron.format;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Attention, and files with it, made from a seed.
final class Examples {
    private Examples() {}

    /// Random rows that sum to 1, on tokens `[CLS]`, `t1`, ...
    static AttentionTensor tensor(int layers, int heads, int n, long seed) {
        List<Token> tokens = new ArrayList<>(List.of(new Token.Special("[CLS]")));
        IntStream.range(1, n).forEach(i -> tokens.add(new Token.Piece("t" + i)));
        SplittableRandom random = new SplittableRandom(seed);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < layers * heads; i++) {
            rows.add(stochastic(n, n, random));
        }
        return AttentionTensor.of(tokens, IntStream.range(0, layers).boxed().toList(), heads, rows);
    }

    /// `[queries, keys]`, rows summing to 1.
    static float[] stochastic(int queries, int keys, SplittableRandom random) {
        float[] rows = new float[queries * keys];
        for (int i = 0; i < queries; i++) {
            double sum = 0;
            for (int j = 0; j < keys; j++) {
                rows[i * keys + j] = (float) random.nextDouble(0.1, 1);
                sum += rows[i * keys + j];
            }
            for (int j = 0; j < keys; j++) {
                rows[i * keys + j] /= (float) sum;
            }
        }
        return rows;
    }

    /// A .npy in C order.
    static byte[] npy(String descr, long[] shape, double... values) {
        ElementType type = ElementType.ofNumpyCode(descr.substring(1)).orElseThrow();
        byte[] header = NpyHeader.bytes(descr, false, ArrayShape.of(shape));
        byte[] bytes = new byte[header.length + values.length * type.bytes()];
        System.arraycopy(header, 0, bytes, 0, header.length);
        ByteOrder order = descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < values.length; i++) {
            type.encode(
                    values[i],
                    MemorySegment.ofArray(bytes),
                    header.length + (long) i * type.bytes(),
                    order);
        }
        return bytes;
    }

    static double[] widened(float... values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    /// A .npz of names and contents in turn, deflated.
    static byte[] npz(Object... namesAndContents) throws IOException {
        Object[] files = namesAndContents.clone();
        for (int i = 0; i < files.length; i += 2) {
            files[i] += ".npy";
        }
        return zip(files);
    }

    /// A zip file of names and contents in turn, deflated.
    static byte[] zip(Object... namesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry(String.valueOf(namesAndContents[i])));
                zip.write((byte[]) namesAndContents[i + 1]);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /// A .safetensors with this header, as it stands, and so many bytes of zeros.
    static byte[] safetensors(String header, int zeros) {
        byte[] text = header.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] bytes = new byte[8 + text.length + zeros];
        MemorySegment.ofArray(bytes)
                .set(
                        java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED.withOrder(
                                ByteOrder.LITTLE_ENDIAN),
                        0,
                        text.length);
        System.arraycopy(text, 0, bytes, 8, text.length);
        return bytes;
    }

    static Path write(Path file, byte[] bytes) throws IOException {
        return Files.write(file, bytes);
    }
}
