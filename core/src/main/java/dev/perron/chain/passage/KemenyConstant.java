package dev.perron.chain.passage;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.StationaryDistribution;

import java.util.List;

/// The expected number of steps to a state drawn from π: the same from every recurrent state.
/// Counts 0 steps if the chain is already there, so it is Σ 1/(1-λ) over the eigenvalues of the
/// recurrent class but the 1, one less than by Kemeny and Snell's own count.
///
/// @param steps at least (m-1)/2 for a class of m states; infinite if there are several recurrent
///   classes, since then some states are never hit
public record KemenyConstant(double steps) {
    /// Kemeny's constant of the recurrent class, a sum of positive terms. Transient states don't
    /// matter. Dense, in time O(n³).
    ///
    /// @throws IllegalArgumentException if the class hangs together only by links whose product is
    ///   below 1e-301, where doubles end
    public static KemenyConstant of(Transition chain) {
        Structure structure = Structure.of(chain);
        return switch (StationaryDistribution.of(chain, structure)) {
            case StationaryDistribution.Unique unique ->
                    of(chain, structure.recurrent().getFirst().states(), unique.pi());
            case StationaryDistribution.OnePerClass _ ->
                    new KemenyConstant(Double.POSITIVE_INFINITY);
        };
    }

    private static KemenyConstant of(Transition chain, List<Integer> states, Distribution pi) {
        int m = states.size();
        double[] closed = new double[Math.multiplyExact(m, m)];
        double[] row = new double[chain.states()];
        for (int i = 0; i < m; i++) {
            chain.row(states.get(i), row);
            for (int j = 0; j < m; j++) {
                closed[i * m + j] = row[states.get(j)];
            }
        }
        MeanFirstPassage passage = MeanFirstPassage.of(StochasticMatrix.proportionalTo(m, closed));
        double sum = 0;
        for (int j = 0; j < m; j++) {
            sum += pi.mass(states.get(j)) * passage.steps(0, j);
        }
        return new KemenyConstant(sum);
    }
}
