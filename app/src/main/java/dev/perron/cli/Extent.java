package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadChain;
import dev.perron.attention.Token;

import java.util.List;

/// Of what attention was read, before it became one chain.
///
/// @param tokens all of them, in order
/// @param layers the numbers of the layers that were read
/// @param heads of each layer that were read
/// @param worstRow the largest |row sum - 1|, before rows were divided by their sums
/// @param parts the heads themselves, where they are still there
record Extent(
        List<Token> tokens,
        List<Integer> layers,
        int heads,
        double worstRow,
        List<HeadChain> parts) {
    Extent {
        tokens = List.copyOf(tokens);
        layers = List.copyOf(layers);
        parts = List.copyOf(parts);
    }

    Extent(List<Token> tokens, List<Integer> layers, int heads, double worstRow) {
        this(tokens, layers, heads, worstRow, List.of());
    }

    static Extent of(AttentionTensor tensor) {
        return new Extent(
                tensor.tokens(),
                tensor.layers(),
                tensor.heads(),
                tensor.worstRow(),
                tensor.all().stream().map(HeadChain::of).toList());
    }
}
