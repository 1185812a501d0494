package dev.perron.attention;

import dev.perron.chain.Transition;

import java.util.OptionalDouble;

/// Two heads, or any two chains on the same tokens, side by side. Differences are the first less
/// the second.
///
/// @param rows how differently tokens attend
/// @param rankDivergence Jensen-Shannon divergence of the TokenRanks, in nats, see [RowDivergence]
/// @param agreement Kendall's τ-b, first tokens in common, L1 distance of the TokenRanks
/// @param correlation Spearman's ρ of the TokenRanks, with its interval
/// @param one how long the first remembers
/// @param other how long the second does
public record HeadComparison(
        RowDivergence rows,
        double rankDivergence,
        RankAgreement agreement,
        RankCorrelation correlation,
        Persistence one,
        Persistence other) {
    /// A chain and its TokenRank.
    public record Side(Transition chain, TokenRank.Ranked rank) {
        /// @throws IllegalArgumentException if the ranking is of other states
        public Side {
            chain.requireSameStates(rank.scores());
        }
    }

    /// Compares two chains.
    ///
    /// @param top how many first tokens to compare, at least 1
    /// @throws IllegalArgumentException if `top` is out of range, or the chains aren't on as many
    ///   states
    public static HeadComparison of(Side one, Side other, int top) {
        return new HeadComparison(
                RowDivergence.of(one.chain(), other.chain()),
                RowDivergence.nats(one.rank().scores().toArray(), other.rank().scores().toArray()),
                RankAgreement.of(one.rank(), other.rank(), top),
                RankCorrelation.of(one.rank(), other.rank()),
                Persistence.of(one.chain()),
                Persistence.of(other.chain()));
    }

    /// The difference of the spectral gaps 1 - |λ₂|; none if one of them isn't known.
    public OptionalDouble gapDifference() {
        return difference(other.lambda2(), one.lambda2());
    }

    /// The difference of metastabilities; none if one of the chains has no metastable states.
    public OptionalDouble metastabilityDifference() {
        return difference(one.metastability(), other.metastability());
    }

    private static OptionalDouble difference(OptionalDouble first, OptionalDouble second) {
        return first.isEmpty() || second.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(first.getAsDouble() - second.getAsDouble());
    }
}
