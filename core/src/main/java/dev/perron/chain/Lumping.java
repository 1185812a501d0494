package dev.perron.chain;

import java.util.Arrays;
import java.util.List;

/// A chain watched through a partition of its states into blocks, and how much of a chain that
/// still is. It is one exactly, whatever the start, if all states of a block go to each block with
/// the same probability.
///
/// Source: Kemeny, Snell, "Finite Markov Chains", 1960, section 6.3.
///
/// @param chain on the blocks: from a block under π, restricted to it. The states of a block that a
///   stationary chain never visits count alike
/// @param defect the largest total variation distance between where a state goes, by block, and
///   where its block goes; from 0, exactly lumpable but for rounding, to 1
/// @param meanDefect the same averaged under π
public record Lumping(StochasticMatrix chain, double defect, double meanDefect) {
    /// The chain lumped into `blocks`, whose stationary distribution is π summed by block.
    ///
    /// @param pi a stationary distribution of `chain`
    /// @param blocks each state in one of them, none empty
    /// @throws IllegalArgumentException if they aren't a partition, or `pi` is on another number of
    ///   states
    public static Lumping of(Transition chain, Distribution pi, List<List<Integer>> blocks) {
        chain.requireSameStates(pi);
        int[] block = blockOf(chain, blocks);
        int n = chain.states();
        int m = blocks.size();
        double[][] goes = new double[n][m]; // where each state goes, by block
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            for (int j = 0; j < n; j++) {
                goes[i][block[j]] += row[j];
            }
        }
        double[] lumped = new double[Math.multiplyExact(m, m)];
        for (int b = 0; b < m; b++) {
            boolean visited = blocks.get(b).stream().anyMatch(i -> pi.mass(i) > 0);
            for (int i : blocks.get(b)) {
                for (int to = 0; to < m; to++) {
                    lumped[b * m + to] += (visited ? pi.mass(i) : 1) * goes[i][to];
                }
            }
        }
        StochasticMatrix onBlocks = StochasticMatrix.proportionalTo(m, lumped);
        double largest = 0;
        double mean = 0;
        for (int i = 0; i < n; i++) {
            double distance = 0;
            for (int to = 0; to < m; to++) {
                distance += Math.abs(goes[i][to] - onBlocks.probability(block[i], to)) / 2;
            }
            largest = Math.max(largest, distance);
            mean += pi.mass(i) * distance;
        }
        return new Lumping(onBlocks, largest, mean);
    }

    private static int[] blockOf(Transition chain, List<List<Integer>> blocks) {
        int[] block = new int[chain.states()];
        Arrays.fill(block, -1);
        for (int b = 0; b < blocks.size(); b++) {
            if (blocks.get(b).isEmpty()) {
                throw new IllegalArgumentException(
                        "block %d is empty, must have a state".formatted(b));
            }
            for (int state : blocks.get(b)) {
                chain.requireState(state);
                if (block[state] >= 0) {
                    throw new IllegalArgumentException(
                            "state %d is in blocks %d and %d, must be in one"
                                    .formatted(state, block[state], b));
                }
                block[state] = b;
            }
        }
        for (int i = 0; i < block.length; i++) {
            if (block[i] < 0) {
                throw new IllegalArgumentException(
                        "state %d is in no block, must be in one".formatted(i));
            }
        }
        return block;
    }
}
