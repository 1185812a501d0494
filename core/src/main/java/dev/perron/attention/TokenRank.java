package dev.perron.attention;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;
import dev.perron.chain.KrylovIteration;
import dev.perron.chain.PowerIteration;
import dev.perron.chain.StationaryDistribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.TriangularSolve;

import java.util.Optional;

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
    /// out to be slow. Outgoing: T's columns, normalised and transposed, by one triangular solve
    /// for a causal chain and otherwise by elimination, which takes time n³.
    ///
    /// @param chain attention with its teleporting
    /// @param tolerance on the L1 error of an iteration, above 0
    /// @param maxSteps products with the matrix that an iteration may take, at least 1
    /// @throws IllegalArgumentException if the tolerance or `maxSteps` is out of range
    static TokenRank of(Teleporting chain, Direction direction, double tolerance, int maxSteps) {
        requireLimits(tolerance, maxSteps);
        return switch (direction) {
            case INCOMING -> incoming(chain, tolerance, maxSteps);
            case OUTGOING -> OutgoingRank.of(chain);
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
        requireLimits(tolerance, maxSteps);
        objection(method, chain, direction)
                .ifPresent(
                        why -> {
                            throw new IllegalArgumentException(why);
                        });
        return switch (direction) {
            case OUTGOING ->
                    method == Method.ELIMINATION
                            ? OutgoingRank.eliminated(chain)
                            : OutgoingRank.of(chain);
            case INCOMING ->
                    switch (method) {
                        case POWER_ITERATION -> powered(chain, tolerance, maxSteps);
                        case KRYLOV ->
                                iterated(
                                        KrylovIteration.of(chain, tolerance, maxSteps),
                                        Method.KRYLOV);
                        case TRIANGULAR_SOLVE -> substituted(chain);
                        case ELIMINATION ->
                                eliminated(
                                        StationaryDistribution.of(
                                                chain.alpha() == 1 ? chain.base() : chain));
                    };
        };
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

    private static void requireLimits(double tolerance, int maxSteps) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance = %s, must be > 0".formatted(tolerance));
        }
        if (maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps = %d, must be >= 1".formatted(maxSteps));
        }
    }

    private static TokenRank incoming(Teleporting chain, double tolerance, int maxSteps) {
        if (chain.alpha() == 1) {
            return eliminated(StationaryDistribution.of(chain.base()));
        }
        return chain.base().lowerTriangular()
                ? substituted(chain)
                : iterated(
                        KrylovIteration.whereItPays(chain, tolerance, maxSteps),
                        Method.POWER_ITERATION);
    }

    private static TokenRank substituted(Teleporting chain) {
        TriangularSolve solve = TriangularSolve.of(chain);
        return new Ranked(
                solve.pi(),
                new Certificate(Method.TRIANGULAR_SOLVE, 0, solve.residual(), solve.errorBound()));
    }

    private static TokenRank powered(Teleporting chain, double tolerance, int maxSteps) {
        return switch (PowerIteration.of(chain, tolerance, maxSteps)) {
            case PowerIteration.Converged(var pi, int steps, double residual, double bound) ->
                    new Ranked(pi, new Certificate(Method.POWER_ITERATION, steps, residual, bound));
            case PowerIteration.Exhausted(var last, int steps, double residual, double bound) ->
                    new NotConverged(
                            last, new Certificate(Method.POWER_ITERATION, steps, residual, bound));
        };
    }

    /// @param withoutCycles the method's name where no cycle was made
    private static TokenRank iterated(KrylovIteration iteration, Method withoutCycles) {
        return switch (iteration) {
            case KrylovIteration.Converged(
                            var pi,
                            int products,
                            int inCycles,
                            double residual,
                            double bound) ->
                    new Ranked(
                            pi,
                            new Certificate(
                                    inCycles > 0 ? Method.KRYLOV : withoutCycles,
                                    products,
                                    residual,
                                    bound));
            case KrylovIteration.Exhausted(
                            var last,
                            int products,
                            int inCycles,
                            double residual,
                            double bound) ->
                    new NotConverged(
                            last,
                            new Certificate(
                                    inCycles > 0 ? Method.KRYLOV : withoutCycles,
                                    products,
                                    residual,
                                    bound));
        };
    }

    private static TokenRank eliminated(StationaryDistribution stationary) {
        return switch (stationary) {
            case StationaryDistribution.Unique(var pi, double residual, double bound) ->
                    new Ranked(pi, new Certificate(Method.ELIMINATION, 0, residual, bound));
            case StationaryDistribution.OnePerClass several -> new NotUnique(several);
        };
    }
}
