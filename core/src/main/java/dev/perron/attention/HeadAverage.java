package dev.perron.attention;

import dev.perron.attention.AttentionChain.Defined;
import dev.perron.attention.AttentionChain.Undefined;
import dev.perron.attention.AttentionChain.WeightedHead;
import dev.perron.chain.Distribution;
import dev.perron.chain.Mixture;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Heads averaged into one chain: a mixture of them, which copies nothing but makes each product as
/// many as there are heads. So the average of few tokens is added up once.
final class HeadAverage {
    /// Up to this number of tokens an average is added up: at most 8 MB of doubles.
    static final int ADDED_UP = 1024;

    private HeadAverage() {}

    /// |λ₂| of a head, or why it isn't known.
    private sealed interface Modulus {
        record Known(double value) implements Modulus {}

        record Unknown(Undefined why) implements Modulus {}
    }

    /// Every head counts as much.
    static AttentionChain equal(List<HeadChain> heads, List<Token> tokens, SpecialTokens specials) {
        double[] weights = new double[heads.size()];
        Arrays.fill(weights, 1.0 / weights.length);
        return weighted(heads, tokens, specials, weights);
    }

    /// A head counts by its |λ₂|.
    static AttentionChain byLambda2(
            List<HeadChain> heads, List<Token> tokens, SpecialTokens specials) {
        List<Modulus> moduli =
                heads.parallelStream().map(head -> modulus(head, tokens, specials)).toList();
        double[] weights = new double[moduli.size()];
        for (int h = 0; h < weights.length; h++) {
            switch (moduli.get(h)) {
                case Modulus.Known(double value) -> weights[h] = value;
                case Modulus.Unknown(Undefined why) -> {
                    return why;
                }
            }
        }
        double total = Arrays.stream(weights).sum();
        if (!(total > 0)) {
            return new Undefined(
                    "all heads have λ₂ = 0, so there are no weights; take the mean of the heads");
        }
        for (int h = 0; h < weights.length; h++) {
            weights[h] /= total;
        }
        return weighted(heads, tokens, specials, weights);
    }

    private static Modulus modulus(HeadChain head, List<Token> tokens, SpecialTokens specials) {
        return switch (AttentionChain.of(head, tokens, specials)) {
            case Undefined undefined -> new Modulus.Unknown(undefined);
            case Defined chain ->
                    switch (Spectrum.of(chain.transition())) {
                        case Spectrum.Complete complete ->
                                new Modulus.Known(
                                        complete.lambda2().map(Eigenvalue::modulus).orElse(0.0));
                        case Spectrum.Leading leading ->
                                new Modulus.Known(leading.lambda2().modulus());
                        case Spectrum.NotConverged(_, _, int steps, double residual) ->
                                new Modulus.Unknown(
                                        new Undefined(
                                                "%s: |λ₂| has residual %.1e after %d steps, so there are no weights; take the mean of the heads"
                                                        .formatted(head.name(), residual, steps)));
                    };
        };
    }

    private static AttentionChain weighted(
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
