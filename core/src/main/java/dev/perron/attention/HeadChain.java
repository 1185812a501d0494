package dev.perron.attention;

import dev.perron.chain.Transition;

/// One head as a chain on the tokens, whether its rows are in memory or made from Q and K.
///
/// @param layer the layer's number in the model
/// @param number the head's number in its layer
/// @param chain on the tokens, all of them
public record HeadChain(int layer, int number, Transition chain) {
    /// Of a head whose rows are in memory.
    public static HeadChain of(AttentionHead head) {
        return new HeadChain(head.layer(), head.number(), head);
    }

    /// `L5H3`.
    public String name() {
        return "L" + layer + "H" + number;
    }
}
