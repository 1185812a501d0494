package dev.perron.chain;

import java.util.Arrays;
import java.util.BitSet;

/// Which states follow on which with more than a threshold; a state that none does follows on
/// itself.
sealed interface Links {
    int states();

    /// The first state from `from` on that follows on i, or -1 if there is none.
    int next(int i, int from);

    static Links of(Transition chain, double threshold) {
        int n = chain.states();
        if (chain instanceof SparseStochasticMatrix sparse) {
            int[][] successors = new int[n][];
            for (int i = 0; i < n; i++) {
                int[] found = sparse.successors(i, threshold);
                successors[i] = found.length == 0 ? new int[] {i} : found;
            }
            return new Few(successors);
        }
        BitSet[] successors = new BitSet[n];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            successors[i] = new BitSet(n);
            for (int j = 0; j < n; j++) {
                if (row[j] > threshold) {
                    successors[i].set(j);
                }
            }
            if (successors[i].isEmpty()) {
                successors[i].set(i);
            }
        }
        return new Many(successors);
    }

    /// A bit for each pair of states.
    final class Many implements Links {
        private final BitSet[] successors;

        private Many(BitSet[] successors) {
            this.successors = successors;
        }

        @Override
        public int states() {
            return successors.length;
        }

        @Override
        public int next(int i, int from) {
            return successors[i].nextSetBit(from);
        }
    }

    /// A number for each link.
    final class Few implements Links {
        private final int[][] successors; // [state], ascending

        private Few(int[][] successors) {
            this.successors = successors;
        }

        @Override
        public int states() {
            return successors.length;
        }

        @Override
        public int next(int i, int from) {
            int at = Arrays.binarySearch(successors[i], from);
            int next = at < 0 ? -at - 1 : at;
            return next < successors[i].length ? successors[i][next] : -1;
        }
    }
}
