package dev.perron.onnx;

import java.util.List;

/// Fused ops at the end of a model of [TwinModels].
final class FusedModels {
    static final String MICROSOFT = "com.microsoft";

    private static final int HEADS = TwinModels.HEADS;

    private FusedModels() {}

    static ModelFile multiHead(ModelFile model, List<String> inputs, byte[]... more) {
        return model.node(
                        MICROSOFT,
                        "MultiHeadAttention",
                        inputs,
                        "y",
                        with(ModelFile.attribute("num_heads", HEADS), more))
                .output("y", 1, "batch", "sequence", "width");
    }

    static ModelFile onnx(ModelFile model, List<String> inputs, byte[]... attributes) {
        return model.opset(23)
                .node("", "Attention", inputs, outputs(inputs), attributes)
                .output("y", 1, "batch", "sequence", "width");
    }

    /// With a cache the op must make a new one.
    private static List<String> outputs(List<String> inputs) {
        return inputs.size() > 4 ? List.of("y", "present_key", "present_value") : List.of("y");
    }

    /// Lengths as exporters compute them, and the op.
    static ModelFile groupQuery(ModelFile model, List<String> inputs, byte[]... more) {
        byte[][] attributes =
                with(
                        ModelFile.attribute("num_heads", HEADS),
                        with(ModelFile.attribute("kv_num_heads", 2), more));
        return model.integers("last", 1)
                .integers("one", 1)
                .node("Shape", List.of("input_ids"), "shape")
                .node("Gather", List.of("shape", "last"), "length")
                .node("Sub", List.of("length", "one"), "before")
                .node("Cast", List.of("before"), "lengths", ModelFile.attribute("to", 6))
                .node("Squeeze", List.of("length"), "scalar")
                .node("Cast", List.of("scalar"), "total", ModelFile.attribute("to", 6))
                .node(
                        MICROSOFT,
                        "GroupQueryAttention",
                        inputs,
                        List.of("y", "present_key", "present_value"),
                        attributes)
                .output("y", 1, "batch", "sequence", "width");
    }

    static ModelFile packed(ModelFile model, List<String> inputs, byte[]... more) {
        return model.node(
                        MICROSOFT,
                        "Attention",
                        inputs,
                        inputs.size() > 4 ? List.of("y", "present") : List.of("y"),
                        with(ModelFile.attribute("num_heads", HEADS), more))
                .output("y", 1, "batch", "sequence", "width");
    }

    private static byte[][] with(byte[] first, byte[]... more) {
        byte[][] all = new byte[more.length + 1][];
        all[0] = first;
        System.arraycopy(more, 0, all, 1, more.length);
        return all;
    }
}
