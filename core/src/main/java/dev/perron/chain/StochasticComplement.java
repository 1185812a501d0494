package dev.perron.chain;

import dev.perron.kernel.ChainKernels;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The chain watched only while it is in some of its states, steps outside them not counted: P₁₁ +
/// P₁₂(I - P₂₂)⁻¹P₂₁, computed without a subtraction. Its stationary distribution is that of the
/// whole chain, restricted and renormalised.
///
/// Source: Meyer, "Stochastic complementation, uncoupling Markov chains, and the theory of nearly
/// reducible systems", SIAM Review 31 (1989).
public sealed interface StochasticComplement {
    /// The watched chain. It holds no rows of its own, but asks the whole chain, and knows for each
    /// of the k states outside where the chain comes back from it: k·n doubles.
    ///
    /// @param chain on the kept states, in the order in which they were given
    record Watched(Transition chain) implements StochasticComplement {}

    /// The chain may go out of the kept states for ever, so it can't be watched there.
    ///
    /// @param state one of the states outside that the kept ones reach, from which it comes back
    ///   never, or with a probability below 1e-301, where doubles end
    record NeverReturns(int state) implements StochasticComplement {}

    /// The chain watched on the states `kept`. Where those never go, it doesn't matter whether the
    /// chain would come back: padding that nobody attends to can always be left out. Takes time k²n
    /// and n² for k states outside.
    ///
    /// @param kept distinct states, at least one
    /// @throws IllegalArgumentException if `kept` is empty, repeats a state, or holds what is none
    static StochasticComplement of(Transition chain, List<Integer> kept) {
        KeptStates states = new KeptStates(chain, kept);
        int[] outside = whatTheyReach(chain, kept);
        int m = kept.size();
        int k = outside.length;
        // Where each state outside goes: to the kept states, then to those outside.
        double[][] going = new double[k][m + k];
        double[] row = new double[chain.states()];
        for (int b = 0; b < k; b++) {
            chain.row(outside[b], row);
            states.gather(row, going[b]);
            for (int c = 0; c < k; c++) {
                going[b][m + c] = row[outside[c]];
            }
        }
        // Without a subtraction, from the last (Grassmann, Taksar, Heyman 1985).
        double[] leaving = new double[k];
        for (int b = k - 1; b >= 0; b--) {
            for (int j = 0; j < m + b; j++) {
                leaving[b] += going[b][j];
            }
            if (!(leaving[b] >= Elimination.SMALLEST)) {
                return new NeverReturns(outside[b]);
            }
            for (int c = 0; c < b; c++) {
                double through = going[c][m + b] / leaving[b];
                if (through > 0) {
                    ChainKernels.active().addScaled(through, going[b], 0, going[c], 0, m + b);
                }
            }
        }
        double[][] returning = new double[k][m];
        for (int b = 0; b < k; b++) {
            System.arraycopy(going[b], 0, returning[b], 0, m);
            for (int c = 0; c < b; c++) {
                ChainKernels.active()
                        .addScaled(going[b][m + c], returning[c], 0, returning[b], 0, m);
            }
            for (int j = 0; j < m; j++) {
                returning[b][j] /= leaving[b];
            }
        }
        return new Watched(new CensoredChain(chain, states, outside, returning));
    }

    /// The states outside that can be reached from the kept ones.
    private static int[] whatTheyReach(Transition chain, List<Integer> kept) {
        List<Integer> reached = new ArrayList<>(kept);
        BitSet seen = new BitSet();
        kept.forEach(seen::set);
        double[] row = new double[chain.states()];
        for (int at = 0; at < reached.size(); at++) {
            chain.row(reached.get(at), row);
            for (int j = 0; j < row.length; j++) {
                if (row[j] > 0 && !seen.get(j)) {
                    seen.set(j);
                    reached.add(j);
                }
            }
        }
        return reached.stream().skip(kept.size()).mapToInt(Integer::intValue).toArray();
    }
}
