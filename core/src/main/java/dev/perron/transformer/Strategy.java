package dev.perron.transformer;

import java.util.Arrays;

/// A way to predict the next symbol of a sequence whose source isn't known, from what the sequence
/// has shown so far: what a model trained on a [RandomKernelSource] may have learned to do in
/// context. Counts get the parameter of the Dirichlet law added.
///
/// Source: Edelman et al., arXiv:2402.11004, whose models pass from uniform over unigram to bigram;
/// of order k Rajaraman et al., arXiv:2407.17686.
public sealed interface Strategy {
    /// All symbols equally likely.
    record Uniform() implements Strategy {}

    /// As frequent as they have been in this sequence.
    record Unigram() implements Strategy {}

    /// As frequent as they have been after the same k symbols: of k = 1 the bigram strategy, the
    /// best there is (Bayes) if kernels are of order k and their concentration is the one added.
    ///
    /// @param order k, at least 1
    record AfterContext(int order) implements Strategy {
        /// Checks the order.
        ///
        /// @throws IllegalArgumentException if it isn't at least 1
        public AfterContext {
            if (order < 1) {
                throw new IllegalArgumentException("order %d, must be at least 1".formatted(order));
            }
        }
    }

    /// What this strategy predicts at each place of a sequence.
    ///
    /// @param symbols S
    /// @param concentration added to each count, positive
    /// @param tokens where the sequence is, from `at`
    /// @param out `[length, S]`, overwritten: the law of the symbol after each place
    /// @throws IllegalArgumentException if a strategy has more than [KernelSource#MAX_CONTEXTS]
    ///   contexts
    default void predict(
            int symbols, double concentration, int[] tokens, int at, int length, double[] out) {
        switch (this) {
            case Uniform() -> Arrays.fill(out, 0, length * symbols, 1.0 / symbols);
            case Unigram() -> count(0, symbols, concentration, tokens, at, length, out);
            case AfterContext(int order) ->
                    count(order, symbols, concentration, tokens, at, length, out);
        }
    }

    private static void count(
            int order,
            int symbols,
            double concentration,
            int[] tokens,
            int at,
            int length,
            double[] out) {
        double contexts = Math.pow(symbols, order);
        if (contexts > KernelSource.MAX_CONTEXTS) {
            throw new IllegalArgumentException(
                    "%d symbols to the power %d contexts, must be at most %d"
                            .formatted(symbols, order, KernelSource.MAX_CONTEXTS));
        }
        int blocks = (int) contexts;
        double[] counts = new double[blocks * symbols];
        Arrays.fill(counts, concentration);
        int kept = Math.max(1, blocks / symbols);
        int context = 0;
        for (int t = 0; t < length; t++) {
            int symbol = tokens[at + t];
            if (t >= order) {
                counts[context * symbols + symbol]++;
            }
            context = order == 0 ? 0 : context % kept * symbols + symbol;
            if (t + 1 < order) {
                Arrays.fill(out, t * symbols, (t + 1) * symbols, 1.0 / symbols);
                continue;
            }
            double sum = 0;
            for (int j = 0; j < symbols; j++) {
                sum += counts[context * symbols + j];
            }
            for (int j = 0; j < symbols; j++) {
                out[t * symbols + j] = counts[context * symbols + j] / sum;
            }
        }
    }
}
