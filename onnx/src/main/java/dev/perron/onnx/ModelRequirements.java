package dev.perron.onnx;

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
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("no layers, must be at least 1");
        }
        int previous = -1;
        for (int layer : layers) {
            if (layer < 0 || layer >= count) {
                throw new IllegalArgumentException(
                        "layer %d, must be from 0 to %d".formatted(layer, count - 1));
            }
            if (layer <= previous) {
                throw new IllegalArgumentException("layers " + layers + ", must be ascending");
            }
            previous = layer;
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
        int n = text.size();
        int context = description.contextLength().orElse(Integer.MAX_VALUE);
        if (n > context) {
            throw ModelException.of(
                    description.name(),
                    "a text of %d tokens".formatted(n),
                    "at most %d, the model's context length".formatted(context),
                    "shorten the text, or ask for it to be truncated");
        }
        int vocabulary = description.vocabulary().orElse(Integer.MAX_VALUE);
        for (int i = 0; i < n; i++) {
            if (text.ids().get(i) >= vocabulary) {
                throw ModelException.of(
                        description.name(),
                        "token %d, %s, has id %d"
                                .formatted(i, text.tokens().get(i).label(), text.ids().get(i)),
                        "an id from 0 to %d, the model's vocabulary".formatted(vocabulary - 1),
                        "give the tokenizer that belongs to the model");
            }
        }
    }
}
