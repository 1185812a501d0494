package dev.perron.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Matrices of int32 as a .npz, as numpy.savez_compressed writes them, row after row: all of them
/// need not be in memory. What NumPy reads needs no sidecar.
public final class IntegerArchive {
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final Map<String, Matrix> matrices = new LinkedHashMap<>();

    /// An empty one.
    public IntegerArchive() {}

    /// Gives the rows of a matrix.
    @FunctionalInterface
    public interface Rows {
        /// Fills a row; asked for in order, each once.
        void fill(int row, int[] out);
    }

    private record Matrix(int rows, int columns, Rows content) {}

    /// Adds a matrix.
    ///
    /// @param name of the array in the file
    /// @throws IllegalArgumentException if it has no rows or columns
    public IntegerArchive with(String name, int rows, int columns, Rows content) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "%s: %d x %d, must be at least 1 x 1".formatted(name, rows, columns));
        }
        matrices.put(name, new Matrix(rows, columns, content));
        return this;
    }

    /// Writes the file, whole or not at all.
    ///
    /// @throws FormatException if it can't be written
    public void write(Path file) {
        WholeFile.write(file, this::writeTo);
    }

    private void writeTo(OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Matrix> entry : matrices.entrySet()) {
                ZipEntry array = new ZipEntry(entry.getKey() + ".npy");
                array.setTimeLocal(ALWAYS);
                zip.putNextEntry(array);
                Matrix matrix = entry.getValue();
                zip.write(
                        NpyHeader.bytes(
                                "<i4", false, ArrayShape.of(matrix.rows(), matrix.columns())));
                int[] row = new int[matrix.columns()];
                byte[] bytes = new byte[4 * row.length];
                for (int i = 0; i < matrix.rows(); i++) {
                    matrix.content().fill(i, row);
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(row);
                    zip.write(bytes);
                }
                zip.closeEntry();
            }
        }
    }
}
