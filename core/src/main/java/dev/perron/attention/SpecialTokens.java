package dev.perron.attention;

import java.util.List;
import java.util.stream.IntStream;

/// What becomes of the tokens that the model added.
public enum SpecialTokens {
    /// They stay states like any other.
    KEEP,
    /// Their rows and columns go, and each row left is divided by what it has left: the softmax
    /// over the other keys alone. This is what arXiv:2507.17657 does with CLS.
    DROP,
    /// The chain is watched only while it is on the other tokens: a path through a special token
    /// counts as one step. The stochastic complement, which keeps the stationary distribution.
    CENSOR;

    /// The positions of the tokens that stay states, ascending.
    List<Integer> kept(List<Token> tokens) {
        return IntStream.range(0, tokens.size())
                .filter(i -> this == KEEP || !(tokens.get(i) instanceof Token.Special))
                .boxed()
                .toList();
    }
}
