package dev.perron.transformer;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A model that is asked, not trained: in double, one sequence at a time. Immutable.
public final class Transformer {
    private final TransformerWeights weights;

    private Transformer(TransformerWeights weights) {
        this.weights = weights;
    }

    /// The model with these weights.
    public static Transformer of(TransformerWeights weights) {
        return new Transformer(weights);
    }

    /// What it is.
    public TransformerConfig config() {
        return weights.config();
    }

    /// Its numbers.
    public TransformerWeights weights() {
        return weights;
    }

    /// Logits `[T][V]` of the token after each of these. A scalar head's are (0, z).
    ///
    /// @throws IllegalArgumentException if there are none, more than the context holds, or one
    ///   isn't in the vocabulary
    public double[][] logits(int... tokens) {
        return pass(tokens).logits();
    }

    /// The laws `[T][V]` of the token after each of these.
    ///
    /// @throws IllegalArgumentException as [#logits]
    public double[][] predictions(int... tokens) {
        double[][] laws = logits(tokens);
        for (double[] row : laws) {
            config().probabilities().normalise(row, 0, row.length);
        }
        return laws;
    }

    /// Attention `[layer, head, query, key]` on these tokens, named by their numbers.
    ///
    /// @throws IllegalArgumentException as [#logits], or if the model has no attention
    public AttentionTensor attend(int... tokens) {
        if (!config().attention()) {
            throw new IllegalArgumentException(
                    "a model without attention, must be one that has some");
        }
        List<double[][][]> layers = pass(tokens).attention();
        List<float[]> rows = new ArrayList<>();
        for (double[][][] layer : layers) {
            for (double[][] head : layer) {
                rows.add(flat(head));
            }
        }
        return AttentionTensor.of(
                IntStream.range(0, tokens.length)
                        .<Token>mapToObj(t -> new Token.Piece(Integer.toString(tokens[t])))
                        .toList(),
                IntStream.range(0, config().nLayers()).boxed().toList(),
                config().nHeads(),
                rows);
    }

    private static float[] flat(double[][] matrix) {
        float[] all = new float[matrix.length * matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                all[i * matrix.length + j] = (float) matrix[i][j];
            }
        }
        return all;
    }

    /// How much attention adds to the residual stream of a layer, as a part of the sum: the mean
    /// over these tokens of `‖attention‖ / ‖skip + attention‖`.
    ///
    /// @throws IllegalArgumentException as [#attend], or if there is no such layer
    public double attentionRatio(int layer, int... tokens) {
        if (!config().attention() || layer < 0 || layer >= config().nLayers()) {
            throw new IllegalArgumentException(
                    "layer %d, must be one of the %d, with attention"
                            .formatted(layer, config().nLayers()));
        }
        return pass(tokens).attentionRatio(layer);
    }

    private PlainPass pass(int[] tokens) {
        if (tokens.length < 1 || tokens.length > config().nCtx()) {
            throw new IllegalArgumentException(
                    "%d tokens, must be 1 to the context of %d"
                            .formatted(tokens.length, config().nCtx()));
        }
        for (int t = 0; t < tokens.length; t++) {
            if (tokens[t] < 0 || tokens[t] >= config().dVocab()) {
                throw new IllegalArgumentException(
                        "token %d is %d, must be 0 to below the vocabulary of %d"
                                .formatted(t, tokens[t], config().dVocab()));
            }
        }
        PlainPass pass = new PlainPass(weights.layout(), weights.toArray());
        pass.forward(tokens);
        return pass;
    }
}
