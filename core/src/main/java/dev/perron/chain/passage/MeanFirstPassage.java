package dev.perron.chain.passage;

import dev.perron.chain.Elimination;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The expected number of steps from each state until each other is hit for the first time.
/// Immutable.
///
/// The times to hit j ask for the elimination of all states but j. One half of the states is
/// eliminated for all targets in the other half at once, and so on in each half: O(n³) in all, and
/// no subtraction anywhere, so that every time is right to a small relative error, however sticky
/// the chain. The elimination that carries times is that of Hunter, "The computation of the mean
/// first passage times for Markov chains", Linear Algebra and its Applications 549 (2018).
public final class MeanFirstPassage {
    private final int n;
    private final double[] m;

    private MeanFirstPassage(int n, double[] m) {
        this.n = n;
        this.m = m;
    }

    /// All times. Takes a few times n² doubles, and time O(n³) if each state reaches each other;
    /// otherwise up to O(n⁴).
    ///
    /// @throws IllegalArgumentException if a time is finite but beyond the range of doubles
    public static MeanFirstPassage of(Transition chain) {
        int n = chain.states();
        MeanFirstPassage times = new MeanFirstPassage(n, new double[Math.multiplyExact(n, n)]);
        if (Structure.of(chain).irreducible()) {
            double[] p = new double[n * n];
            double[] row = new double[n];
            for (int i = 0; i < n; i++) {
                chain.row(i, row);
                System.arraycopy(row, 0, p, i * n, n);
            }
            double[] oneAStep = new double[n];
            Arrays.fill(oneAStep, 1);
            times.solve(IntStream.range(0, n).toArray(), p, oneAStep);
            times.requireFinite();
        } else {
            for (int j = 0; j < n; j++) {
                List<Double> column = HittingTimes.of(chain, List.of(j)).byState();
                for (int i = 0; i < n; i++) {
                    times.m[i * n + j] = column.get(i);
                }
            }
        }
        return times;
    }

    /// The number of states n.
    public int states() {
        return n;
    }

    /// Steps from one state to another: 0 to itself (the mean *return* time is 1/π(i)), infinite if
    /// the other is missed with a positive probability.
    ///
    /// @throws IllegalArgumentException if one of them is no state
    public double steps(int from, int to) {
        if (from < 0 || from >= n || to < 0 || to >= n) {
            throw new IllegalArgumentException(
                    "states %d and %d, must be from 0 to %d".formatted(from, to, n - 1));
        }
        return m[from * n + to];
    }

    /// Fills in the times between these states.
    ///
    /// @param a the chain watched on them
    /// @param cost what one of its steps takes
    private void solve(int[] states, double[] a, double[] cost) {
        if (states.length > 1) {
            int half = states.length / 2;
            int[] order = IntStream.range(0, states.length).toArray();
            withoutTheLast(half, order, states, a, cost);
            int[] swapped =
                    IntStream.range(0, states.length)
                            .map(i -> (i + half) % states.length)
                            .toArray();
            withoutTheLast(states.length - half, swapped, states, a, cost);
        }
    }

    /// The times to the first `keep` states of `order`, the others eliminated.
    private void withoutTheLast(int keep, int[] order, int[] states, double[] a, double[] cost) {
        int size = order.length;
        int[] names = new int[size];
        double[] carried = new double[size];
        double[] watched = new double[size * size];
        for (int i = 0; i < size; i++) {
            names[i] = states[order[i]];
            carried[i] = cost[order[i]];
            for (int j = 0; j < size; j++) {
                watched[i * size + j] = a[order[i] * size + order[j]];
            }
        }
        Elimination elimination = new Elimination(size, watched);
        int stuck = elimination.downTo(keep);
        if (stuck >= 0) {
            throw new IllegalArgumentException(
                    "state %d is left with a probability below %s, must be at least that"
                            .formatted(names[stuck], Elimination.SMALLEST));
        }
        elimination.carryCosts(carried, keep);
        double[] left = new double[keep * keep];
        for (int i = 0; i < keep; i++) {
            for (int j = 0; j < keep; j++) {
                left[i * keep + j] = elimination.remaining(i, j);
            }
        }
        solve(Arrays.copyOf(names, keep), left, Arrays.copyOf(carried, keep));
        double[] column = new double[size];
        for (int target = 0; target < keep; target++) {
            for (int i = 0; i < keep; i++) {
                column[i] = m[names[i] * n + names[target]];
            }
            elimination.completeCosts(column, carried, keep);
            for (int i = keep; i < size; i++) {
                m[names[i] * n + names[target]] = column[i];
            }
        }
    }

    private void requireFinite() {
        for (int i = 0; i < m.length; i++) {
            if (!(m[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "from state %d to %d takes more than %s steps, must take at most that"
                                .formatted(i / n, i % n, Double.MAX_VALUE));
            }
        }
    }
}
