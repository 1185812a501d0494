package dev.perron.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// One message of protobuf's wire format, field by field.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">Protobuf: encoding</a>
final class ProtobufWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// A whole number.
    ProtobufWriter number(int field, long value) {
        varint((long) field << 3 | ProtobufReader.VARINT);
        varint(value);
        return this;
    }

    /// UTF-8.
    ProtobufWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /// A message of its own.
    ProtobufWriter message(int field, ProtobufWriter message) {
        return bytes(field, message.toBytes());
    }

    ProtobufWriter bytes(int field, ByteBuffer payload) {
        byte[] copy = new byte[payload.remaining()];
        payload.get(payload.position(), copy);
        return bytes(field, copy);
    }

    ProtobufWriter bytes(int field, byte[] payload) {
        varint((long) field << 3 | ProtobufReader.LENGTH_DELIMITED);
        varint(payload.length);
        out.writeBytes(payload);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
