package dev.perron.web;

import dev.perron.attention.AttentionHead;

/// What the report says of one head as a chain.
///
/// @param lambda2 |λ₂|, from 0 to 1
/// @param remark a sentence or two: its classes, and whether the long run is unique
public record HeadFacts(double lambda2, String remark) {
    /// Checks |λ₂|.
    ///
    /// @throws IllegalArgumentException if it isn't from 0 to 1
    public HeadFacts {
        if (!(lambda2 >= 0 && lambda2 <= 1)) {
            throw new IllegalArgumentException("|λ₂| = " + lambda2 + ", must be from 0 to 1");
        }
    }

    /// The facts that can be read off the matrix without an analysis of its classes.
    ///
    /// @throws IllegalArgumentException if `lambda2` isn't from 0 to 1
    public static HeadFacts of(AttentionHead head, double lambda2) {
        if (head.lowerTriangular() && head.states() > 1) {
            return new HeadFacts(
                    lambda2,
                    "Causal, so reducible: a token sees only itself and what came before it. Token"
                            + " 0 sees only itself, and a walk that gets there stays.");
        }
        long zeros = zeros(head);
        return new HeadFacts(
                lambda2,
                zeros == 0
                        ? "Every token reaches every other in one bounce: irreducible, with exactly"
                                + " one stationary distribution."
                        : "%d of %d entries are exactly 0."
                                .formatted(zeros, (long) head.states() * head.states()));
    }

    private static long zeros(AttentionHead head) {
        long zeros = 0;
        for (int i = 0; i < head.states(); i++) {
            for (int j = 0; j < head.states(); j++) {
                zeros += head.attention(i, j) == 0 ? 1 : 0;
            }
        }
        return zeros;
    }
}
