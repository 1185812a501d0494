package dev.perron.chain.path;

import dev.perron.chain.StochasticMatrix;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/// The transition matrix that observed paths speak for: p(i,j) = (c(i,j) + a)/(c(i) + na), where
/// c(i,j) counts the steps from i to j and c(i) those from i. With a = 0 that is the maximum of the
/// likelihood; with a > 0 the mean of the posterior under a Dirichlet prior with all n parameters
/// a, and the maximum of that under one with parameters 1 + a.
public sealed interface TransitionEstimate {
    /// Every row is estimated.
    ///
    /// @param chain the estimate
    /// @param departures c(i), the steps `[n]` seen from each state, on which its row rests
    record Estimated(StochasticMatrix chain, List<Long> departures) implements TransitionEstimate {
        /// Copies the list.
        public Estimated {
            departures = List.copyOf(departures);
        }
    }

    /// Without a prior nothing can be said of states that no path goes on from.
    ///
    /// @param states those, ascending
    record NeverLeft(List<Integer> states) implements TransitionEstimate {
        /// Copies the list.
        public NeverLeft {
            states = List.copyOf(states);
        }
    }

    /// The estimate for a chain on `states` states.
    ///
    /// @param pseudoCount a, from 0, steps added to each count
    /// @throws IllegalArgumentException if there are no states, a path is in a state that isn't
    ///   one, or `pseudoCount` is negative, infinite or NaN
    static TransitionEstimate of(int states, Collection<Trajectory> paths, double pseudoCount) {
        if (states < 1) {
            throw new IllegalArgumentException("%d states, must be at least 1".formatted(states));
        }
        if (!(pseudoCount >= 0 && pseudoCount < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "pseudo-count = %s, must be at least 0 and finite".formatted(pseudoCount));
        }
        double[] weights = new double[Math.multiplyExact(states, states)];
        Arrays.fill(weights, pseudoCount);
        long[] departures = new long[states];
        for (Trajectory path : paths) {
            for (int t = 0; t <= path.steps(); t++) {
                if (path.state(t) >= states) {
                    throw new IllegalArgumentException(
                            "state %d at time %d, must be from 0 to %d"
                                    .formatted(path.state(t), t, states - 1));
                }
                if (t > 0) {
                    departures[path.state(t - 1)]++;
                    weights[path.state(t - 1) * states + path.state(t)]++;
                }
            }
        }
        List<Integer> neverLeft =
                IntStream.range(0, states).filter(i -> departures[i] == 0).boxed().toList();
        if (pseudoCount == 0 && !neverLeft.isEmpty()) {
            return new NeverLeft(neverLeft);
        }
        return new Estimated(
                StochasticMatrix.proportionalTo(states, weights),
                Arrays.stream(departures).boxed().toList());
    }
}
