package dev.perron.chain;

import java.util.BitSet;
import java.util.List;

/// Some states of a chain in an order of their own, with the way between vectors on them `[m]` and
/// on all states `[n]`.
final class KeptStates {
    private final int n;
    private final int[] kept; // [m]

    /// @throws IllegalArgumentException if `kept` is empty, repeats a state, or holds what is none
    KeptStates(Transition chain, List<Integer> kept) {
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("no states kept, must be at least 1");
        }
        BitSet seen = new BitSet();
        for (int state : kept) {
            chain.requireState(state);
            if (seen.get(state)) {
                throw new IllegalArgumentException(
                        "state %d is kept twice, must be once".formatted(state));
            }
            seen.set(state);
        }
        this.n = chain.states();
        this.kept = kept.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The number of kept states m.
    int size() {
        return kept.length;
    }

    /// The state that is the i-th of the kept ones.
    int at(int i) {
        return kept[i];
    }

    /// On all states, 0 on those not kept.
    double[] spread(double[] onKept) {
        double[] onAll = new double[n];
        for (int i = 0; i < kept.length; i++) {
            onAll[kept[i]] = onKept[i];
        }
        return onAll;
    }

    /// What the kept states have of a vector on all.
    void gather(double[] onAll, double[] onKept) {
        for (int i = 0; i < kept.length; i++) {
            onKept[i] = onAll[kept[i]];
        }
    }
}
