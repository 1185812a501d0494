package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Text formats are for small matrices: the whole is read into memory.
final class SmallText {
    /// A head of 2000 tokens in full digits.
    static final long LARGEST = 64L << 20;

    private SmallText() {}

    /// @throws FormatException if the file is too large
    static byte[] bytes(MemorySegment file, String where) {
        if (file.byteSize() > LARGEST) {
            throw FormatException.of(
                    where,
                    "%d MB of text".formatted(file.byteSize() >> 20),
                    "at most %d MB".formatted(LARGEST >> 20),
                    "save it with numpy.save, which is read from disk as needed");
        }
        return file.toArray(ValueLayout.JAVA_BYTE);
    }

    /// @throws FormatException if the file is too large, or no UTF-8
    static String of(MemorySegment file, String where) {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes(file, where)))
                            .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw FormatException.of(
                    where, "bytes that are no text", "UTF-8", "save it as UTF-8", e);
        }
    }
}
