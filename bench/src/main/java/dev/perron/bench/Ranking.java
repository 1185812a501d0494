package dev.perron.bench;

import dev.perron.attention.Certificate;
import dev.perron.attention.Direction;
import dev.perron.attention.TokenRank;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;

import java.util.List;

/// TokenRank as the benchmark asks for it: α = 0.99, uniform restarts, incoming.
///
/// @param scores π
/// @param certificate how good it is said to be
record Ranking(Distribution scores, Certificate certificate) {
    /// The error that is asked for.
    static final double TOLERANCE = 1e-8;

    static Ranking of(Transition chain) {
        return ranked(
                TokenRank.of(
                        teleporting(chain), Direction.INCOMING, TOLERANCE, TokenRank.MAX_STEPS));
    }

    /// By elimination, without iterations: what errors are measured against.
    static Ranking exact(Transition chain) {
        return ranked(
                TokenRank.by(
                        Certificate.Method.ELIMINATION,
                        teleporting(chain),
                        Direction.INCOMING,
                        TOLERANCE,
                        TokenRank.MAX_STEPS));
    }

    /// All heads over all cores.
    static Ranking[] ofAll(List<? extends Transition> chains) {
        Ranking[] rankings = new Ranking[chains.size()];
        Cores.forEach(rankings.length, h -> rankings[h] = of(chains.get(h)));
        return rankings;
    }

    /// ‖π - other‖₁.
    double distance(double[] other) {
        double[] mine = scores.toArray();
        double sum = 0;
        for (int i = 0; i < mine.length; i++) {
            sum += Math.abs(mine[i] - other[i]);
        }
        return sum;
    }

    private static Teleporting teleporting(Transition chain) {
        return new Teleporting(chain, TokenRank.ALPHA, Distribution.uniform(chain.states()));
    }

    private static Ranking ranked(TokenRank rank) {
        return switch (rank) {
            case TokenRank.Ranked(var scores, var certificate) -> new Ranking(scores, certificate);
            case TokenRank.NotConverged(_, var certificate) ->
                    throw new IllegalStateException("not converged: " + certificate);
            case TokenRank.NotUnique several ->
                    throw new IllegalStateException("not unique: " + several);
            case TokenRank.Undefined(int state) ->
                    throw new IllegalStateException("undefined at state " + state);
        };
    }
}
