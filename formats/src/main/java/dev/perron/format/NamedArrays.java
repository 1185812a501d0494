package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A few small arrays of float32 by their names, written as a .npz that `numpy.load` opens.
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
        ArrayShape sizes = new ArrayShape(shape.stream().map(Integer::longValue).toList());
        if (values.length != sizes.elements()) {
            throw new IllegalArgumentException(
                    "%s: %d values, must be %s"
                            .formatted(
                                    name,
                                    values.length,
                                    shape.stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(" x "))));
        }
        byte[] header = NpyHeader.bytes("<f4", false, sizes);
        byte[] bytes = new byte[header.length + values.length * Float.BYTES];
        System.arraycopy(header, 0, bytes, 0, header.length);
        ValueLayout.OfFloat number =
                ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        MemorySegment to = MemorySegment.ofArray(bytes);
        for (int i = 0; i < values.length; i++) {
            to.set(number, header.length + (long) i * Float.BYTES, values[i]);
        }
        NamedArrays more = new NamedArrays();
        more.arrays.putAll(arrays);
        more.arrays.put(name, bytes);
        return more;
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
