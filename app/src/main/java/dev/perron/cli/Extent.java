package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Token;

import java.util.List;

/// Of what attention was read, before it became one chain.
///
/// @param tokens all of them, in order
/// @param layers the numbers of the layers that were read
/// @param heads of each layer that were read
/// @param worstRow the largest |row sum - 1|, before rows were divided by their sums
record Extent(List<Token> tokens, List<Integer> layers, int heads, double worstRow) {
    Extent {
        tokens = List.copyOf(tokens);
        layers = List.copyOf(layers);
    }

    static Extent of(AttentionTensor tensor) {
        return new Extent(tensor.tokens(), tensor.layers(), tensor.heads(), tensor.worstRow());
    }
}
