package dev.perron.transformer;

import java.util.List;
import java.util.stream.IntStream;

/// Where the tensors of a layout begin in the flat array, by role; [#NONE] for those that the
/// configuration lacks.
record WeightOffsets(
        int tokens,
        int positions,
        List<Layer> layers,
        int norm,
        int normBias,
        int head,
        int headBias) {
    static final int NONE = -1;

    /// Those of one layer.
    record Layer(
            int norm1,
            int norm1Bias,
            int qkv,
            int qkvBias,
            int relative,
            int projection,
            int projectionBias,
            int norm2,
            int norm2Bias,
            int hidden,
            int hiddenBias,
            int out,
            int outBias) {}

    static WeightOffsets of(WeightLayout layout) {
        TransformerConfig config = layout.config();
        int tokens = at(layout, "transformer.wte.weight");
        return new WeightOffsets(
                tokens,
                at(layout, "transformer.wpe.weight"),
                IntStream.range(0, config.nLayers()).mapToObj(l -> layer(layout, l)).toList(),
                at(layout, "transformer.ln_f.weight"),
                at(layout, "transformer.ln_f.bias"),
                config.head().tied() ? tokens : at(layout, "lm_head.weight"),
                at(layout, "lm_head.bias"));
    }

    private static Layer layer(WeightLayout layout, int layer) {
        String prefix = "transformer.h." + layer + ".";
        return new Layer(
                at(layout, prefix + "ln_1.weight"),
                at(layout, prefix + "ln_1.bias"),
                at(layout, prefix + "attn.c_attn.weight"),
                at(layout, prefix + "attn.c_attn.bias"),
                at(layout, prefix + "attn.relative.weight"),
                at(layout, prefix + "attn.c_proj.weight"),
                at(layout, prefix + "attn.c_proj.bias"),
                at(layout, prefix + "ln_2.weight"),
                at(layout, prefix + "ln_2.bias"),
                at(layout, prefix + "mlp.c_fc.weight"),
                at(layout, prefix + "mlp.c_fc.bias"),
                at(layout, prefix + "mlp.c_proj.weight"),
                at(layout, prefix + "mlp.c_proj.bias"));
    }

    private static int at(WeightLayout layout, String name) {
        return layout.find(name).map(WeightTensor::offset).orElse(NONE);
    }
}
