package dev.perron.chain.passage;

import dev.perron.chain.Elimination;
import dev.perron.chain.StateSet;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;

/// First entries into a set of states. Who enters surely and who never does is read off the links;
/// numbers are computed only for the others, by elimination without a subtraction, so each is right
/// to a small relative error, however rare or slow the entry is.
final class FirstPassage {
    private final int n;
    private final StochasticMatrix p;
    private final BitSet target;
    private final BitSet never;
    private final BitSet surely;

    /// @param avoided states where the chain ends; not in the target
    FirstPassage(Transition chain, BitSet target, BitSet avoided) {
        this.n = chain.states();
        this.p = StochasticMatrix.copyOf(chain);
        this.target = target;
        this.never = StateSet.complement(reaching(target, avoided), n);
        this.surely = StateSet.complement(reaching(never, target), n);
    }

    /// The probability `[n]` of entering the target, and of doing so before an avoided state.
    ///
    /// @throws IllegalArgumentException if a probability needs a division by less than 1e-301
    double[] probabilities() {
        int[] place = new int[n];
        int size = 2;
        for (int i = 0; i < n; i++) {
            place[i] = never.get(i) ? 0 : surely.get(i) ? 1 : size++;
        }
        Elimination elimination = eliminated(place, size, 2);
        double[] h = new double[size];
        h[1] = 1;
        elimination.completeHarmonic(h, 2);
        double[] probabilities = new double[n];
        Arrays.setAll(probabilities, i -> Math.min(1, h[place[i]]));
        return probabilities;
    }

    /// What is paid `[n]`, on average, until the target is entered, where each step from i costs
    /// c(i) ≥ 0; infinite from where the target may be missed.
    ///
    /// @throws IllegalArgumentException if it is finite and beyond the range of doubles
    double[] costs(double[] c) {
        int[] place = new int[n];
        int size = 1;
        for (int i = 0; i < n; i++) {
            place[i] = target.get(i) ? 0 : surely.get(i) ? size++ : -1;
        }
        Elimination elimination = eliminated(place, size, 1);
        double[] carried = new double[size];
        for (int i = 0; i < n; i++) {
            if (place[i] > 0) {
                carried[place[i]] = c[i];
            }
        }
        elimination.carryCosts(carried, 1);
        double[] f = new double[size];
        elimination.completeCosts(f, carried, 1);
        double[] costs = new double[n];
        Arrays.setAll(costs, i -> place[i] < 0 ? Double.POSITIVE_INFINITY : f[place[i]]);
        requireFinite(f, place);
        return costs;
    }

    private static void requireFinite(double[] f, int[] place) {
        for (int i = 0; i < place.length; i++) {
            if (place[i] >= 0 && !(f[place[i]] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "state %d needs more than %s steps, must need at most that"
                                .formatted(i, Double.MAX_VALUE));
            }
        }
    }

    /// The states that reach `set` without a step from a state of `ends`.
    private BitSet reaching(BitSet set, BitSet ends) {
        BitSet reaching = (BitSet) set.clone();
        Deque<Integer> queue = new ArrayDeque<>(StateSet.list(set));
        while (!queue.isEmpty()) {
            int j = queue.remove();
            for (int i = 0; i < n; i++) {
                if (!reaching.get(i) && !ends.get(i) && p.probability(i, j) > 0) {
                    reaching.set(i);
                    queue.add(i);
                }
            }
        }
        return reaching;
    }

    /// The chain whose state i is at `place[i]`, several at one place as one, with the places from
    /// `keep` on eliminated. Links to a place below 0 don't exist.
    private Elimination eliminated(int[] place, int size, int keep) {
        double[] a = new double[Math.multiplyExact(size, size)];
        for (int i = 0; i < n; i++) {
            if (place[i] >= keep) {
                for (int j = 0; j < n; j++) {
                    double link = p.probability(i, j);
                    if (link > 0) {
                        a[place[i] * size + place[j]] += link;
                    }
                }
            }
        }
        Elimination elimination = new Elimination(size, a);
        int stuck = elimination.downTo(keep);
        for (int i = 0; i < n && stuck >= 0; i++) {
            if (place[i] == stuck) {
                throw new IllegalArgumentException(
                        "state %d is left with a probability below %s, must be at least that"
                                .formatted(i, Elimination.SMALLEST));
            }
        }
        return elimination;
    }
}
