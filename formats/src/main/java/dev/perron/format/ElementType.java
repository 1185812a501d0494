package dev.perron.format;

import dev.perron.attention.Precision;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What numbers an array is made of. Each fits in a double without rounding.
public enum ElementType {
    /// IEEE 754 binary16.
    FLOAT16(2, "f2", "F16", Precision.FLOAT16),
    /// The upper half of a float32; NumPy has no name for it.
    BFLOAT16(2, "", "BF16", Precision.BFLOAT16),
    /// IEEE 754 binary32.
    FLOAT32(4, "f4", "F32", Precision.FLOAT32),
    /// IEEE 754 binary64. Attention in it was mostly computed in float32 and widened later, so its
    /// rows are held to float32's tolerance.
    FLOAT64(8, "f8", "F64", Precision.FLOAT32);

    private final int bytes;
    private final String numpy;
    private final String safetensors;
    private final Precision precision;

    ElementType(int bytes, String numpy, String safetensors, Precision precision) {
        this.bytes = bytes;
        this.numpy = numpy;
        this.safetensors = safetensors;
        this.precision = precision;
    }

    /// Bytes of one number.
    public int bytes() {
        return bytes;
    }

    /// How exactly rows of such numbers can be expected to sum to 1.
    public Precision precision() {
        return precision;
    }

    /// `float32`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// NumPy's code without byte order, `f4`; empty where there is none.
    String numpyCode() {
        return numpy;
    }

    /// The safetensors name, `F32`.
    String safetensorsCode() {
        return safetensors;
    }

    static Optional<ElementType> ofNumpyCode(String code) {
        return Arrays.stream(values())
                .filter(type -> !type.numpy.isEmpty() && type.numpy.equals(code))
                .findFirst();
    }

    static Optional<ElementType> ofSafetensorsCode(String code) {
        return Arrays.stream(values()).filter(type -> type.safetensors.equals(code)).findFirst();
    }

    /// The number that lies at a byte.
    double decode(MemorySegment from, long at, ByteOrder order) {
        return switch (this) {
            case FLOAT16 ->
                    Float.float16ToFloat(
                            from.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at));
            case BFLOAT16 ->
                    Float.intBitsToFloat(
                            from.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at) << 16);
            case FLOAT32 -> from.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at);
            case FLOAT64 -> from.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), at);
        };
    }

    /// The nearest numbers of this type, little endian.
    byte[] encode(double[] numbers, int count) {
        byte[] all = new byte[Math.multiplyExact(count, bytes)];
        MemorySegment to = MemorySegment.ofArray(all);
        for (int i = 0; i < count; i++) {
            encode(numbers[i], to, (long) i * bytes, ByteOrder.LITTLE_ENDIAN);
        }
        return all;
    }

    /// Writes the nearest number of this type.
    void encode(double value, MemorySegment to, long at, ByteOrder order) {
        switch (this) {
            case FLOAT16 ->
                    to.set(
                            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order),
                            at,
                            Float.floatToFloat16((float) value));
            case BFLOAT16 ->
                    to.set(
                            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order),
                            at,
                            upperHalf((float) value));
            case FLOAT32 ->
                    to.set(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at, (float) value);
            case FLOAT64 -> to.set(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), at, value);
        }
    }

    /// Rounds to nearest, ties to even. NaN keeps a bit, so that it doesn't become infinite.
    private static short upperHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
