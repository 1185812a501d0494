package dev.perron.chain.mixing;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.StationaryDistribution;

import java.util.ArrayList;
import java.util.List;

/// How many steps until the chain has forgotten where it started: the least t with d(t) ≤ ε, where
/// d(t) is the largest ½‖Pᵗ(x,·) - π‖₁ over the starts x. As d never rises, it is found by squaring
/// P and then bisecting with the squares: exact but for rounding, which can matter only where d(t)
/// passes ε within some t·n roundings.
///
/// [MixingBounds] gives bounds without powers of P.
///
/// Source: Levin, Peres, Wilmer, "Markov Chains and Mixing Times", chapter 4.
public sealed interface MixingTime {
    /// The usual ε.
    double QUARTER = 0.25;

    /// The largest number of steps that is looked at unless one asks for fewer.
    long MOST_STEPS = 1L << 52;

    /// The chain mixes.
    ///
    /// @param steps the least t with d(t) ≤ ε; 0 only for a chain of one state
    /// @param epsilon ε
    /// @param distance d(t)
    /// @param worstStart a start from which it is attained
    record Mixed(long steps, double epsilon, double distance, int worstStart)
            implements MixingTime {}

    /// Not within so many steps: d(limit) > ε.
    ///
    /// @param limit the steps looked at
    /// @param epsilon ε
    /// @param distance d(limit)
    record NotWithin(long limit, double epsilon, double distance) implements MixingTime {}

    /// The chain never forgets: d(t) ≥ ½ for all t, since a recurrent class has a period, or where
    /// it ends depends on the start.
    ///
    /// @param recurrentClasses how many there are
    /// @param period the largest of theirs
    record Never(int recurrentClasses, int period) implements MixingTime {}

    /// The mixing time to ε = ¼.
    static MixingTime of(Transition chain) {
        return of(chain, QUARTER);
    }

    /// The mixing time, if it is at most [#MOST_STEPS].
    ///
    /// @param epsilon from 1e-12 to below ½
    /// @throws IllegalArgumentException if `epsilon` isn't
    static MixingTime of(Transition chain, double epsilon) {
        return of(chain, epsilon, MOST_STEPS);
    }

    /// The mixing time, if it is at most `limit`. Dense: takes n² doubles and time O(n³) for each
    /// doubling of the steps.
    ///
    /// @param epsilon from 1e-12, below which rounding shows, to below ½, where periodic chains
    ///   would seem to mix
    /// @param limit from 1 to [#MOST_STEPS]
    /// @throws IllegalArgumentException if one of them isn't in its range
    static MixingTime of(Transition chain, double epsilon, long limit) {
        requireEpsilon(epsilon);
        if (limit < 1 || limit > MOST_STEPS) {
            throw new IllegalArgumentException(
                    "limit = %d steps, must be from 1 to %d".formatted(limit, MOST_STEPS));
        }
        Structure structure = Structure.of(chain);
        List<CommunicatingClass> recurrent = structure.recurrent();
        int period = recurrent.stream().mapToInt(CommunicatingClass::period).max().orElse(1);
        if (recurrent.size() > 1 || period > 1) {
            return new Never(recurrent.size(), period);
        }
        StochasticMatrix p = scaled(chain);
        return switch (StationaryDistribution.of(p, structure)) {
            case StationaryDistribution.Unique unique -> search(p, unique.pi(), epsilon, limit);
            case StationaryDistribution.OnePerClass several ->
                    new Never(several.extremes().size(), period);
        };
    }

    /// Refuses an ε that says nothing.
    ///
    /// @throws IllegalArgumentException if `epsilon` isn't from 1e-12 to below ½
    private static void requireEpsilon(double epsilon) {
        if (!(epsilon >= 1e-12 && epsilon < 0.5)) {
            throw new IllegalArgumentException(
                    "epsilon = %s, must be in [1.0E-12, 0.5)".formatted(epsilon));
        }
    }

    private static StochasticMatrix scaled(Transition chain) {
        int n = chain.states();
        double[] p = new double[Math.multiplyExact(n, n)];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            chain.row(i, row);
            System.arraycopy(row, 0, p, i * n, n);
        }
        return StochasticMatrix.proportionalTo(n, p);
    }

    private static MixingTime search(
            StochasticMatrix p, Distribution pi, double epsilon, long limit) {
        int n = pi.states();
        if (n == 1) {
            return new Mixed(0, epsilon, 0, 0);
        }
        List<StochasticMatrix> squares =
                new ArrayList<>(List.of(p)); // P to the powers 1, 2, 4, ...
        Farthest farthest = Farthest.of(p, pi);
        Mixed mixed = new Mixed(1, epsilon, farthest.distance(), farthest.start());
        while (mixed.distance() > epsilon && mixed.steps() <= limit / 2) {
            StochasticMatrix last = squares.getLast();
            squares.add(StochasticMatrix.product(last, last));
            farthest = Farthest.of(squares.getLast(), pi);
            mixed = new Mixed(2 * mixed.steps(), epsilon, farthest.distance(), farthest.start());
        }
        // The largest t known with d(t) > ε, and its power; none at first, as 0 is never mixed.
        boolean found = mixed.distance() <= epsilon;
        if (found && mixed.steps() == 1) {
            return mixed;
        }
        int next = found ? squares.size() - 2 : squares.size() - 1;
        StochasticMatrix power = squares.get(next);
        long t = 1L << next;
        double above = Farthest.of(power, pi).distance();
        while (--next >= 0) {
            if (t + (1L << next) > limit) {
                continue;
            }
            StochasticMatrix further = StochasticMatrix.product(power, squares.get(next));
            farthest = Farthest.of(further, pi);
            if (farthest.distance() > epsilon) {
                power = further;
                t += 1L << next;
                above = farthest.distance();
            } else {
                found = true;
                mixed = new Mixed(t + (1L << next), epsilon, farthest.distance(), farthest.start());
            }
        }
        return found ? mixed : new NotWithin(t, epsilon, above);
    }
}
