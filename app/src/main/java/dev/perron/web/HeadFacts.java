package dev.perron.web;

import dev.perron.attention.AttentionHead;
import dev.perron.chain.Structure;

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

    /// The facts of one head: what hangs together in it, in words.
    ///
    /// @throws IllegalArgumentException if `lambda2` isn't from 0 to 1
    public static HeadFacts of(AttentionHead head, double lambda2) {
        Structure structure = Structure.of(head);
        int recurrent = structure.recurrent().size();
        if (head.lowerTriangular() && head.states() > 1) {
            return new HeadFacts(
                    lambda2,
                    "Causal, so reducible: a token sees only itself and what came before it. Token"
                            + " 0 sees only itself, and a walk that gets there stays."
                            + (recurrent == 1 ? "" : " %d tokens do so.".formatted(recurrent)));
        }
        if (structure.irreducible()) {
            int period = structure.classes().getFirst().period();
            return new HeadFacts(
                    lambda2,
                    "Every token reaches every other: irreducible, with exactly one stationary"
                            + " distribution."
                            + (period == 1 ? "" : " Periodic, with period %d.".formatted(period)));
        }
        return new HeadFacts(
                lambda2,
                "Reducible: %d communicating classes, of which %d recurrent, so %s."
                        .formatted(
                                structure.classes().size(),
                                recurrent,
                                recurrent == 1
                                        ? "the long run is still unique"
                                        : "without restarts the long run depends on the start"));
    }
}
