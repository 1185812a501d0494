package dev.perron.transformer;

import dev.perron.chain.Distribution;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a model under training looks like from inside: the quantities that "Attention with Markov"
/// and its companion on rank-one weights plot by step.
///
/// @param step how many steps it had then
/// @param loss on sequences of their own, mean in nats a token
/// @param learned `[contexts]`, what it predicts after each context of the source, empty for one
///   that wasn't seen; none if they aren't known
/// @param attentionRatios of each layer: mean of `‖attention‖ / ‖skip + attention‖` on a sample;
///   empty without attention
/// @param valueEnergies of each layer: the share of W_V's squared singular values that the first
///   has; empty without attention
/// @param hiddenEnergies the same of the MLP's first matrix W_1; empty without an MLP
public record Observation(
        int step,
        double loss,
        List<Optional<Distribution>> learned,
        List<Double> attentionRatios,
        List<Double> valueEnergies,
        List<Double> hiddenEnergies) {
    /// Copies the lists.
    public Observation {
        learned = List.copyOf(learned);
        attentionRatios = List.copyOf(attentionRatios);
        valueEnergies = List.copyOf(valueEnergies);
        hiddenEnergies = List.copyOf(hiddenEnergies);
    }

    /// Looks at a model.
    ///
    /// @param sample tokens that attention is looked at on
    /// @throws IllegalArgumentException if the sample isn't in the model's vocabulary or context
    public static Observation of(Evaluation evaluation, TransformerWeights weights, int... sample) {
        TransformerConfig config = weights.config();
        Transformer model = Transformer.of(weights);
        int d = config.dModel();
        int attending = config.attention() ? config.nLayers() : 0;
        int thinking = config.dMlp() > 0 ? config.nLayers() : 0;
        return new Observation(
                evaluation.step(),
                evaluation.loss(),
                evaluation.predictions().map(Predictions::rows).orElse(List.of()),
                IntStream.range(0, attending)
                        .mapToObj(layer -> model.attentionRatio(layer, sample))
                        .toList(),
                IntStream.range(0, attending)
                        .mapToObj(layer -> "transformer.h." + layer + ".attn.c_attn.weight")
                        .map(weights::tensor)
                        .map(qkv -> firstShare(Arrays.copyOfRange(qkv, 2 * d * d, 3 * d * d), d))
                        .toList(),
                IntStream.range(0, thinking)
                        .mapToObj(layer -> "transformer.h." + layer + ".mlp.c_fc.weight")
                        .map(weights::tensor)
                        .map(hidden -> firstShare(hidden, d))
                        .toList());
    }

    /// The largest eigenvalue of WᵀW in parts of their sum, W `[rows, columns]`.
    static double firstShare(double[] w, int columns) {
        double[][] gram = new double[columns][columns];
        double trace = 0;
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < columns; j++) {
                for (int r = 0; r < w.length; r += columns) {
                    gram[i][j] += w[r + i] * w[r + j];
                }
            }
            trace += gram[i][i];
        }
        return trace == 0 ? 0 : SymmetricEigen.of(gram).values().getLast() / trace;
    }
}
