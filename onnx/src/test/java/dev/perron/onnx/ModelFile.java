package dev.perron.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes small ONNX files, field by field: `ModelProto` as onnx.proto has it.
final class ModelFile {
    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
    private long opset = 17;
    private long microsoftOpset = 1;

    /// One layer of one head over a vocabulary: `input_ids` → table → `Softmax(XXᵀ) X`.
    static ModelFile oneHead(int vocabulary) {
        return new ModelFile()
                .input("input_ids", 7, "batch", "sequence")
                .table("table", vocabulary, 4)
                .integers("axis", 1)
                .node("Gather", List.of("table", "input_ids"), "x")
                .node("Unsqueeze", List.of("x", "axis"), "x4")
                .node("Transpose", List.of("x4"), "xT", attribute("perm", 0, 1, 3, 2))
                .node("MatMul", List.of("x4", "xT"), "scores");
    }

    /// The rest of [#oneHead], its attention under that name.
    ModelFile attending(String attention) {
        return node("Softmax", List.of("scores"), attention, attribute("axis", -1))
                .node("MatMul", List.of(attention, "x4"), "y")
                .output("y", 1, "batch", "1", "sequence", "4");
    }

    ModelFile opset(long version) {
        opset = version;
        return this;
    }

    /// The version of `com.microsoft`.
    ModelFile microsoftOpset(long version) {
        microsoftOpset = version;
        return this;
    }

    ModelFile node(String op, List<String> inputs, String output, byte[]... attributes) {
        return node("", op, inputs, output, attributes);
    }

    ModelFile node(
            String domain, String op, List<String> inputs, String output, byte[]... attributes) {
        return node(domain, op, inputs, List.of(output), attributes);
    }

    ModelFile node(
            String domain,
            String op,
            List<String> inputs,
            List<String> outputs,
            byte[]... attributes) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        inputs.forEach(input -> node.writeBytes(text(1, input)));
        outputs.forEach(output -> node.writeBytes(text(2, output)));
        node.writeBytes(text(3, "node " + outputs.getFirst()));
        node.writeBytes(text(4, op));
        for (byte[] attribute : attributes) {
            node.writeBytes(bytes(5, attribute));
        }
        if (!domain.isEmpty()) {
            node.writeBytes(text(7, domain));
        }
        graph.writeBytes(bytes(1, node.toByteArray()));
        return this;
    }

    /// A matrix of float32, entries from 0 to 1, always the same.
    ModelFile table(String name, int rows, int columns) {
        ByteBuffer raw =
                ByteBuffer.allocate(rows * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows * columns; i++) {
            raw.putFloat(i * 37 % 101 / 101f);
        }
        return initializer(name, 1, raw.array(), rows, columns);
    }

    /// Float32 values, row-major.
    ModelFile floats(String name, float[] values, long... dims) {
        return initializer(name, 1, littleEndian(values), dims);
    }

    static byte[] littleEndian(float... values) {
        ByteBuffer raw =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        return raw.array();
    }

    ModelFile integers(String name, long... values) {
        ByteBuffer raw =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            raw.putLong(value);
        }
        return initializer(name, 7, raw.array(), values.length);
    }

    /// A scalar.
    ModelFile integer(String name, long value) {
        byte[] raw =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array();
        return initializer(name, 7, raw);
    }

    ModelFile initializer(String name, int type, byte[] raw, long... dims) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        for (long dim : dims) {
            tensor.writeBytes(number(1, dim));
        }
        tensor.writeBytes(number(2, type));
        tensor.writeBytes(text(8, name));
        tensor.writeBytes(bytes(9, raw));
        graph.writeBytes(bytes(5, tensor.toByteArray()));
        return this;
    }

    /// Weights in a file beside the model.
    ModelFile external(String name, String file, long offset, long rows, long columns) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        tensor.writeBytes(number(1, rows));
        tensor.writeBytes(number(1, columns));
        tensor.writeBytes(number(2, 1));
        tensor.writeBytes(text(8, name));
        tensor.writeBytes(entry("location", file));
        tensor.writeBytes(entry("offset", Long.toString(offset)));
        tensor.writeBytes(entry("length", Long.toString(rows * columns * Float.BYTES)));
        tensor.writeBytes(number(14, 1));
        graph.writeBytes(bytes(5, tensor.toByteArray()));
        return this;
    }

    private static byte[] entry(String key, String value) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.writeBytes(text(1, key));
        entry.writeBytes(text(2, value));
        return bytes(13, entry.toByteArray());
    }

    ModelFile input(String name, int type, String... shape) {
        graph.writeBytes(bytes(11, value(name, type, shape)));
        return this;
    }

    ModelFile output(String name, int type, String... shape) {
        graph.writeBytes(bytes(12, value(name, type, shape)));
        return this;
    }

    byte[] toBytes() {
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        model.writeBytes(number(1, 8));
        model.writeBytes(text(2, "perron-test"));
        model.writeBytes(bytes(7, graph.toByteArray()));
        model.writeBytes(bytes(8, number(2, opset)));
        ByteArrayOutputStream microsoft = new ByteArrayOutputStream();
        microsoft.writeBytes(text(1, "com.microsoft"));
        microsoft.writeBytes(number(2, microsoftOpset));
        model.writeBytes(bytes(8, microsoft.toByteArray()));
        return model.toByteArray();
    }

    ModelGraph toGraph() {
        return ModelReader.read("test.onnx", ByteBuffer.wrap(toBytes()));
    }

    static byte[] attribute(String name, long... values) {
        ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        attribute.writeBytes(text(1, name));
        for (long value : values) {
            attribute.writeBytes(number(values.length == 1 ? 3 : 8, value));
        }
        attribute.writeBytes(number(20, values.length == 1 ? 2 : 7));
        return attribute.toByteArray();
    }

    static byte[] real(String name, float value) {
        ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        attribute.writeBytes(text(1, name));
        attribute.write(2 << 3 | 5);
        attribute.writeBytes(littleEndian(value));
        attribute.writeBytes(number(20, 1));
        return attribute.toByteArray();
    }

    private static byte[] value(String name, int type, String... shape) {
        ByteArrayOutputStream axes = new ByteArrayOutputStream();
        for (String axis : shape) {
            boolean number = axis.chars().allMatch(Character::isDigit);
            axes.writeBytes(bytes(1, number ? number(1, Long.parseLong(axis)) : text(2, axis)));
        }
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        tensor.writeBytes(number(1, type));
        tensor.writeBytes(bytes(2, axes.toByteArray()));
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.writeBytes(text(1, name));
        value.writeBytes(bytes(2, bytes(1, tensor.toByteArray())));
        return value.toByteArray();
    }

    static byte[] number(int field, long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, (long) field << 3);
        varint(out, value);
        return out.toByteArray();
    }

    private static byte[] text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bytes(int field, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, ((long) field << 3) | 2);
        varint(out, value.length);
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
