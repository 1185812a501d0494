package dev.perron.attention;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.kernel.ChainKernels;

import java.util.Arrays;

/// Outgoing TokenRank: the stationary ρ of Q, where q(j,i) = T(i,j) / c(j) and c(j) = Σᵢ T(i,j):
/// from a key the chain goes to the queries that attend to it.
///
/// Teleporting contracts Q by less than it does T: every row of Q is at least δ times uniform with
/// δ = min (1-α)n·v(j)/c(j), which a token that gets much attention makes small. So it is solved
/// directly, and δ only serves to bound the error. With y = ρ/c, ρQ = ρ reads Ty = c∘y, so that c∘y
/// and αAy differ by a constant: for a causal A this is one substitution from the first token to
/// the last, again without a subtraction.
final class OutgoingRank {
    private OutgoingRank() {}

    /// What the tokens of a causal chain are given, in one pass over its rows.
    private static final class Received {
        private final double[] fromOthers; // [n], c(i) - α a(i,i), summed without the subtraction
        private final double[] total; // [n], c

        private Received(double[] fromOthers, double[] total) {
            this.fromOthers = fromOthers;
            this.total = total;
        }

        static Received of(Teleporting chain) {
            int n = chain.states();
            double[] row = new double[n];
            double[] fromOthers = new double[n];
            double[] total = new double[n];
            for (int i = 0; i < n; i++) {
                chain.base().row(i, row);
                ChainKernels.active().addScaled(chain.alpha(), row, 0, fromOthers, 0, i);
                total[i] = chain.alpha() * row[i];
            }
            for (int j = 0; j < n; j++) {
                fromOthers[j] += n * (1 - chain.alpha()) * chain.restart().mass(j);
                total[j] += fromOthers[j];
            }
            return new Received(fromOthers, total);
        }

        boolean everywhere() {
            return Arrays.stream(fromOthers).allMatch(c -> c > 0);
        }
    }

    static TokenRank of(Teleporting chain) {
        if (chain.base().lowerTriangular() && chain.alpha() < 1) {
            Received received = Received.of(chain);
            if (received.everywhere()) {
                return substituted(chain, received);
            }
        }
        return eliminated(chain);
    }

    /// Whether one substitution gives the rank of a causal chain that restarts.
    static boolean substitutable(Teleporting chain) {
        return Received.of(chain).everywhere();
    }

    static TokenRank eliminated(Teleporting chain) {
        int n = chain.states();
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        double[] received = new double[n]; // c
        chain.step(ones, received);
        for (int j = 0; j < n; j++) {
            if (!(received[j] > 0)) {
                return new TokenRank.Undefined(j);
            }
        }
        return switch (StationaryDistribution.of(reversed(chain, received))) {
            case StationaryDistribution.Unique(var rho, double residual, double bound) ->
                    new TokenRank.Ranked(
                            rho,
                            new Certificate(
                                    Method.ELIMINATION,
                                    0,
                                    residual,
                                    Math.min(bound, errorBound(chain, received, residual))));
            case StationaryDistribution.OnePerClass several -> new TokenRank.NotUnique(several);
        };
    }

    /// A bound on ‖μ-ρ‖₁ for any distribution μ whose residual ‖μQ-μ‖₁ was measured: Q shrinks
    /// differences of distributions by 1-δ, so it is at most residual/δ. The residual and the sums
    /// c that Q is divided by are off by rounding, (n+6)u each. Infinite if v is zero somewhere.
    private static double errorBound(Teleporting chain, double[] received, double residual) {
        int n = chain.states();
        double delta = 1;
        for (int j = 0; j < n; j++) {
            delta =
                    Math.min(
                            delta, n * (1 - chain.alpha()) * chain.restart().mass(j) / received[j]);
        }
        return (residual + 2 * (n + 6) * 0x1p-53) / delta;
    }

    private static TokenRank substituted(Teleporting chain, Received received) {
        int n = chain.states();
        double[] row = new double[n];
        double[] y = new double[n];
        double[] rho = new double[n];
        double total = 0;
        for (int i = 0; i < n; i++) {
            chain.base().row(i, row);
            double sum = 1 + chain.alpha() * ChainKernels.active().dot(row, 0, y, i);
            y[i] = sum / received.fromOthers[i];
            rho[i] = y[i] * received.total[i];
            total += rho[i];
        }
        double[] next = new double[n];
        chain.expectation(y, next); // ρQ = Ty
        double residual = 0;
        for (int i = 0; i < n; i++) {
            residual += Math.abs(next[i] - rho[i]) / total;
        }
        return new TokenRank.Ranked(
                Distribution.proportionalTo(rho),
                new Certificate(Method.TRIANGULAR_SOLVE, 0, residual, substitutionBound(n)));
    }

    /// Each y(i) is made of at most n earlier ones by sums, products and one division of numbers
    /// that aren't negative: its relative error is at most theirs plus (2n+6)u. That gives n(2n+6)u
    /// for y, nu more for ρ = y∘c, and scaling to sum 1 doubles it.
    private static double substitutionBound(int n) {
        return 2.0 * n * (2.0 * n + 7) * 0x1p-53;
    }

    private static StochasticMatrix reversed(Transition chain, double[] received) {
        int n = chain.states();
        double[][] rows = new double[n][n];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            for (int j = 0; j < n; j++) {
                rows[j][i] = row[j] / received[j];
            }
        }
        return StochasticMatrix.ofRows(rows);
    }
}
