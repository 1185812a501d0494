package dev.perron.chain.stationary;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

import java.util.List;
import java.util.stream.IntStream;

/// The stationary chain seen backwards: p*(i,j) = π(j)p(j,i)/π(i). Several recurrent classes don't
/// matter, since no step leads from one to another.
public sealed interface TimeReversal {
    /// The reversed chain, which has the same stationary distributions.
    ///
    /// @param chain dense
    record Reversed(StochasticMatrix chain) implements TimeReversal {}

    /// A stationary chain is never seen in some states, so nothing can be said of what was before.
    ///
    /// @param states those with π = 0, or below 1e-290, where quotients of doubles lose digits
    record Unseen(List<Integer> states) implements TimeReversal {
        /// Copies the list.
        public Unseen {
            states = List.copyOf(states);
        }
    }

    /// The reversal of `chain`. Takes n² doubles.
    ///
    /// @throws IllegalArgumentException as [StationaryDistribution#of(Transition)]
    static TimeReversal of(Transition chain) {
        int n = chain.states();
        double[] pi = new double[n]; // of each class by itself
        for (Distribution extreme : extremes(StationaryDistribution.of(chain))) {
            for (int i = 0; i < n; i++) {
                pi[i] += extreme.mass(i);
            }
        }
        List<Integer> unseen = IntStream.range(0, n).filter(i -> pi[i] < 1e-290).boxed().toList();
        if (!unseen.isEmpty()) {
            return new Unseen(unseen);
        }
        double[] reversed = new double[Math.multiplyExact(n, n)];
        double[] row = new double[n];
        for (int j = 0; j < n; j++) {
            chain.row(j, row);
            for (int i = 0; i < n; i++) {
                reversed[i * n + j] = i == j ? row[i] : pi[j] * row[i] / pi[i];
            }
        }
        return new Reversed(StochasticMatrix.proportionalTo(n, reversed));
    }

    private static List<Distribution> extremes(StationaryDistribution stationary) {
        return switch (stationary) {
            case StationaryDistribution.Unique unique -> List.of(unique.pi());
            case StationaryDistribution.OnePerClass several -> several.extremes();
        };
    }
}
