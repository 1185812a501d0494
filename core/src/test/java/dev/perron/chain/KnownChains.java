package dev.perron.chain;

import java.util.Arrays;

/// Chains whose answers are known on paper.
public final class KnownChains {
    private KnownChains() {}

    public static StochasticMatrix identity(int n) {
        return RandomInput.rows(n, (i, j) -> i == j ? 1 : 0);
    }

    /// 0 → 1 → ... → n-1 → 0.
    public static StochasticMatrix cycle(int n) {
        return RandomInput.rows(n, (i, j) -> j == (i + 1) % n ? 1 : 0);
    }

    /// Left of 0 with probability `p` to 1, left of 1 with `q` to 0: π = (q, p)/(p+q).
    public static StochasticMatrix twoState(double p, double q) {
        return StochasticMatrix.ofRows(new double[] {1 - p, p}, new double[] {q, 1 - q});
    }

    /// Two absorbing states, 0 and 2, and 1 between them, which goes to 0 with probability `left`.
    public static StochasticMatrix fork(double left) {
        return StochasticMatrix.ofRows(
                new double[] {1, 0, 0}, new double[] {left, 0, 1 - left}, new double[] {0, 0, 1});
    }

    /// A walk on 0, ..., up.length, which goes up from i with `up[i]`, down from i+1 with
    /// `down[i]`.
    public static StochasticMatrix birthDeath(double[] up, double[] down) {
        int n = up.length + 1;
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            double stay = 1;
            if (i + 1 < n) {
                rows[i][i + 1] = up[i];
                stay -= up[i];
            }
            if (i > 0) {
                rows[i][i - 1] = down[i - 1];
                stay -= down[i - 1];
            }
            rows[i][i] = stay;
        }
        return StochasticMatrix.ofRows(rows);
    }

    /// π of a walk by detailed balance: π(i+1)/π(i) = up/down. Every factor is positive, so each
    /// entry is right to some 4n roundings.
    public static double[] birthDeathPi(double[] up, double[] down) {
        double[] pi = new double[up.length + 1];
        pi[0] = 1;
        for (int i = 0; i < up.length; i++) {
            pi[i + 1] = pi[i] * (up[i] / down[i]);
        }
        double sum = Arrays.stream(pi).sum();
        return Arrays.stream(pi).map(x -> x / sum).toArray();
    }

    /// The adjustment process of Kandori, Mailath and Rob, "Learning, mutation, and long run
    /// equilibria in games", Econometrica 61 (1993), sequential version: of `players` each period
    /// one revises, and errs with probability `mistake`. λ₂ → 1 as mistakes get rare.
    ///
    /// @return up and down probabilities of the number that plays the first action
    public static double[][] learning(int players, double threshold, double mistake) {
        double[] up = new double[players];
        double[] down = new double[players];
        for (int i = 0; i < players; i++) {
            // i play the action before one more does, i+1 before one fewer does
            double others = i / (players - 1.0);
            double best = others > threshold ? 1 : others == threshold ? 0.5 : 0;
            double worst = others < threshold ? 1 : others == threshold ? 0.5 : 0;
            up[i] = (players - i) / (double) players * (mistake / 2 + (1 - mistake) * best);
            down[i] = (i + 1) / (double) players * (mistake / 2 + (1 - mistake) * worst);
        }
        return new double[][] {up, down};
    }

    /// A walk that stops at 0 and at n-1 and goes up from elsewhere with probability `up`.
    public static StochasticMatrix gambler(int n, double up) {
        return RandomInput.rows(
                n,
                (i, j) ->
                        i == 0 || i == n - 1
                                ? (i == j ? 1 : 0)
                                : j == i + 1 ? up : j == i - 1 ? 1 - up : 0);
    }

    /// Chains side by side, none of which reaches another.
    public static StochasticMatrix disjoint(StochasticMatrix... blocks) {
        int n = Arrays.stream(blocks).mapToInt(StochasticMatrix::states).sum();
        double[][] rows = new double[n][n];
        int at = 0;
        for (StochasticMatrix block : blocks) {
            for (int i = 0; i < block.states(); i++) {
                for (int j = 0; j < block.states(); j++) {
                    rows[at + i][at + j] = block.probability(i, j);
                }
            }
            at += block.states();
        }
        return StochasticMatrix.ofRows(rows);
    }
}
