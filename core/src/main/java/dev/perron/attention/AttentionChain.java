package dev.perron.attention;

import dev.perron.chain.Restriction;
import dev.perron.chain.StochasticComplement;
import dev.perron.chain.Transition;

import java.util.List;

/// The chain on tokens that a question is asked of: heads made one, special tokens treated.
public sealed interface AttentionChain {
    /// There is one.
    ///
    /// @param transition on the tokens that are left
    /// @param positions of those tokens in the tensor, ascending: state s is token `positions[s]`
    /// @param heads which heads are in it, weights summing to 1
    record Defined(Transition transition, List<Integer> positions, List<WeightedHead> heads)
            implements AttentionChain {
        /// Copies the lists.
        public Defined {
            positions = List.copyOf(positions);
            heads = List.copyOf(heads);
        }
    }

    /// There is none: dropping or censoring leaves no chain, or the weights don't exist.
    ///
    /// @param explanation which head, which token, and what to do instead
    record Undefined(String explanation) implements AttentionChain {}

    /// A head and its share in the chain.
    record WeightedHead(int layer, int head, double weight) {}

    /// The chain of one head.
    ///
    /// @param tokens what the head's states stand for
    /// @throws IllegalArgumentException if there are more or fewer tokens than states
    static AttentionChain of(AttentionHead head, List<Token> tokens, SpecialTokens specials) {
        return of(HeadChain.of(head), tokens, specials);
    }

    /// The same of a head in whatever form.
    ///
    /// @param tokens what the head's states stand for
    /// @throws IllegalArgumentException if there are more or fewer tokens than states
    static AttentionChain of(HeadChain head, List<Token> tokens, SpecialTokens specials) {
        if (tokens.size() != head.chain().states()) {
            throw new IllegalArgumentException(
                    "%d tokens for %s, must be %d"
                            .formatted(tokens.size(), head.name(), head.chain().states()));
        }
        List<Integer> kept = specials.kept(tokens);
        List<WeightedHead> alone = List.of(new WeightedHead(head.layer(), head.number(), 1));
        if (kept.isEmpty()) {
            return new Undefined("all tokens are special tokens, nothing is left; keep them");
        }
        if (kept.size() == tokens.size()) {
            return new Defined(head.chain(), kept, alone);
        }
        return switch (specials) {
            case KEEP -> new Defined(head.chain(), kept, alone);
            case DROP ->
                    switch (Restriction.of(head.chain(), kept)) {
                        case Restriction.Renormalised(var chain) -> new Defined(chain, kept, alone);
                        case Restriction.NothingLeft(int state) ->
                                new Undefined(
                                        "%s: token %d '%s' attends only to special tokens, so nothing is left of its row; keep special tokens or censor them"
                                                .formatted(
                                                        head.name(),
                                                        state,
                                                        tokens.get(state).label()));
                    };
            case CENSOR ->
                    switch (StochasticComplement.of(head.chain(), kept)) {
                        case StochasticComplement.Watched(var chain) ->
                                new Defined(chain, kept, alone);
                        case StochasticComplement.NeverReturns(int state) ->
                                new Undefined(
                                        "%s: from token %d '%s' attention never comes back to the other tokens, so the chain can't be watched on those; keep special tokens or drop them"
                                                .formatted(
                                                        head.name(),
                                                        state,
                                                        tokens.get(state).label()));
                    };
        };
    }

    /// The chain of several heads: special tokens are treated in each head, then the heads are
    /// averaged. Nothing is copied, but the average of up to 1024 tokens is added up.
    ///
    /// @throws IllegalArgumentException if a single head is asked for that the tensor doesn't have
    static AttentionChain of(
            AttentionTensor tensor, HeadWeighting weighting, SpecialTokens specials) {
        return switch (weighting) {
            case HeadWeighting.Single(int layer, int head) ->
                    of(tensor.head(layer, head), tensor.tokens(), specials);
            case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ ->
                    of(
                            tensor.all().stream().map(HeadChain::of).toList(),
                            tensor.tokens(),
                            weighting,
                            specials);
        };
    }

    /// The same of heads in whatever form.
    ///
    /// @param heads at least one, all on the same tokens
    /// @throws IllegalArgumentException if there is no head, or a single one is asked for that
    ///   isn't there, or one has more or fewer states than there are tokens
    static AttentionChain of(
            List<HeadChain> heads,
            List<Token> tokens,
            HeadWeighting weighting,
            SpecialTokens specials) {
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("no heads, must be at least 1");
        }
        return switch (weighting) {
            case HeadWeighting.Single(int layer, int number) ->
                    of(
                            heads.stream()
                                    .filter(h -> h.layer() == layer && h.number() == number)
                                    .findFirst()
                                    .orElseThrow(
                                            () ->
                                                    new IllegalArgumentException(
                                                            "no head L%dH%d"
                                                                    .formatted(layer, number))),
                            tokens,
                            specials);
            case HeadWeighting.Mean() -> HeadAverage.equal(heads, tokens, specials);
            case HeadWeighting.ByLambda2() -> HeadAverage.byLambda2(heads, tokens, specials);
        };
    }
}
