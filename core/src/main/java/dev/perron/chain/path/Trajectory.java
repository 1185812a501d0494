package dev.perron.chain.path;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// A path of a chain: the states X(0), X(1), ..., X(T). Immutable.
public final class Trajectory {
    private final int[] states;

    private Trajectory(int[] states) {
        this.states = states;
    }

    /// A path that was observed.
    ///
    /// @throws IllegalArgumentException if it is empty or a state is negative
    public static Trajectory of(int... states) {
        if (states.length == 0) {
            throw new IllegalArgumentException("no states, must be at least 1");
        }
        for (int t = 0; t < states.length; t++) {
            if (states[t] < 0) {
                throw new IllegalArgumentException(
                        "state %d at time %d, must be at least 0".formatted(states[t], t));
            }
        }
        return new Trajectory(states.clone());
    }

    /// A path of `steps` steps of the chain, drawn from `random`: one `nextDouble` for the start
    /// and one for each step, so the same seed gives the same path. One row of P is read a step.
    ///
    /// @throws IllegalArgumentException if `start` is on another number of states, or `steps` is
    ///   negative
    public static Trajectory sampled(
            Transition chain, Distribution start, int steps, RandomGenerator random) {
        chain.requireSameStates(start);
        if (steps < 0) {
            throw new IllegalArgumentException("%d steps, must be at least 0".formatted(steps));
        }
        int[] states = new int[Math.addExact(steps, 1)];
        double[] law = start.toArray();
        for (int t = 0; t < states.length; t++) {
            if (t > 0) {
                chain.row(states[t - 1], law);
            }
            states[t] = drawn(law, random.nextDouble());
        }
        return new Trajectory(states);
    }

    /// The number of steps T, one less than the number of states.
    public int steps() {
        return states.length - 1;
    }

    /// X(t).
    ///
    /// @param t from 0 to T
    public int state(int t) {
        return states[t];
    }

    /// The states, a copy.
    public int[] toArray() {
        return states.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Trajectory that && Arrays.equals(states, that.states);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(states);
    }

    @Override
    public String toString() {
        return Arrays.toString(states);
    }

    /// The state whose share of [0, 1) holds `u`. Masses that sum to a little less than 1 may leave
    /// a rest beyond all shares: that goes to the last state which has one, never to one that
    /// hasn't.
    static int drawn(double[] law, double u) {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < law.length; i++) {
            if (law[i] > 0) {
                sum += law[i];
                last = i;
                if (u < sum) {
                    break;
                }
            }
        }
        return last;
    }
}
