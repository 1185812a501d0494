package dev.perron.transformer.landscape;

import dev.perron.transformer.TransformerWeights;

import org.jspecify.annotations.Nullable;

/// A model's loss, gradient and logits on given sequences, in double and as written on paper: a
/// second route to what fast kernels compute, for tests and studies.
public final class PlainModel {
    private PlainModel() {}

    /// The logits `[length, logits]` after each place of a sequence.
    ///
    /// @throws IllegalArgumentException if the sequence is empty, longer than the context, or a
    ///   token isn't in the vocabulary
    public static double[] logits(TransformerWeights weights, int... tokens) {
        requireTokens(weights, tokens);
        Tape tape = new Tape();
        double[] values = weights.toArray();
        int[] inputs = Derivatives.inputs(tape, values, new double[values.length]);
        TapedModel model = new TapedModel(tape, weights.layout(), inputs);
        int width = weights.config().logits();
        double[] logits = new double[tokens.length * width];
        TapedModel.@Nullable Place place = null;
        for (int t = 0; t < tokens.length; t++) {
            TapedModel.Place next = model.after(place, tokens[t]);
            for (int v = 0; v < width; v++) {
                logits[t * width + v] = tape.value(next.logit(v));
            }
            place = next;
        }
        return logits;
    }

    /// The mean cross entropy in nats of predicting `targets` after `tokens`, place by place.
    ///
    /// @param targets `[length]`, negative where a place doesn't count
    /// @throws IllegalArgumentException as [#gradient]
    public static double loss(TransformerWeights weights, int[] tokens, int[] targets) {
        return derivatives(weights, tokens, targets).loss();
    }

    /// The gradient of [#loss], `[weights]`.
    ///
    /// @throws IllegalArgumentException if the sequence is empty or longer than the context, there
    ///   are more or fewer targets, none of them counts, or a token isn't in the vocabulary
    public static double[] gradient(TransformerWeights weights, int[] tokens, int[] targets) {
        return derivatives(weights, tokens, targets).gradient();
    }

    private static Derivatives derivatives(
            TransformerWeights weights, int[] tokens, int[] targets) {
        requireTokens(weights, tokens);
        if (targets.length != tokens.length) {
            throw new IllegalArgumentException(
                    "%d targets for %d tokens, must be as many"
                            .formatted(targets.length, tokens.length));
        }
        Tape tape = new Tape();
        double[] values = weights.toArray();
        int[] inputs = Derivatives.inputs(tape, values, new double[values.length]);
        TapedModel model = new TapedModel(tape, weights.layout(), inputs);
        TapedModel.@Nullable Place place = null;
        int sum = tape.constant(0);
        int counted = 0;
        for (int t = 0; t < tokens.length; t++) {
            TapedModel.Place next = model.after(place, tokens[t]);
            if (targets[t] >= 0) {
                double[] law = new double[weights.config().dVocab()];
                law[targets[t]] = 1;
                sum = tape.add(sum, model.crossEntropy(next, law));
                counted++;
            }
            place = next;
        }
        if (counted == 0) {
            throw new IllegalArgumentException("no target counts, must be at least one");
        }
        return Derivatives.of(tape, tape.scale(sum, 1.0 / counted), inputs);
    }

    private static void requireTokens(TransformerWeights weights, int[] tokens) {
        if (tokens.length < 1 || tokens.length > weights.config().nCtx()) {
            throw new IllegalArgumentException(
                    "%d tokens, must be 1 to the context of %d"
                            .formatted(tokens.length, weights.config().nCtx()));
        }
        for (int t = 0; t < tokens.length; t++) {
            if (tokens[t] < 0 || tokens[t] >= weights.config().dVocab()) {
                throw new IllegalArgumentException(
                        "token %d at place %d, must be from 0 to %d"
                                .formatted(tokens[t], t, weights.config().dVocab() - 1));
            }
        }
    }
}
