package dev.perron.transformer;

import dev.perron.chain.Distribution;

import java.util.Optional;

/// A source whose laws are the same for all sequences and known, so that what there is to learn can
/// be computed. The law of the next symbol depends on a context: see [#contextAt(int\[\], int)].
public sealed interface KnownSource extends MarkovSource permits KernelSource, LagSource {
    /// The order k, how far back a context goes.
    int order();

    /// The number of contexts.
    int contexts();

    /// The context of the symbol that comes after the one at `last`.
    ///
    /// @param tokens a sequence, or several one after the other
    /// @param last at least k-1 places after the beginning of its sequence
    int contextAt(int[] tokens, int last);

    /// The law `[S]` of the symbol after a context.
    Distribution next(int context);

    /// How often each context occurs in the long run.
    Distribution contextLaw();

    /// π, how often each symbol occurs in the long run.
    Distribution unigram();

    /// The probability that a sequence begins with these symbols, given how this source starts.
    ///
    /// @param tokens the symbols, at the beginning of the array
    /// @param length how many of them, from 0
    double probability(int[] tokens, int length);

    /// What is worth knowing before training on this source, in one sentence: that a sequence gets
    /// stuck in a part of the symbols, or that it goes round in a cycle.
    Optional<String> remark();

    /// H∞ in nats: how unpredictable the next symbol is to one who knows the source.
    default double entropyRate() {
        double sum = 0;
        for (int c = 0; c < contexts(); c++) {
            if (contextLaw().mass(c) > 0) {
                sum += contextLaw().mass(c) * next(c).entropy();
            }
        }
        return sum;
    }

    /// H(π) in nats: how unpredictable the next symbol is to one who knows only how frequent the
    /// symbols are.
    default double unigramEntropy() {
        return unigram().entropy();
    }
}
