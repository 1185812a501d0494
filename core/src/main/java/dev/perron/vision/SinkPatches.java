package dev.perron.vision;

import dev.perron.attention.Token;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Patches that tokens look at whatever they show themselves, as they would at a register token: of
/// attention to them, nine in ten tokens give more than three times what even attention would. They
/// tell nothing about what is where, and hold much of every stationary distribution.
///
/// Source for the phenomenon: Darcet, Oquab, Mairal, Bojanowski, "Vision transformers need
/// registers", ICLR 2024. The rule is ours.
///
/// @param grid of the patches
/// @param patches their numbers, `row · columns + column`, ascending
public record SinkPatches(PatchGrid grid, List<Integer> patches) {
    private static final double TIMES_EVEN = 3;
    private static final double LEAVE_OUT = 0.1;

    /// Copies the list.
    public SinkPatches {
        patches = List.copyOf(patches);
    }

    /// Those of a chain.
    ///
    /// @param chain on n tokens
    /// @param tokens of its states
    /// @throws IllegalArgumentException if there are more or fewer tokens than states
    public static SinkPatches of(Transition chain, List<Token> tokens, PatchGrid grid) {
        int n = chain.states();
        if (tokens.size() != n) {
            throw new IllegalArgumentException(
                    "%d tokens of a chain on %d states, must be as many"
                            .formatted(tokens.size(), n));
        }
        double[][] columns = new double[n][n];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            for (int j = 0; j < n; j++) {
                columns[j][i] = row[j];
            }
        }
        List<Integer> found = new ArrayList<>();
        for (int j = 0; j < n; j++) {
            if (tokens.get(j) instanceof Token.Patch(int y, int x)) {
                Arrays.sort(columns[j]);
                if (columns[j][(int) (LEAVE_OUT * n)] > TIMES_EVEN / n) {
                    found.add(y * grid.columns() + x);
                }
            }
        }
        return new SinkPatches(grid, found.stream().sorted().toList());
    }

    /// A map in which each of them has the mean of the patches around it, so that colours go to
    /// what is left. The same map if nothing but sinks is there.
    public PatchMap filled(PatchMap map) {
        if (patches.size() == grid.patches()) {
            return map;
        }
        double[] values = map.toArray();
        List<Integer> open = new ArrayList<>(patches);
        while (!open.isEmpty()) {
            double[] next = values.clone();
            List<Integer> still = new ArrayList<>();
            for (int patch : open) {
                double around = around(values, patch, open);
                if (Double.isNaN(around)) {
                    still.add(patch);
                } else {
                    next[patch] = around;
                }
            }
            values = next;
            open = still;
        }
        return PatchMap.of(grid, values);
    }

    /// The mean of the up to eight patches around one, without those that are open; no number if
    /// there is none.
    private double around(double[] values, int patch, List<Integer> open) {
        double sum = 0;
        int count = 0;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                int row = patch / grid.columns() + dy;
                int column = patch % grid.columns() + dx;
                int beside = row * grid.columns() + column;
                if (row >= 0
                        && row < grid.rows()
                        && column >= 0
                        && column < grid.columns()
                        && !open.contains(beside)) {
                    sum += values[beside];
                    count++;
                }
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }
}
