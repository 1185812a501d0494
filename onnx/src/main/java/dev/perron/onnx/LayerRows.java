package dev.perron.onnx;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Precision;
import dev.perron.attention.RectangularHead;
import dev.perron.attention.Token;
import dev.perron.attention.model.ModelException;

import java.util.ArrayList;
import java.util.List;

/// What a run gave of some layers, as heads with checked rows.
///
/// @param layers their numbers
/// @param outputs one of each
record LayerRows(ModelRequirements model, List<Integer> layers, List<LayerOutput> outputs) {
    /// One head of one layer is a chain only if it has as many keys as queries.
    ///
    /// @throws ModelException if a layer hasn't n of both
    LayerRows requireSquare(int n) {
        for (int i = 0; i < layers.size(); i++) {
            LayerOutput output = outputs.get(i);
            if (output.queries() != n || output.keys() != n) {
                throw rectangular(layers.get(i), output);
            }
        }
        return this;
    }

    private ModelException rectangular(int layer, LayerOutput output) {
        return ModelException.of(
                model.where(layer),
                "%d queries attend to %d keys, of %s"
                        .formatted(
                                output.queries(),
                                output.keys(),
                                model.description().sites().get(layer).keys().words()),
                "as many: attention of each token to each",
                "ask for another layer, or for the chain of two steps; this one is no chain on"
                        + " tokens");
    }

    /// @throws ModelException if layers don't have as many heads, or a row isn't a distribution
    AttentionTensor tensor(List<Token> tokens) {
        int heads = outputs.getFirst().heads().size();
        Precision precision = Precision.FLOAT32;
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            LayerOutput layer = outputs.get(i);
            if (layer.heads().size() != heads) {
                throw ModelException.of(
                        model.description().name(),
                        "%d heads in layer %d, %d in layer %d"
                                .formatted(
                                        heads,
                                        layers.getFirst(),
                                        layer.heads().size(),
                                        layers.get(i)),
                        "as many in each",
                        "ask for these layers one at a time");
            }
            if (layer.precision().tolerance() > precision.tolerance()) {
                precision = layer.precision();
            }
            rows.addAll(layer.heads());
        }
        try {
            return AttentionTensor.of(tokens, layers, heads, rows, precision);
        } catch (IllegalArgumentException e) {
            throw notRows(model, e);
        }
    }

    /// The heads of the first layer, square or not.
    ///
    /// @throws ModelException if a row isn't a distribution
    List<RectangularHead> rectangularHeads() {
        LayerOutput output = outputs.getFirst();
        List<RectangularHead> heads = new ArrayList<>();
        try {
            for (float[] rows : output.heads()) {
                heads.add(
                        RectangularHead.of(
                                layers.getFirst(),
                                heads.size(),
                                output.queries(),
                                rows,
                                output.precision()));
            }
        } catch (IllegalArgumentException e) {
            throw notRows(model, e);
        }
        return List.copyOf(heads);
    }

    /// Numbers that aren't rows of attention.
    static ModelException notRows(ModelRequirements model, IllegalArgumentException e) {
        return ModelException.of(
                model.description().name(),
                ModelException.reason(e),
                "rows of attention",
                "check that the text and its tokenizer fit the model",
                e);
    }
}
