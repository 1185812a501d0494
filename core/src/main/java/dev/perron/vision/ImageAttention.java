package dev.perron.vision;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;

import java.util.List;

/// Attention of an image's tokens, and how they lie on it.
///
/// @param attention `[layer, head, query, key]`
/// @param grid of the tokens
public record ImageAttention(AttentionTensor attention, PatchGrid grid) {
    /// Checks that they go together.
    ///
    /// @throws IllegalArgumentException if there are more or fewer tokens than in the grid
    public ImageAttention {
        if (attention.tokens().size() != grid.tokens()) {
            throw new IllegalArgumentException(
                    "%d tokens on a grid of %d, must be as many"
                            .formatted(attention.tokens().size(), grid.tokens()));
        }
    }

    /// The chain of some layers' heads.
    ///
    /// @param layers their numbers
    /// @throws IllegalArgumentException if there is no such layer
    public AttentionChain chain(
            List<Integer> layers, HeadWeighting weighting, SpecialTokens specials) {
        List<HeadChain> heads =
                layers.stream()
                        .flatMap(layer -> attention.layer(layer).all().stream())
                        .map(HeadChain::of)
                        .toList();
        return AttentionChain.of(heads, attention.tokens(), weighting, specials);
    }
}
