package dev.perron.format;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Arrays in a .safetensors file: the length of a JSON header, the header, the numbers, little
/// endian in C order, without holes. As described at huggingface.co/docs/safetensors.
final class Safetensors {
    private static final String METADATA = "__metadata__";

    /// A hundred thousand arrays have room in it.
    private static final long LONGEST_HEADER = 8L << 20;

    private static final String HEADER = "a safetensors header that fits the file";

    private Safetensors() {}

    /// Whether a file begins like one: what would be a length that fits, and a brace.
    static boolean looksLike(MemorySegment file) {
        return file.byteSize() >= 10
                && file.get(ValueLayout.JAVA_BYTE, 8) == '{'
                && length(file) >= 2
                && length(file) <= LONGEST_HEADER;
    }

    private static long length(MemorySegment file) {
        return file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    }

    private record Range(String name, long begin, long end) {}

    static void read(MemorySegment file, String where, ArrayFile.Contents contents) {
        if (file.byteSize() < 10) {
            throw FormatException.damaged(where, file.byteSize() + " bytes", HEADER);
        }
        long length = length(file);
        if (length < 2 || length > LONGEST_HEADER || length > file.byteSize() - 8) {
            throw FormatException.damaged(
                    where,
                    "a header of %s bytes in a file of %d"
                            .formatted(Long.toUnsignedString(length), file.byteSize()),
                    "at most %d, and within the file".formatted(LONGEST_HEADER));
        }
        byte[] text = file.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
        if (!(JsonValue.parse(text, where) instanceof JsonValue.Members(var members))) {
            throw FormatException.damaged(where, "a header that is no object", HEADER);
        }
        MemorySegment numbers = file.asSlice(8 + length);
        List<Range> ranges = new ArrayList<>();
        members.forEach(
                (name, value) -> {
                    if (name.equals(METADATA)) {
                        contents.metadata(strings(value, where));
                    } else {
                        ranges.add(add(name, value, numbers, where, contents));
                    }
                });
        requireNoHoles(ranges, numbers.byteSize(), where);
    }

    private static Range add(
            String name,
            JsonValue value,
            MemorySegment numbers,
            String file,
            ArrayFile.Contents contents) {
        String where = file + ": " + name;
        if (!(value instanceof JsonValue.Members(var about)
                && about.get("dtype") instanceof JsonValue.Text(String code)
                && about.get("shape") instanceof JsonValue.Items(var shapeItems)
                && about.get("data_offsets") instanceof JsonValue.Items(var offsets)
                && offsets.size() == 2)) {
            throw FormatException.damaged(
                    where, "an incomplete description", "dtype, shape and two data_offsets");
        }
        long begin = number(offsets.get(0), where);
        long end = number(offsets.get(1), where);
        if (begin < 0 || end < begin || end > numbers.byteSize()) {
            throw FormatException.damaged(
                    where,
                    "data_offsets %d to %d".formatted(begin, end),
                    "offsets from 0 to %d, ascending".formatted(numbers.byteSize()));
        }
        ArrayShape shape = shape(shapeItems, where);
        Optional<ElementType> type = ElementType.ofSafetensorsCode(code);
        if (type.isEmpty()) {
            contents.refuse(
                    name,
                    new ArrayFile.Refusal(
                            "numbers of type " + code, "convert it in Python: a.float()"));
            return new Range(name, begin, end);
        }
        int each = type.get().bytes();
        if (shape.elements() > (end - begin) / each || shape.elements() * each != end - begin) {
            throw FormatException.damaged(
                    where,
                    "%d bytes of numbers".formatted(end - begin),
                    "%s of %d bytes each, as the header says".formatted(shape, each));
        }
        contents.add(
                new FloatArray(
                        name,
                        type.get(),
                        ByteOrder.LITTLE_ENDIAN,
                        shape,
                        false,
                        new ByteSource.Mapped(numbers),
                        begin));
        return new Range(name, begin, end);
    }

    /// Writes what comes before the numbers. They begin at a multiple of 8, as the format's own
    /// writer has it.
    static void writeHeader(OutputStream out, byte[] text) throws IOException {
        byte[] padded = new byte[(text.length + 7) / 8 * 8];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(text, 0, padded, 0, text.length);
        byte[] length = new byte[8];
        MemorySegment.ofArray(length)
                .set(
                        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
                        0,
                        padded.length);
        out.write(length);
        out.write(padded);
    }

    private static ArrayShape shape(List<JsonValue> items, String where) {
        if (items.size() > 64) {
            throw FormatException.damaged(where, items.size() + " axes", "at most 64");
        }
        try {
            return new ArrayShape(items.stream().map(item -> number(item, where)).toList());
        } catch (IllegalArgumentException e) {
            throw FormatException.of(
                    where,
                    String.valueOf(e.getMessage()),
                    "a shape that fits the file",
                    "the file is damaged: save or copy it again",
                    e);
        }
    }

    private static void requireNoHoles(List<Range> ranges, long size, String where) {
        ranges.sort(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end));
        long at = 0;
        for (Range range : ranges) {
            if (range.begin() != at) {
                throw FormatException.damaged(
                        where + ": " + range.name(),
                        "data_offsets from %d".formatted(range.begin()),
                        "from %d, where the array before ends".formatted(at));
            }
            at = range.end();
        }
        if (at != size) {
            throw FormatException.damaged(
                    where, "%d bytes of numbers".formatted(size), "%d by the header".formatted(at));
        }
    }

    private static long number(JsonValue value, String where) {
        if (value instanceof JsonValue.Digits(String digits) && digits.matches("-?[0-9]{1,18}")) {
            return Long.parseLong(digits);
        }
        throw FormatException.damaged(where, "a size or offset that is no whole number", "one");
    }

    private static Map<String, String> strings(JsonValue value, String where) {
        Map<String, String> strings = new LinkedHashMap<>();
        if (value instanceof JsonValue.Members(var members)) {
            members.forEach(
                    (name, member) -> {
                        if (!(member instanceof JsonValue.Text(String text))) {
                            throw FormatException.damaged(
                                    where, METADATA + " that isn't text: " + name, "text");
                        }
                        strings.put(name, text);
                    });
            return strings;
        }
        throw FormatException.damaged(where, METADATA + " that is no object", "an object of text");
    }
}
