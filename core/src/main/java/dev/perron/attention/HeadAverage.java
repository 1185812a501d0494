package dev.perron.attention;

import dev.perron.attention.AttentionChain.Defined;
import dev.perron.attention.AttentionChain.Undefined;
import dev.perron.attention.AttentionChain.WeightedHead;
import dev.perron.chain.Distribution;
import dev.perron.chain.Mixture;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Heads averaged into one chain: a mixture of them, which copies nothing but makes each product as
/// many as there are heads. So the average of few tokens is added up once.
final class HeadAverage {
    /// Up to this number of tokens an average is added up: at most 8 MB of doubles.
    static final int ADDED_UP = 1024;

    private HeadAverage() {}

    /// Every head counts as much.
    static AttentionChain equal(List<HeadChain> heads, List<Token> tokens, SpecialTokens specials) {
        double[] weights = new double[heads.size()];
        Arrays.fill(weights, 1.0 / weights.length);
        return weighted(heads, tokens, specials, weights);
    }

    /// A head counts by its |λ₂|.
    static AttentionChain byLambda2(
            List<HeadChain> heads, List<Token> tokens, SpecialTokens specials) {
        return new HeadModuli(tokens, specials).average(heads);
    }

    static AttentionChain weighted(
            List<HeadChain> heads, List<Token> tokens, SpecialTokens specials, double[] weights) {
        List<Integer> positions = specials.kept(tokens);
        List<Transition> parts = new ArrayList<>();
        List<WeightedHead> shares = new ArrayList<>();
        for (int h = 0; h < weights.length; h++) {
            HeadChain head = heads.get(h);
            switch (AttentionChain.of(head, tokens, specials)) {
                case Undefined undefined -> {
                    return undefined;
                }
                case Defined chain -> {
                    parts.add(chain.transition());
                    shares.add(new WeightedHead(head.layer(), head.number(), weights[h]));
                }
            }
        }
        Transition mixture =
                parts.size() == 1 ? parts.getFirst() : new Mixture(parts, Distribution.of(weights));
        return new Defined(
                positions.size() <= ADDED_UP ? StochasticMatrix.copyOf(mixture) : mixture,
                positions,
                shares);
    }
}
