package dev.perron.chain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// What a period makes of a communicating class: as many sets as the period, which the chain visits
/// in turn as long as it is in the class.
///
/// @param inTurn each set's states, ascending; the first set holds the smallest state, from each
///   set the chain goes to the next, from the last to the first
public record CyclicClasses(List<List<Integer>> inTurn) {
    /// Copies the lists.
    public CyclicClasses {
        inTurn = inTurn.stream().map(List::copyOf).toList();
    }

    /// The cyclic classes of a class of `chain`, found with every positive entry counted. One that
    /// has no period, or period 1, is one set.
    ///
    /// @throws IllegalArgumentException if `within` isn't a class of `chain`
    public static CyclicClasses of(Transition chain, CommunicatingClass within) {
        return of(chain, within, 0);
    }

    /// The same with entries up to `threshold` counted as zero, as in [Structure].
    ///
    /// @throws IllegalArgumentException if `within` isn't a class of `chain` at that threshold
    public static CyclicClasses of(Transition chain, CommunicatingClass within, double threshold) {
        within.states().forEach(chain::requireState);
        int period = Math.max(1, within.period());
        int n = chain.states();
        int[] turn = new int[n];
        Arrays.fill(turn, -1);
        double[] row = new double[n];
        Deque<Integer> queue = new ArrayDeque<>(List.of(within.states().getFirst()));
        turn[within.states().getFirst()] = 0;
        while (!queue.isEmpty()) {
            int i = queue.remove();
            chain.row(i, row);
            for (int j : within.states()) {
                int next = (turn[i] + 1) % period;
                if (row[j] > threshold && turn[j] < 0) {
                    turn[j] = next;
                    queue.add(j);
                } else if (row[j] > threshold && turn[j] != next) {
                    throw new IllegalArgumentException(
                            "link from %d to %d, must be none in a class of period %d"
                                    .formatted(i, j, period));
                }
            }
        }
        List<List<Integer>> inTurn = new ArrayList<>();
        for (int t = 0; t < period; t++) {
            inTurn.add(new ArrayList<>());
        }
        for (int i : within.states()) {
            if (turn[i] < 0) {
                throw new IllegalArgumentException(
                        "state %d isn't reached from %d, must be in one class"
                                .formatted(i, within.states().getFirst()));
            }
            inTurn.get(turn[i]).add(i);
        }
        return new CyclicClasses(inTurn);
    }
}
