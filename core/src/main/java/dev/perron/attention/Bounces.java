package dev.perron.attention;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.List;

/// Indirect attention: what is reached after 0, 1, 2, ... steps of attention. Immutable.
///
/// Source: Erel et al. 2025, arXiv:2507.17657 (multi-bounce attention).
public final class Bounces {
    /// Where a walk over attention starts, or where it ends.
    public sealed interface Start {
        /// e_iᵀAⁿ: where the attention of one token goes.
        record From(int state) implements Start {}

        /// Aⁿe_j: how much of each token's attention comes to one token.
        record To(int state) implements Start {}

        /// uᵀAⁿ with u uniform: the first bounce is the column mean.
        record FromUniform() implements Start {}

        /// μᵀAⁿ: where the attention of tokens drawn by μ goes.
        record FromLaw(Distribution law) implements Start {}
    }

    private final Start start;
    private final double[][] values; // [bounce][state]

    /// The bounces 0 to `bounces`.
    ///
    /// @throws IllegalArgumentException if the state is none of the chain's, the law has more or
    ///   fewer states, or `bounces` is negative
    public static Bounces of(Transition chain, Start start, int bounces) {
        return ofAll(chain, List.of(start), bounces).getFirst();
    }

    /// The bounces 0 to `bounces` of each start. All walks from somewhere share a pass over the
    /// chain a bounce, and all walks to somewhere share another.
    ///
    /// @throws IllegalArgumentException if a state is none of the chain's, or `bounces` is negative
    public static List<Bounces> ofAll(Transition chain, List<Start> starts, int bounces) {
        if (bounces < 0) {
            throw new IllegalArgumentException("%d bounces, must be >= 0".formatted(bounces));
        }
        List<Bounces> all =
                starts.stream().map(start -> new Bounces(start, chain, bounces)).toList();
        for (int k = 1; k <= bounces; k++) {
            chain.steps(values(all, false, k - 1), values(all, false, k));
            chain.expectations(values(all, true, k - 1), values(all, true, k));
        }
        return all;
    }

    private Bounces(Start start, Transition chain, int bounces) {
        this.start = start;
        this.values = new double[bounces + 1][chain.states()];
        switch (start) {
            case Start.From(int state) -> {
                chain.requireState(state);
                values[0][state] = 1;
            }
            case Start.To(int state) -> {
                chain.requireState(state);
                values[0][state] = 1;
            }
            case Start.FromUniform() -> Arrays.fill(values[0], 1.0 / chain.states());
            case Start.FromLaw(var law) -> {
                if (law.states() != chain.states()) {
                    throw new IllegalArgumentException(
                            "a law on %d states for a chain of %d, must be as many"
                                    .formatted(law.states(), chain.states()));
                }
                values[0] = law.toArray();
            }
        }
    }

    /// The values after `bounce` steps of those that walk to a token, or of the others.
    private static double[][] values(List<Bounces> all, boolean to, int bounce) {
        return all.stream()
                .filter(walk -> walk.start instanceof Start.To == to)
                .map(walk -> walk.values[bounce])
                .toArray(double[][]::new);
    }

    /// Where the walk starts or ends.
    public Start start() {
        return start;
    }

    /// The last bounce.
    public int bounces() {
        return values.length - 1;
    }

    /// The value of every state after `bounce` steps `[n]`, a copy: a distribution for a walk from
    /// a token or from uniform, a probability for each token for a walk to one.
    ///
    /// @throws IllegalArgumentException if `bounce` is not one of 0, ..., [#bounces()]
    public double[] after(int bounce) {
        return valuesAfter(bounce).clone();
    }

    /// The law after `bounce` steps of a walk from a token or from uniform.
    ///
    /// @throws IllegalArgumentException if `bounce` is not one of 0, ..., [#bounces()]
    /// @throws IllegalStateException for a walk to a token, whose values are no distribution
    public Distribution law(int bounce) {
        if (start instanceof Start.To) {
            throw new IllegalStateException(
                    "a walk to a token has no law, its values don't sum to 1; ask for after(n)");
        }
        return Distribution.proportionalTo(valuesAfter(bounce));
    }

    private double[] valuesAfter(int bounce) {
        if (bounce < 0 || bounce >= values.length) {
            throw new IllegalArgumentException(
                    "bounce %d, must be from 0 to %d".formatted(bounce, bounces()));
        }
        return values[bounce];
    }
}
