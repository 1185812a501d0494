package dev.perron.attention;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.stationary.StationaryDistribution;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Global importance of each token: the stationary distribution of attention with teleporting, T =
/// αA + (1-α)1vᵀ. `v` is the personalisation; uniform if there is none.
///
/// The published code stops at an L1 **change** of 1e-5 or after 200 steps without saying which;
/// here the L1 **error** is bounded, and a ranking that isn't good enough is another type.
///
/// Source: Erel et al. 2025, arXiv:2507.17657 (α = 0.99).
public sealed interface TokenRank {
    /// α of the paper.
    double ALPHA = 0.99;

    /// Default tolerance on the L1 error.
    double TOLERANCE = 1e-9;

    /// Default limit on steps. Enough for α up to 0.999 on any chain: αᵏ falls below 1e-12 within
    /// it.
    int MAX_STEPS = 30_000;

    /// The ranking. How far it may be from the truth is in the certificate: at most the tolerance
    /// if it was iterated for; a direct method gives what it can and doesn't know a tolerance.
    record Ranked(Distribution scores, Certificate certificate) implements TokenRank {}

    /// Iteration stopped before the error was proven to be within the tolerance: the steps were
    /// used up, or rounding allows no smaller bound, about n·10⁻¹⁶/(1-α).
    record NotConverged(Distribution last, Certificate certificate) implements TokenRank {}

    /// Without teleporting the chain has several recurrent classes, and a stationary distribution
    /// for each.
    record NotUnique(StationaryDistribution.OnePerClass stationary) implements TokenRank {}

    /// No chain to ask: for outgoing ranking, a token whose column of T is zero.
    ///
    /// @param state the token's state
    record Undefined(int state) implements TokenRank {}

    /// The ranking with the default tolerance and limit on steps.
    ///
    /// @param chain attention with its teleporting
    static TokenRank of(Teleporting chain, Direction direction) {
        return of(chain, direction, TOLERANCE, MAX_STEPS);
    }

    /// The ranking of the tokens of a chain.
    ///
    /// Without teleporting (α = 1) by elimination, exact; for a causal chain by one triangular
    /// solve, exact; otherwise by power iteration, which goes on by a Krylov method where it turns
    /// out to be slow. Where that is slow too, as at α near 1 on a chain that hardly mixes, or
    /// rounding keeps it from proving the tolerance, elimination takes over for up to 2000 tokens;
    /// the certificate then has that method, and the iterations that were made in vain.
    ///
    /// Outgoing: T's columns, normalised and transposed, by one triangular solve for a causal chain
    /// and otherwise by elimination, which takes time n³.
    ///
    /// @param chain attention with its teleporting
    /// @param tolerance on the L1 error of an iteration, above 0
    /// @param maxSteps products with the matrix that an iteration may take, at least 1
    /// @throws IllegalArgumentException if the tolerance or `maxSteps` is out of range
    static TokenRank of(Teleporting chain, Direction direction, double tolerance, int maxSteps) {
        return ofAll(List.of(chain), direction, tolerance, maxSteps).getFirst();
    }

    /// The rankings of one attention for several restart distributions or α. Iterations share each
    /// pass over the matrix: together they take about the time of the slowest of them while the
    /// matrix doesn't fit the cache. Each ranking is what [#of] gives for that chain alone, up to
    /// rounding.
    ///
    /// @param chains on the same attention
    /// @param tolerance on the L1 error of an iteration, above 0
    /// @param maxSteps products with the matrix that each iteration may take, at least 1
    /// @return the rankings, in the order of `chains`
    /// @throws IllegalArgumentException if the tolerance or `maxSteps` is out of range, or two
    ///   chains are not on the same attention
    static List<TokenRank> ofAll(
            List<Teleporting> chains, Direction direction, double tolerance, int maxSteps) {
        require(chains, tolerance, maxSteps);
        return switch (direction) {
            case INCOMING -> IncomingRank.of(chains, tolerance, maxSteps);
            case OUTGOING -> chains.stream().map(OutgoingRank::of).toList();
        };
    }

    /// The ranking by a given method.
    ///
    /// @param tolerance on the L1 error of an iteration, above 0
    /// @param maxSteps products with the matrix that an iteration may take, at least 1
    /// @throws IllegalArgumentException if the method doesn't fit, see [#objection], or the
    ///   tolerance or `maxSteps` is out of range
    static TokenRank by(
            Method method, Teleporting chain, Direction direction, double tolerance, int maxSteps) {
        return byAll(method, List.of(chain), direction, tolerance, maxSteps).getFirst();
    }

    /// The rankings of several restart distributions or α by a given method, as [#ofAll] is to
    /// [#of].
    ///
    /// @param chains on the same attention
    /// @param tolerance on the L1 error of an iteration, above 0
    /// @param maxSteps products with the matrix that each iteration may take, at least 1
    /// @return the rankings, in the order of `chains`
    /// @throws IllegalArgumentException if the method doesn't fit one of them, see [#objection],
    ///   the tolerance or `maxSteps` is out of range, or two chains are not on the same attention
    static List<TokenRank> byAll(
            Method method,
            List<Teleporting> chains,
            Direction direction,
            double tolerance,
            int maxSteps) {
        require(chains, tolerance, maxSteps);
        for (Teleporting chain : chains) {
            objection(method, chain, direction)
                    .ifPresent(
                            why -> {
                                throw new IllegalArgumentException(why);
                            });
        }
        return switch (direction) {
            case INCOMING -> IncomingRank.by(method, chains, tolerance, maxSteps);
            case OUTGOING ->
                    chains.stream()
                            .map(
                                    method == Method.ELIMINATION
                                            ? OutgoingRank::eliminated
                                            : OutgoingRank::of)
                            .toList();
        };
    }

    /// Tokens by falling score; of equal ones the earlier first.
    static List<Integer> order(Distribution scores) {
        return IntStream.range(0, scores.states())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores.mass(i)).reversed())
                .toList();
    }

    /// Why a method doesn't fit a question, or nothing if it does. Elimination always fits.
    static Optional<String> objection(Method method, Teleporting chain, Direction direction) {
        if (method == Method.ELIMINATION) {
            return Optional.empty();
        }
        if (chain.alpha() == 1) {
            return Optional.of("alpha = 1 never restarts, so that only elimination is proven");
        }
        if (method == Method.TRIANGULAR_SOLVE) {
            if (!chain.base().lowerTriangular()) {
                return Optional.of("a triangular solve needs a causal chain, this one looks ahead");
            }
            if (direction == Direction.OUTGOING && !OutgoingRank.substitutable(chain)) {
                return Optional.of(
                        "a triangular solve needs every token to be attended to by another or"
                                + " restarted at");
            }
            return Optional.empty();
        }
        return direction == Direction.OUTGOING
                ? Optional.of("outgoing rank is solved directly, no iteration is proven for it")
                : Optional.empty();
    }

    private static void require(List<Teleporting> chains, double tolerance, int maxSteps) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance = %s, must be > 0".formatted(tolerance));
        }
        if (maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps = %d, must be >= 1".formatted(maxSteps));
        }
        for (int k = 1; k < chains.size(); k++) {
            if (!chains.get(k).base().equals(chains.getFirst().base())) {
                throw new IllegalArgumentException(
                        "chain %d is on another attention than chain 0, must be on the same"
                                .formatted(k));
            }
        }
    }
}
