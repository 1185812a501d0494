package dev.perron.chain;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/// Sets of states as they come from a caller and as they go back.
public final class StateSet {
    private StateSet() {}

    /// The set of these states; repeats don't matter.
    ///
    /// @throws IllegalArgumentException if one of them is no state of `chain`
    public static BitSet of(Transition chain, Collection<Integer> states) {
        BitSet set = new BitSet(chain.states());
        for (int state : states) {
            chain.requireState(state);
            set.set(state);
        }
        return set;
    }

    /// The states that aren't in `set`.
    public static BitSet complement(BitSet set, int n) {
        BitSet complement = new BitSet(n);
        complement.set(0, n);
        complement.andNot(set);
        return complement;
    }

    /// The states in `set`, ascending.
    public static List<Integer> list(BitSet set) {
        return set.stream().boxed().toList();
    }
}
