package dev.perron.onnx;

import dev.perron.attention.model.ModelException;
import dev.perron.attention.model.ModelLimits;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.AttentionSite.Readout;

import java.util.List;

/// What layers and texts have to be before a model is run on them.
record ModelRequirements(ModelDescription description, ModelGraph graph) {
    /// The number of layers.
    ///
    /// @throws ModelException if there is none
    int layers() {
        if (description.sites().isEmpty()) {
            throw ModelException.of(
                    description.name(),
                    "no attention among its %d nodes%s"
                            .formatted(graph.nodes().size(), inSubgraphs()),
                    "a Softmax of QKᵀ that feeds a MatMul with V",
                    "give a transformer, exported without hiding its attention");
        }
        return description.sites().size();
    }

    private String inSubgraphs() {
        return graph.nodes().stream()
                .filter(GraphNode::subgraphs)
                .findFirst()
                .map(node -> " (%s %s hides some)".formatted(node.op(), node.name()))
                .orElse("");
    }

    /// A layer, for messages.
    String where(int layer) {
        return "%s layer %d".formatted(description.name(), layer);
    }

    /// @throws IllegalArgumentException if there is no such layer, or they don't ascend
    /// @throws ModelException if attention can't be had from one
    void requireReadable(List<Integer> layers) {
        int count = layers();
        ModelLimits.requireLayers(layers, count);
        for (int layer : layers) {
            if (description.sites().get(layer).readout()
                    instanceof Readout.NotSupported(String why)) {
                throw ModelException.of(
                        where(layer),
                        why,
                        "attention that comes out of its op",
                        "export the model without fused attention (eager)");
            }
        }
    }

    /// @throws ModelException if the text is too long, or has a token that the model doesn't know
    void requireFit(TextInput text) {
        new ModelLimits(description.name(), description.contextLength(), description.vocabulary())
                .requireFit(text);
    }
}
