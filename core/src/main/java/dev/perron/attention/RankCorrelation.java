package dev.perron.attention;

import dev.perron.chain.Distribution;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Spearman's ρ of two rankings of the same tokens: the correlation of their ranks, those of ties
/// averaged. Scores that follow each other are a tie where their difference isn't proven, being
/// within the ranking's error bound.
///
/// The interval says how far ρ would vary from one text of as many tokens to another, were the
/// tokens drawn one by one. Tokens of a text are not: take it as the least uncertainty there is,
/// not as all of it.
///
/// @param rho from -1 to 1; none where one of the rankings has only ties
/// @param interval for ρ at 95%; none without ρ, for fewer than 4 tokens, and where ρ is 1 or -1,
///   where Fisher's transformation is infinite
/// @see "D. G. Bonett, T. A. Wright, Sample size requirements for estimating Pearson, Kendall and
///   Spearman correlations, Psychometrika 65 (2000), for the variance (1 + ρ²/2)/(n - 3) of artanh
///   ρ"
public record RankCorrelation(OptionalDouble rho, Optional<Interval> interval) {
    /// The 97.5% quantile of the normal distribution.
    private static final double NORMAL = 1.959963984540054;

    /// Where ρ is with 95% confidence.
    public record Interval(double low, double high) {}

    /// Compares two rankings, in time n log n.
    ///
    /// @throws IllegalArgumentException if they aren't of as many tokens
    public static RankCorrelation of(TokenRank.Ranked one, TokenRank.Ranked other) {
        int n = one.scores().states();
        if (other.scores().states() != n) {
            throw new IllegalArgumentException(
                    "rankings of %d and %d tokens, must be of as many"
                            .formatted(n, other.scores().states()));
        }
        double[] ranks = centred(one);
        double[] otherRanks = centred(other);
        double squares = product(ranks, ranks);
        double otherSquares = product(otherRanks, otherRanks);
        if (squares == 0 || otherSquares == 0) {
            return new RankCorrelation(OptionalDouble.empty(), Optional.empty());
        }
        double rho =
                Math.clamp(product(ranks, otherRanks) / Math.sqrt(squares * otherSquares), -1, 1);
        return new RankCorrelation(OptionalDouble.of(rho), interval(rho, n));
    }

    /// tanh(artanh ρ ± 1.96 √((1 + ρ²/2)/(n - 3))).
    private static Optional<Interval> interval(double rho, int n) {
        double fisher = (Math.log1p(rho) - Math.log1p(-rho)) / 2;
        if (n < 4 || Double.isInfinite(fisher)) {
            return Optional.empty();
        }
        double reach = NORMAL * Math.sqrt((1 + rho * rho / 2) / (n - 3));
        return Optional.of(new Interval(Math.tanh(fisher - reach), Math.tanh(fisher + reach)));
    }

    /// Of each token, its rank less the mean rank: exact, being multiples of ½.
    private static double[] centred(TokenRank.Ranked ranked) {
        Distribution scores = ranked.scores();
        List<Integer> order = TokenRank.order(scores);
        double bound = ranked.certificate().errorBound();
        int n = order.size();
        double[] ranks = new double[n];
        int first = 0;
        while (first < n) {
            int end = first + 1;
            while (end < n
                    && scores.mass(order.get(end - 1)) - scores.mass(order.get(end)) <= bound) {
                end++;
            }
            for (int k = first; k < end; k++) {
                ranks[order.get(k)] = (first + end - 1) / 2.0 - (n - 1) / 2.0;
            }
            first = end;
        }
        return ranks;
    }

    private static double product(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
