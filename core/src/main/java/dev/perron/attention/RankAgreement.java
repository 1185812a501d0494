package dev.perron.attention;

import dev.perron.chain.Distribution;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/// How far two rankings of the same tokens agree. An order of two tokens counts only where it is
/// proven: where their scores differ by more than the ranking's error bound, as that bounds the
/// error of any difference of two scores. All others are ties.
///
/// @param kendallTau Kendall's τ-b, from -1 (every proven order reversed) to 1 (the same orders and
///   ties); none where one of the rankings has only ties, as that of a single token
/// @param topOverlap tokens that both have among their first `top`, as a part of them, from 0 to 1
/// @param top how many first tokens were compared: all if there are fewer than asked for
/// @param l1Distance ‖π - ρ‖₁, from 0 to 2
/// @see "M. G. Kendall, The treatment of ties in ranking problems, Biometrika 33 (1945), for τ-b as
///   a correlation of signs, which needs no ranks"
public record RankAgreement(
        OptionalDouble kendallTau, double topOverlap, int top, double l1Distance) {
    /// Compares two rankings, in time n².
    ///
    /// @param top how many first tokens to compare, at least 1
    /// @throws IllegalArgumentException if `top` is out of range, or the rankings aren't of as many
    ///   tokens
    public static RankAgreement of(TokenRank.Ranked one, TokenRank.Ranked other, int top) {
        if (top < 1) {
            throw new IllegalArgumentException("top = %d, must be >= 1".formatted(top));
        }
        double l1Distance = 2 * one.scores().distanceTo(other.scores());
        int compared = Math.min(top, one.scores().states());
        Set<Integer> both = new HashSet<>(first(compared, one));
        both.retainAll(first(compared, other));
        return new RankAgreement(
                kendallTau(one, other), (double) both.size() / compared, compared, l1Distance);
    }

    private static List<Integer> first(int count, TokenRank.Ranked rank) {
        return TokenRank.order(rank.scores()).subList(0, count);
    }

    private static OptionalDouble kendallTau(TokenRank.Ranked one, TokenRank.Ranked other) {
        long agreeing = 0; // pairs in the same order, less those in the opposite one
        long ordered = 0;
        long otherOrdered = 0;
        for (int i = 0; i < one.scores().states(); i++) {
            for (int j = 0; j < i; j++) {
                long sign = sign(one, i, j);
                long otherSign = sign(other, i, j);
                agreeing += sign * otherSign;
                ordered += sign * sign;
                otherOrdered += otherSign * otherSign;
            }
        }
        return ordered == 0 || otherOrdered == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(agreeing / Math.sqrt((double) ordered * otherOrdered));
    }

    private static int sign(TokenRank.Ranked rank, int i, int j) {
        Distribution scores = rank.scores();
        double difference = scores.mass(i) - scores.mass(j);
        return Math.abs(difference) <= rank.certificate().errorBound()
                ? 0
                : (int) Math.signum(difference);
    }
}
