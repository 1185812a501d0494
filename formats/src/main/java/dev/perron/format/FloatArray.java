package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// An array of a file, known by its header: its numbers are read when they are asked for.
public final class FloatArray {
    private final String name;
    private final ElementType type;
    private final ByteOrder byteOrder;
    private final ArrayShape shape;
    private final boolean fortran;
    private final List<Long> strides;
    private final ByteSource source;
    private final long offset;

    /// @param offset of the first number in the source, which has all of them
    FloatArray(
            String name,
            ElementType type,
            ByteOrder byteOrder,
            ArrayShape shape,
            boolean fortran,
            ByteSource source,
            long offset) {
        this.name = name;
        this.type = type;
        this.byteOrder = byteOrder;
        this.shape = shape;
        this.fortran = fortran;
        this.strides = shape.strides(fortran);
        this.source = source;
        this.offset = offset;
    }

    /// An array in memory, of which nobody else has the numbers.
    static FloatArray ofOwned(String name, ArrayShape shape, double[] values) {
        return new FloatArray(
                name,
                ElementType.FLOAT64,
                ByteOrder.nativeOrder(),
                shape,
                false,
                new ByteSource.Mapped(MemorySegment.ofArray(values)),
                0);
    }

    /// Its name in the file; empty in a file of one array.
    public String name() {
        return name;
    }

    /// What its numbers are.
    public ElementType type() {
        return type;
    }

    /// The sizes of its axes.
    public ArrayShape shape() {
        return shape;
    }

    /// Whether it lies in Fortran order.
    public boolean fortran() {
        return fortran;
    }

    /// Which byte of a number comes first.
    public ByteOrder byteOrder() {
        return byteOrder;
    }

    /// All numbers in C order, whatever the order of the file. For small arrays.
    ///
    /// @throws FormatException if there are more than fit in a Java array
    public double[] toArray() {
        long elements = shape.elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw FormatException.of(
                    name,
                    elements + " numbers",
                    "at most " + (Integer.MAX_VALUE - 8),
                    "read one head at a time");
        }
        double[] all = new double[(int) elements];
        long[] index = new long[shape.rank()];
        for (int i = 0; i < all.length; i++) {
            long element = 0;
            for (int axis = 0; axis < index.length; axis++) {
                element += index[axis] * strides.get(axis);
            }
            long at = offset + element * type.bytes();
            all[i] = type.decode(source.bytes(at, type.bytes()), 0, byteOrder);
            for (int axis = index.length - 1; axis >= 0; axis--) {
                index[axis]++;
                if (index[axis] < shape.size(axis)) {
                    break;
                }
                index[axis] = 0;
            }
        }
        return all;
    }

    /// How far apart neighbours along an axis are, in elements.
    long stride(int axis) {
        return strides.get(axis);
    }

    /// Reads a matrix of the array, in the order of the file: that is forward only.
    ///
    /// @param first the element at the matrix's corner
    /// @param rowStride elements from a row to the next
    /// @param columnStride elements from a column to the next
    /// @param out `[rows, columns]` in it are overwritten
    /// @param at where the matrix's corner comes in `out`
    /// @param width entries of `out` from a row to the next
    void read(
            long first,
            long rowStride,
            int rows,
            long columnStride,
            int columns,
            float[] out,
            int at,
            int width) {
        if (columnStride <= rowStride || rows == 1) {
            for (int i = 0; i < rows; i++) {
                line(first + i * rowStride, columnStride, columns, out, at + i * width, 1);
            }
        } else {
            for (int j = 0; j < columns; j++) {
                line(first + j * columnStride, rowStride, rows, out, at + j, width);
            }
        }
    }

    private void line(long first, long stride, int count, float[] out, int at, int step) {
        int size = type.bytes();
        long distance = Math.max(1, stride) * size;
        int most = (int) Math.max(1, ByteSource.CHUNK / distance);
        boolean copied = type == ElementType.FLOAT32 && stride == 1 && step == 1;
        for (int done = 0; done < count; done += most) {
            int now = Math.min(most, count - done);
            long from = offset + (first + done * stride) * size;
            MemorySegment bytes = source.bytes(from, (int) ((now - 1) * stride * size + size));
            if (copied) {
                MemorySegment.copy(
                        bytes,
                        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(byteOrder),
                        0,
                        out,
                        at + done,
                        now);
                continue;
            }
            for (int i = 0; i < now; i++) {
                out[at + (done + i) * step] =
                        (float) type.decode(bytes, i * stride * size, byteOrder);
            }
        }
    }

    /// The same in double, so that nothing is rounded, from the beginning of `out` on.
    void read(
            long first,
            long rowStride,
            int rows,
            long columnStride,
            int columns,
            double[] out,
            int width) {
        if (columnStride <= rowStride || rows == 1) {
            for (int i = 0; i < rows; i++) {
                line(first + i * rowStride, columnStride, columns, out, i * width, 1);
            }
        } else {
            for (int j = 0; j < columns; j++) {
                line(first + j * columnStride, rowStride, rows, out, j, width);
            }
        }
    }

    private void line(long first, long stride, int count, double[] out, int at, int step) {
        int size = type.bytes();
        int most = (int) Math.max(1, ByteSource.CHUNK / (Math.max(1, stride) * size));
        for (int done = 0; done < count; done += most) {
            int now = Math.min(most, count - done);
            long from = offset + (first + done * stride) * size;
            MemorySegment bytes = source.bytes(from, (int) ((now - 1) * stride * size + size));
            for (int i = 0; i < now; i++) {
                out[at + (done + i) * step] = type.decode(bytes, i * stride * size, byteOrder);
            }
        }
    }
}
