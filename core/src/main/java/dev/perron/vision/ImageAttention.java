package dev.perron.vision;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadModuli;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Attention of an image's tokens, and how they lie on it. Immutable; |λ₂| of a head is computed
/// once, however many chains are made.
public final class ImageAttention {
    private final AttentionTensor attention;
    private final PatchGrid grid;
    private final Map<SpecialTokens, HeadModuli> moduli = new EnumMap<>(SpecialTokens.class);

    /// Checks that they go together.
    ///
    /// @param attention `[layer, head, query, key]`
    /// @param grid of the tokens
    /// @throws IllegalArgumentException if there are more or fewer tokens than in the grid
    public ImageAttention(AttentionTensor attention, PatchGrid grid) {
        if (attention.tokens().size() != grid.tokens()) {
            throw new IllegalArgumentException(
                    "%d tokens on a grid of %d, must be as many"
                            .formatted(attention.tokens().size(), grid.tokens()));
        }
        this.attention = attention;
        this.grid = grid;
        for (SpecialTokens specials : SpecialTokens.values()) {
            moduli.put(specials, new HeadModuli(attention.tokens(), specials));
        }
    }

    /// `[layer, head, query, key]`.
    public AttentionTensor attention() {
        return attention;
    }

    /// Of the tokens.
    public PatchGrid grid() {
        return grid;
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
        return switch (weighting) {
            case HeadWeighting.ByLambda2() ->
                    Objects.requireNonNull(moduli.get(specials)).average(heads);
            case HeadWeighting.Mean _, HeadWeighting.Single _ ->
                    AttentionChain.of(heads, attention.tokens(), weighting, specials);
        };
    }
}
