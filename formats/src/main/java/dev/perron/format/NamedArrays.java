package dev.perron.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A few small arrays by their names, of float32 or float64, written as a .npz that `numpy.load`
/// opens.
public final class NamedArrays {
    /// Zip knows nothing earlier; a file's bytes don't depend on when it was written.
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final Map<String, byte[]> arrays = new LinkedHashMap<>();

    /// The same with one more matrix.
    ///
    /// @param values `[row · columns + column]`
    /// @throws IllegalArgumentException if there aren't rows · columns of them
    public NamedArrays with(String name, int rows, int columns, float... values) {
        return with(name, List.of(rows, columns), values);
    }

    /// The same with one more array of any number of axes.
    ///
    /// @param values row-major
    /// @throws IllegalArgumentException if there aren't as many as the shape says
    public NamedArrays with(String name, List<Integer> shape, float... values) {
        byte[] header = header(name, "<f4", shape, values.length);
        byte[] bytes = longer(header, (long) values.length * Float.BYTES);
        ByteBuffer to = behind(header, bytes);
        for (float value : values) {
            to.putFloat(value);
        }
        return with(name, bytes);
    }

    /// The same with one more array of float64.
    ///
    /// @param values row-major
    /// @throws IllegalArgumentException if there aren't as many as the shape says
    public NamedArrays withDoubles(String name, List<Integer> shape, double... values) {
        byte[] header = header(name, "<f8", shape, values.length);
        byte[] bytes = longer(header, (long) values.length * Double.BYTES);
        ByteBuffer to = behind(header, bytes);
        for (double value : values) {
            to.putDouble(value);
        }
        return with(name, bytes);
    }

    private NamedArrays with(String name, byte[] bytes) {
        NamedArrays more = new NamedArrays();
        more.arrays.putAll(arrays);
        more.arrays.put(name, bytes);
        return more;
    }

    private static byte[] header(String name, String type, List<Integer> shape, int values) {
        ArrayShape sizes = new ArrayShape(shape.stream().map(Integer::longValue).toList());
        if (values != sizes.elements()) {
            throw new IllegalArgumentException(
                    "%s: %d values, must be %s"
                            .formatted(
                                    name,
                                    values,
                                    shape.stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(" x "))));
        }
        return NpyHeader.bytes(type, false, sizes);
    }

    private static byte[] longer(byte[] header, long bytes) {
        return Arrays.copyOf(header, Math.toIntExact(header.length + bytes));
    }

    private static ByteBuffer behind(byte[] header, byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(header.length);
    }

    /// Writes them.
    ///
    /// @param file ends in .npz
    /// @throws FormatException if it can't be written
    public void write(Path file) {
        WholeFile.write(
                file,
                out -> {
                    try (ZipOutputStream zip = new ZipOutputStream(out)) {
                        for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                            ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
                            entry.setTimeLocal(ALWAYS);
                            zip.putNextEntry(entry);
                            zip.write(array.getValue());
                            zip.closeEntry();
                        }
                    }
                });
    }
}
