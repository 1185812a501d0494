package dev.perron.attention;

import dev.perron.attention.Certificate.Method;
import dev.perron.attention.TokenRank.NotConverged;
import dev.perron.attention.TokenRank.NotUnique;
import dev.perron.attention.TokenRank.Ranked;
import dev.perron.chain.Teleporting;
import dev.perron.chain.stationary.KrylovIteration;
import dev.perron.chain.stationary.PowerIteration;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.TriangularSolve;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Incoming TokenRank: the stationary π of T, of several teleporting chains on one A at once.
final class IncomingRank {
    /// Up to this number of tokens elimination takes over where iteration is slow: it takes n²
    /// doubles and time n³, two to three seconds here.
    static final int ELIMINABLE = 2000;

    /// Products after which an iteration counts as slow. Measured, elimination costs as much as 150
    /// to 600 of them for 64 to 1025 tokens, and as 700 to 1100 for 2000: so whichever of both
    /// would have been the quicker, it takes a small multiple of its time.
    static final int SLOW = 500;

    private IncomingRank() {}

    /// By the method that fits each.
    static List<TokenRank> of(List<Teleporting> chains, double tolerance, int maxSteps) {
        List<Teleporting> restarting = chains.stream().filter(chain -> chain.alpha() < 1).toList();
        boolean causal = !chains.isEmpty() && chains.getFirst().base().lowerTriangular();
        Iterator<TokenRank> solved =
                (causal ? substituted(restarting) : iterated(restarting, tolerance, maxSteps))
                        .iterator();
        List<TokenRank> ranks = new ArrayList<>();
        for (Teleporting chain : chains) {
            ranks.add(chain.alpha() < 1 ? solved.next() : eliminated(chain, 0));
        }
        return ranks;
    }

    /// By one method, which fits all of them.
    static List<TokenRank> by(
            Method method, List<Teleporting> chains, double tolerance, int maxSteps) {
        return switch (method) {
            case POWER_ITERATION ->
                    PowerIteration.ofAll(chains, tolerance, maxSteps).stream()
                            .map(IncomingRank::powered)
                            .toList();
            case KRYLOV ->
                    KrylovIteration.ofAll(chains, tolerance, maxSteps).stream()
                            .map(iteration -> iterated(iteration, Method.KRYLOV))
                            .toList();
            case TRIANGULAR_SOLVE -> substituted(chains);
            case ELIMINATION -> chains.stream().map(chain -> eliminated(chain, 0)).toList();
        };
    }

    /// By iteration, and by elimination where that is slow, or can't prove the tolerance for its
    /// rounding, and the chain is small enough.
    private static List<TokenRank> iterated(
            List<Teleporting> chains, double tolerance, int maxSteps) {
        if (chains.isEmpty()) {
            return List.of();
        }
        boolean eliminable = chains.getFirst().states() <= ELIMINABLE;
        int most = eliminable ? Math.min(maxSteps, SLOW) : maxSteps;
        List<KrylovIteration> iterations = KrylovIteration.allWhereItPays(chains, tolerance, most);
        List<TokenRank> ranks = new ArrayList<>();
        for (int k = 0; k < chains.size(); k++) {
            boolean takenOver =
                    eliminable
                            && iterations.get(k) instanceof KrylovIteration.Exhausted stopped
                            && stopped.products() < maxSteps;
            ranks.add(
                    takenOver
                            ? eliminated(chains.get(k), iterations.get(k).products())
                            : iterated(iterations.get(k), Method.POWER_ITERATION));
        }
        return ranks;
    }

    private static List<TokenRank> substituted(List<Teleporting> chains) {
        return TriangularSolve.ofAll(chains).stream()
                .<TokenRank>map(
                        solve ->
                                new Ranked(
                                        solve.pi(),
                                        new Certificate(
                                                Method.TRIANGULAR_SOLVE,
                                                0,
                                                solve.residual(),
                                                solve.errorBound())))
                .toList();
    }

    private static TokenRank powered(PowerIteration iteration) {
        return switch (iteration) {
            case PowerIteration.Converged(var pi, int steps, double residual, double bound) ->
                    new Ranked(pi, new Certificate(Method.POWER_ITERATION, steps, residual, bound));
            case PowerIteration.Exhausted(var last, int steps, double residual, double bound) ->
                    new NotConverged(
                            last, new Certificate(Method.POWER_ITERATION, steps, residual, bound));
        };
    }

    /// @param withoutCycles the method's name where no cycle was made
    private static TokenRank iterated(KrylovIteration iteration, Method withoutCycles) {
        Certificate certificate =
                new Certificate(
                        iteration.krylovProducts() > 0 ? Method.KRYLOV : withoutCycles,
                        iteration.products(),
                        iteration.residual(),
                        iteration.errorBound());
        return switch (iteration) {
            case KrylovIteration.Converged converged -> new Ranked(converged.pi(), certificate);
            case KrylovIteration.Exhausted stopped -> new NotConverged(stopped.last(), certificate);
        };
    }

    /// Two bounds hold: that of elimination itself, and, with restarts, that of the residual.
    ///
    /// @param before products made in vain
    private static TokenRank eliminated(Teleporting chain, int before) {
        boolean restarts = chain.alpha() < 1;
        return switch (StationaryDistribution.of(restarts ? chain : chain.base())) {
            case StationaryDistribution.Unique(var pi, double residual, double bound) ->
                    new Ranked(
                            pi,
                            new Certificate(
                                    Method.ELIMINATION,
                                    before,
                                    residual,
                                    restarts
                                            ? Math.min(bound, chain.errorBound(residual))
                                            : bound));
            case StationaryDistribution.OnePerClass several -> new NotUnique(several);
        };
    }
}
