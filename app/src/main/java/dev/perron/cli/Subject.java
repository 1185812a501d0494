package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.Rollout;
import dev.perron.attention.SpecialTokens;
import dev.perron.attention.Token;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// The chain that a command's question is about, and where it came from.
///
/// @param source a model or a file
/// @param extent of what was read from it
/// @param chain made from it
/// @param weighting how heads became one
/// @param specialTokens what became of special tokens
record Subject(
        Source source,
        Extent extent,
        AttentionChain.Defined chain,
        HeadWeighting weighting,
        SpecialTokens specialTokens) {

    /// What became of heads that are held in memory.
    ///
    /// @param tokens that they are on
    /// @param layers that they are of
    static Subject of(
            Source source,
            FormOptions.Held held,
            List<Token> tokens,
            List<Integer> layers,
            HeadWeighting weighting,
            SpecialTokens specialTokens) {
        return new Subject(
                source.with(held.facts()),
                new Extent(tokens, layers, held.each(), held.worstRow(), held.heads()),
                HeadOptions.defined(
                        AttentionChain.of(held.heads(), tokens, weighting, specialTokens)),
                weighting,
                specialTokens);
    }

    /// What a baseline made of all heads of some layers, one after another.
    static Subject through(Source source, AttentionTensor tensor, Rollout rollout) {
        int n = tensor.tokens().size();
        return new Subject(
                source,
                Extent.of(tensor),
                new AttentionChain.Defined(
                        rollout.chain(), IntStream.range(0, n).boxed().toList(), List.of()),
                new HeadWeighting.Mean(),
                SpecialTokens.KEEP);
    }

    String model() {
        return source.name();
    }

    Transition transition() {
        return chain.transition();
    }

    int states() {
        return chain.transition().states();
    }

    /// Refuses what holds all entries of a matrix, where no array has so many.
    ///
    /// @param states of that matrix
    /// @param what holds them
    /// @param instead what to do
    void requireMatrix(int states, String what, String instead) {
        if (states > StochasticMatrix.MOST_STATES) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: %s holds all entries of the matrix of %d states, must be at most %d; %s"
                            .formatted(
                                    heads(), what, states, StochasticMatrix.MOST_STATES, instead));
        }
    }

    /// The token that a state of the chain stands for.
    Token token(int state) {
        return extent.tokens().get(chain.positions().get(state));
    }

    /// A state's token by position and label, for a message: `#3 'fox'`.
    String named(int state) {
        return "#%d '%s'".formatted(chain.positions().get(state), token(state).label());
    }

    List<String> labels() {
        return tokens().stream().map(Token::label).toList();
    }

    List<Token> tokens() {
        return chain.positions().stream().map(extent.tokens()::get).toList();
    }

    /// `L5H3`, `L5, mean of 12 heads`, `all 6 layers, 72 heads weighted by |λ₂|`.
    String heads() {
        return switch (weighting) {
            case HeadWeighting.Single(int layer, int head) -> "L%dH%d".formatted(layer, head);
            case HeadWeighting.Mean() -> layers() + ", mean of " + count();
            case HeadWeighting.ByLambda2() -> layers() + ", " + count() + " weighted by |λ₂|";
        };
    }

    /// `layer` and `head` as they stand in a document: a number, or what was taken together.
    Object layerName() {
        return extent.layers().size() == 1 ? extent.layers().getFirst() : "all";
    }

    Object headName() {
        return switch (weighting) {
            case HeadWeighting.Single(_, int head) -> head;
            case HeadWeighting.Mean() -> "mean";
            case HeadWeighting.ByLambda2() -> "lambda2";
        };
    }

    /// What every document says about its subject.
    Map<String, Object> description() {
        Map<String, Object> description = Json.object();
        description.putAll(source.facts());
        description.putAll(
                Json.object(
                        "layer", layerName(),
                        "head", headName(),
                        "specialTokens", specialTokens.name().toLowerCase(Locale.ROOT),
                        "worstRow", extent.worstRow()));
        return description;
    }

    /// A token as an entry of a document.
    Map<String, Object> entry(int state, Object... more) {
        Map<String, Object> token =
                Json.object(
                        "index", chain.positions().get(state),
                        "token", token(state).label(),
                        "special", token(state) instanceof Token.Special);
        token.putAll(Json.object(more));
        return token;
    }

    /// What the reader must know about the chain's classes, in words: nothing if it is irreducible.
    List<String> remarks(Structure structure) {
        List<String> remarks = new ArrayList<>();
        boolean causal = states() > 1 && transition().lowerTriangular();
        if (causal) {
            remarks.add("causal: each token attends only to itself and to what came before");
        }
        if (!structure.irreducible()) {
            remarks.add(
                    "reducible: %d communicating classes, %d recurrent, %d transient tokens"
                            .formatted(
                                    structure.classes().size(),
                                    structure.recurrent().size(),
                                    structure.transientStates().size()));
        }
        for (int state : structure.absorbing()) {
            if (states() > 1) {
                remarks.add(
                        "token %s absorbs: attention that comes there never leaves"
                                .formatted(named(state)));
            }
        }
        return remarks;
    }

    private String layers() {
        return extent.layers().size() == 1
                ? "L" + extent.layers().getFirst()
                : "all " + extent.layers().size() + " layers";
    }

    private String count() {
        return extent.heads() * extent.layers().size() + " heads";
    }
}
