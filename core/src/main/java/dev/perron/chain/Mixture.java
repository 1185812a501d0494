package dev.perron.chain;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Σ w(k) P(k), kept as its parts: at each step one of the chains is drawn, and moves. Nothing is
/// copied; a product costs one with each part, so where many are made and n² doubles fit, the
/// [StochasticMatrix#copyOf] of it is faster.
///
/// @param parts chains on the same states, at least one
/// @param weights w, one for each part
public record Mixture(List<Transition> parts, Distribution weights) implements Transition {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if there is no part, parts have different numbers of
    ///   states, or there are more or fewer weights
    public Mixture {
        parts = List.copyOf(parts);
        if (parts.size() != weights.states()) {
            throw new IllegalArgumentException(
                    "%d chains with %d weights, must be as many"
                            .formatted(parts.size(), weights.states()));
        }
        for (int k = 1; k < parts.size(); k++) {
            if (parts.get(k).states() != parts.getFirst().states()) {
                throw new IllegalArgumentException(
                        "chain %d has %d states, must have %d, as chain 0"
                                .formatted(k, parts.get(k).states(), parts.getFirst().states()));
            }
        }
    }

    @Override
    public int states() {
        return parts.getFirst().states();
    }

    @Override
    public void step(double[] mu, double[] out) {
        steps(new double[][] {mu}, new double[][] {out});
    }

    @Override
    public void steps(double[][] mus, double[][] outs) {
        sum(Transition::steps, mus, outs);
    }

    @Override
    public void expectation(double[] f, double[] out) {
        expectations(new double[][] {f}, new double[][] {out});
    }

    @Override
    public void expectations(double[][] fs, double[][] outs) {
        sum(Transition::expectations, fs, outs);
    }

    @Override
    public void addRows(int first, int end, double[][] mus, double[][] outs) {
        double[][] share = new double[mus.length][end];
        for (int k = 0; k < parts.size(); k++) {
            for (int v = 0; v < mus.length; v++) {
                for (int i = first; i < end; i++) {
                    share[v][i] = weights.mass(k) * mus[v][i];
                }
            }
            parts.get(k).addRows(first, end, share, outs);
        }
    }

    @Override
    public void row(int from, double[] out) {
        requireState(from);
        Arrays.fill(out, 0, states(), 0);
        double[] row = new double[states()];
        for (int k = 0; k < parts.size(); k++) {
            parts.get(k).row(from, row);
            add(weights.mass(k), row, out);
        }
    }

    @Override
    public double probability(int from, int to) {
        double sum = 0;
        for (int k = 0; k < parts.size(); k++) {
            sum += weights.mass(k) * parts.get(k).probability(from, to);
        }
        return sum;
    }

    @Override
    public double rowSumError() {
        double total = 0;
        double error = 0;
        for (int k = 0; k < parts.size(); k++) {
            total += weights.mass(k);
            error += weights.mass(k) * parts.get(k).rowSumError();
        }
        return error + Math.abs(total - 1) + (parts.size() + 1) * 0x1p-52;
    }

    @Override
    public boolean lowerTriangular() {
        return IntStream.range(0, parts.size())
                .allMatch(k -> weights.mass(k) == 0 || parts.get(k).lowerTriangular());
    }

    /// One or the other product of every part.
    @FunctionalInterface
    private interface Products {
        void of(Transition part, double[][] vectors, double[][] outs);
    }

    private void sum(Products products, double[][] vectors, double[][] outs) {
        double[][] share = new double[vectors.length][states()];
        for (double[] out : outs) {
            Arrays.fill(out, 0, states(), 0);
        }
        for (int k = 0; k < parts.size(); k++) {
            products.of(parts.get(k), vectors, share);
            for (int v = 0; v < vectors.length; v++) {
                add(weights.mass(k), share[v], outs[v]);
            }
        }
    }

    private static void add(double weight, double[] x, double[] out) {
        for (int j = 0; j < x.length; j++) {
            out[j] += weight * x[j];
        }
    }
}
