package dev.perron.context.collapse;

import dev.perron.chain.StochasticMatrix;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Which tokens can take over a context, and how fast the others then vanish.
public final class Winners {
    private final StochasticMatrix base;

    private Winners(StochasticMatrix base) {
        this.base = base;
    }

    /// Of a base chain.
    public static Winners of(StochasticMatrix base) {
        return new Winners(base);
    }

    /// Tokens k with π(k,k) > π(k,j) for all others j, ascending. Several: the winner is random.
    /// None: tokens coexist, unless there are ties.
    public List<Integer> possible() {
        return IntStream.range(0, base.states()).filter(k -> margin(k) > 0).boxed().toList();
    }

    /// Tokens k that tie: π(k,k) equals the largest other entry of their row. Whether they can win
    /// isn't decided by exponents.
    public List<Integer> tied() {
        return IntStream.range(0, base.states()).filter(k -> margin(k) == 0).boxed().toList();
    }

    private double margin(int k) {
        double most =
                IntStream.range(0, base.states())
                        .filter(j -> j != k)
                        .mapToDouble(j -> base.probability(k, j))
                        .max()
                        .orElse(0);
        return base.probability(k, k) - most;
    }

    /// ρ `[K]` under a winner, 1 for itself: its share of occurrences grows like t^ρ.
    public double[] rho(int winner) {
        double[] rho = new double[base.states()];
        for (int j = 0; j < rho.length; j++) {
            rho[j] = base.probability(winner, j) / base.probability(winner, winner);
        }
        return rho;
    }

    /// The exponent `[K]` of each token's share under a winner: ρ - 1, 0 for itself.
    public double[] exponents(int winner) {
        return Arrays.stream(rho(winner)).map(rho -> rho - 1).toArray();
    }

    /// By which power of t the Fisher information grows that one run gives about how `target`
    /// compares with the winner in the row of `query`: ρ(query) + ρ(target) - 1. Below 0 it stays
    /// bounded and the pair is never learned, at 0 it grows like log t.
    ///
    /// @param target not the winner, with which it is compared
    /// @throws IllegalArgumentException if it is
    public double informationExponent(int winner, int query, int target) {
        if (target == winner) {
            throw new IllegalArgumentException(
                    "target %d is the winner, must be another token: they are compared"
                            .formatted(target));
        }
        double[] rho = rho(winner);
        return rho[query] + rho[target] - 1;
    }
}
