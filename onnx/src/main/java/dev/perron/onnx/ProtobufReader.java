package dev.perron.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One message of protobuf's wire format, field by field, over bytes that are never copied: what
/// isn't asked for is stepped over. Nothing is believed: every length is checked against the bytes
/// that are left before it is used.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">Protobuf: encoding</a>
final class ProtobufReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int FIXED32 = 5;

    /// Names in a graph are short; a longer one is damage.
    private static final int LONGEST_TEXT = 1 << 16;

    private final ByteBuffer bytes; // position to limit: what is left of the message
    private int field;
    private int wireType;

    ProtobufReader(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    /// The bytes are not a protobuf message, or stop in the middle of one.
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean pastEnd;

        MalformedException(String message, boolean pastEnd) {
            super(message);
            this.pastEnd = pastEnd;
        }

        MalformedException(String message) {
            this(message, false);
        }

        /// Whether bytes were missing at the end, rather than wrong.
        boolean pastEnd() {
            return pastEnd;
        }
    }

    /// Steps to the next field; false at the end of the message.
    boolean next() throws MalformedException {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long tag = readVarint();
        long number = tag >>> 3;
        if (number < 1 || number >= 1 << 29) {
            throw new MalformedException("field number " + number);
        }
        field = (int) number;
        wireType = (int) (tag & 7);
        return true;
    }

    /// The number of the current field.
    int field() {
        return field;
    }

    /// The wire type of the current field.
    int wireType() {
        return wireType;
    }

    /// The current field, a whole number.
    long varint() throws MalformedException {
        require(VARINT);
        return readVarint();
    }

    /// The current field, a float.
    float real() throws MalformedException {
        require(FIXED32);
        int at = bytes.position();
        skip(Integer.BYTES);
        return bytes.order(ByteOrder.LITTLE_ENDIAN).getFloat(at);
    }

    /// The current field, whole numbers one at a time or packed; appends to `out`, at most up to
    /// `limit` of them, and steps over the rest.
    void varints(List<Long> out, int limit) throws MalformedException {
        if (wireType == VARINT) {
            add(out, limit, readVarint());
            return;
        }
        ProtobufReader packed = message();
        while (packed.bytes.hasRemaining()) {
            add(out, limit, packed.readVarint());
        }
    }

    /// The current field, a message of its own.
    ProtobufReader message() throws MalformedException {
        return new ProtobufReader(payload());
    }

    /// The current field, UTF-8.
    String text() throws MalformedException {
        ByteBuffer payload = payload();
        if (payload.remaining() > LONGEST_TEXT) {
            throw new MalformedException("a name of %d bytes".formatted(payload.remaining()));
        }
        return StandardCharsets.UTF_8.decode(payload).toString();
    }

    /// The current field's bytes, a view.
    ByteBuffer payload() throws MalformedException {
        require(LENGTH_DELIMITED);
        long length = readVarint();
        if (length < 0 || length > bytes.remaining()) {
            throw new MalformedException(
                    "a part of %s bytes has only %d"
                            .formatted(Long.toUnsignedString(length), bytes.remaining()),
                    true);
        }
        ByteBuffer payload = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return payload;
    }

    /// Steps over the current field.
    void skip() throws MalformedException {
        switch (wireType) {
            case VARINT -> readVarint();
            case FIXED64 -> skip(Long.BYTES);
            case LENGTH_DELIMITED -> payload();
            case FIXED32 -> skip(Integer.BYTES);
            default -> throw new MalformedException("wire type " + wireType);
        }
    }

    private void skip(int length) throws MalformedException {
        if (length > bytes.remaining()) {
            throw new MalformedException("field %d stops short".formatted(field), true);
        }
        bytes.position(bytes.position() + length);
    }

    private long readVarint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw new MalformedException("a number stops short", true);
            }
            byte b = bytes.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number of more than 10 bytes");
    }

    private void require(int wanted) throws MalformedException {
        if (wireType != wanted) {
            throw new MalformedException(
                    "field %d has wire type %d, must be %d".formatted(field, wireType, wanted));
        }
    }

    private static void add(List<Long> out, int limit, long value) {
        if (out.size() < limit) {
            out.add(value);
        }
    }
}
