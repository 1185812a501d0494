package dev.perron.transformer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where each tensor of a configuration stands in one flat array, without gaps:
///
/// ```
///   transformer.wte.weight                 [V, d]; [1, d] with a scalar head
///   transformer.wpe.weight                 [T, d], learned positions only
///   transformer.h.L.ln_1.weight, .bias     [d]
///   transformer.h.L.attn.c_attn.weight     [3d, d], rows of q, then k, then v, in each head after head
///   transformer.h.L.attn.c_attn.bias       [3d]
///   transformer.h.L.attn.relative.weight   [H, T], by distance, relative positions only
///   transformer.h.L.attn.c_proj.weight     [d, d], .bias [d]
///   transformer.h.L.ln_2.weight, .bias     [d]
///   transformer.h.L.mlp.c_fc.weight        [m, d], .bias [m]
///   transformer.h.L.mlp.c_proj.weight      [d, m], .bias [d]
///   transformer.ln_f.weight, .bias         [d]
///   lm_head.weight                         [V, d] or [1, d], untied heads only
///   lm_head.bias                           [V] or [1]
/// ```
///
/// Names and orientation are those of the published code (and of PyTorch's Linear), so that its
/// weights can be read. Immutable.
public final class WeightLayout {
    private final TransformerConfig config;
    private final Map<String, WeightTensor> tensors = new LinkedHashMap<>();
    private int size;

    private WeightLayout(TransformerConfig config) {
        this.config = config;
        int d = config.dModel();
        add("transformer.wte.weight", config.head().scalar(), config.logits(), d);
        if (config.positions() == Positions.LEARNED) {
            add("transformer.wpe.weight", false, config.nCtx(), d);
        }
        for (int layer = 0; layer < config.nLayers(); layer++) {
            addLayer("transformer.h." + layer + ".");
        }
        norm("transformer.ln_f", config.normalisation().beforeHead());
        if (!config.head().tied()) {
            add("lm_head.weight", true, config.logits(), d);
        }
        add("lm_head.bias", false, config.logits());
    }

    private void addLayer(String prefix) {
        int d = config.dModel();
        if (config.attention()) {
            norm(prefix + "ln_1", config.normalisation().beforeAttention());
            linear(prefix + "attn.c_attn", 3 * d, d);
            if (config.positions() == Positions.RELATIVE) {
                add(prefix + "attn.relative.weight", false, config.nHeads(), config.nCtx());
            }
            linear(prefix + "attn.c_proj", d, d);
        }
        if (config.dMlp() > 0) {
            Normalisation where = config.normalisation();
            norm(prefix + "ln_2", where.beforeMlp() || where.afterMlp());
            linear(prefix + "mlp.c_fc", config.dMlp(), d);
            linear(prefix + "mlp.c_proj", d, config.dMlp());
        }
    }

    private void norm(String name, boolean there) {
        if (there) {
            add(name + ".weight", false, config.dModel());
            if (config.biases()) {
                add(name + ".bias", false, config.dModel());
            }
        }
    }

    private void linear(String name, int out, int in) {
        add(name + ".weight", true, out, in);
        if (config.biases()) {
            add(name + ".bias", false, out);
        }
    }

    private void add(String name, boolean decayed, Integer... shape) {
        WeightTensor tensor = new WeightTensor(name, size, List.of(shape), decayed);
        tensors.put(name, tensor);
        size = tensor.end();
    }

    /// The layout of a configuration.
    public static WeightLayout of(TransformerConfig config) {
        return new WeightLayout(config);
    }

    /// What it is the layout of.
    public TransformerConfig config() {
        return config;
    }

    /// How many numbers there are.
    public int size() {
        return size;
    }

    /// All tensors, in the order of their numbers.
    public List<WeightTensor> tensors() {
        return new ArrayList<>(tensors.values());
    }

    /// A tensor by its name, if this configuration has it.
    public Optional<WeightTensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /// A tensor by its name.
    ///
    /// @throws IllegalArgumentException if this configuration has none of that name
    public WeightTensor tensor(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no weights %s, must be one of %s"
                                                .formatted(name, tensors.keySet())));
    }
}
