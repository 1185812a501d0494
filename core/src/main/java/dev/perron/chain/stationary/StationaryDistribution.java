package dev.perron.chain.stationary;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.Elimination;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.List;

/// The answer to "what is π?": one distribution, or one for each recurrent class. Computed by
/// subtraction-free elimination in each class, which is accurate in every entry, however small and
/// however slowly the chain mixes. Needs the classes as dense matrices.
///
/// Source: Grassmann, Taksar, Heyman, "Regenerative analysis and steady state distributions for
/// Markov chains", Operations Research 33 (1985).
public sealed interface StationaryDistribution {
    /// Exactly one recurrent class, so π is unique.
    ///
    /// @param pi zero on the transient states
    /// @param residual ‖πP - π‖₁ as measured
    /// @param errorBound on ‖π - true π‖₁, see [StationaryDistribution#errorBound(int)]
    record Unique(Distribution pi, double residual, double errorBound)
            implements StationaryDistribution {}

    /// Several recurrent classes: every mixture of the extremes is stationary, and none is "the"
    /// answer.
    ///
    /// @param extremes one for each recurrent class, in the order of [Structure#recurrent()]
    /// @param absorption `[state][class]`: the probability of ending in each class, given the start
    /// @param residual the largest ‖πP - π‖₁ of the extremes
    /// @param errorBound the largest bound of the extremes
    record OnePerClass(
            List<Distribution> extremes,
            List<Distribution> absorption,
            double residual,
            double errorBound)
            implements StationaryDistribution {
        /// Copies the lists.
        public OnePerClass {
            extremes = List.copyOf(extremes);
            absorption = List.copyOf(absorption);
        }

        /// The long-run law of the chain that starts from `start`: extremes mixed by absorption. Of
        /// a periodic class it is the law averaged over time.
        ///
        /// @throws IllegalArgumentException if `start` is on another number of states
        public Distribution startedFrom(Distribution start) {
            int n = absorption.size();
            if (start.states() != n) {
                throw new IllegalArgumentException(
                        "start distribution on %d states, must be on %d"
                                .formatted(start.states(), n));
            }
            double[] mixed = new double[n];
            for (int i = 0; i < n; i++) {
                for (int c = 0; c < extremes.size(); c++) {
                    double weight = start.mass(i) * absorption.get(i).mass(c);
                    for (int j = 0; weight > 0 && j < n; j++) {
                        mixed[j] += weight * extremes.get(c).mass(j);
                    }
                }
            }
            return Distribution.proportionalTo(mixed);
        }
    }

    /// The stationary distributions of `chain`. The diagonal of P is never read: rows that miss 1
    /// by a rounding mean the chain that has the rest on its diagonal.
    ///
    /// @throws IllegalArgumentException if a class hangs together only by links whose product is
    ///   below 1e-301, where doubles end
    static StationaryDistribution of(Transition chain) {
        return of(chain, Structure.of(chain));
    }

    /// The same, with a structure that is already known. If that has a threshold, then the answer
    /// and its error bound are those of the chain whose recurrent classes are closed, what left
    /// them stays where it is; the residual is that of `chain` and so shows how much left.
    ///
    /// @throws IllegalArgumentException as above, or if `structure` is on another number of states
    static StationaryDistribution of(Transition chain, Structure structure) {
        if (structure.states() != chain.states()) {
            throw new IllegalArgumentException(
                    "structure of %d states, must be of %d"
                            .formatted(structure.states(), chain.states()));
        }
        List<CommunicatingClass> recurrent = structure.recurrent();
        List<Distribution> extremes = recurrent.stream().map(c -> solve(chain, c)).toList();
        double residual = extremes.stream().mapToDouble(pi -> residual(chain, pi)).max().orElse(0);
        int largest = recurrent.stream().mapToInt(c -> c.states().size()).max().orElse(1);
        double bound = errorBound(largest);
        if (extremes.size() == 1) {
            return new Unique(extremes.getFirst(), residual, bound);
        }
        return new OnePerClass(extremes, absorption(chain, structure), residual, bound);
    }

    /// How far the elimination of m states can be from the truth in ‖·‖₁, to first order in u.
    ///
    /// By the Markov chain tree theorem each π(i) is a ratio of sums of products of m-1 entries off
    /// the diagonal, so a relative change η of those entries changes π by at most 2(m-1)η. Nothing
    /// is subtracted, so eliminating state k perturbs the entries by at most (k+2)u: Σ 2k(k+2)u is
    /// (2/3)m³u + O(m²)u, and completing the visits adds m²u. Rounded up to m³u + 8m²u.
    static double errorBound(int m) {
        return m == 1 ? 0 : (double) m * m * (m + 8.0) * 0x1p-53;
    }

    /// ‖πP - π‖₁ as measured, its own rounding included.
    static double residual(Transition chain, Distribution pi) {
        double[] mu = pi.toArray();
        double[] next = new double[mu.length];
        chain.step(mu, next);
        double sum = 0;
        for (int i = 0; i < mu.length; i++) {
            sum += Math.abs(next[i] - mu[i]);
        }
        return sum;
    }

    private static Distribution solve(Transition chain, CommunicatingClass recurrent) {
        List<Integer> states = recurrent.states();
        Elimination elimination = new Elimination(states.size(), restricted(chain, states));
        int stuck = elimination.downTo(1);
        if (stuck >= 0) {
            throw new IllegalArgumentException(
                    "state %d goes on in its class of %d states with a probability below %s, must be at least that"
                            .formatted(states.get(stuck), states.size(), Elimination.SMALLEST));
        }
        double[] visits = elimination.visits();
        double[] pi = new double[chain.states()];
        for (int i = 0; i < visits.length; i++) {
            pi[states.get(i)] = visits[i];
        }
        return Distribution.proportionalTo(pi);
    }

    /// Each recurrent class becomes one state, before the transient ones; eliminating those leaves
    /// where they end.
    private static List<Distribution> absorption(Transition chain, Structure structure) {
        List<CommunicatingClass> recurrent = structure.recurrent();
        List<Integer> passing = structure.transientStates();
        int classes = recurrent.size();
        int[] place = new int[chain.states()];
        for (int c = 0; c < classes; c++) {
            for (int state : recurrent.get(c).states()) {
                place[state] = c;
            }
        }
        for (int t = 0; t < passing.size(); t++) {
            place[passing.get(t)] = classes + t;
        }
        int size = classes + passing.size();
        double[] a = new double[Math.multiplyExact(size, size)];
        double[] row = new double[chain.states()];
        for (int t = 0; t < passing.size(); t++) {
            chain.row(passing.get(t), row);
            for (int j = 0; j < row.length; j++) {
                a[(classes + t) * size + place[j]] += row[j];
            }
        }
        Elimination elimination = new Elimination(size, a);
        int stuck = elimination.downTo(classes);
        if (stuck >= 0) {
            throw new IllegalArgumentException(
                    "state %d is left with a probability below %s, must be at least that"
                            .formatted(passing.get(stuck - classes), Elimination.SMALLEST));
        }
        double[][] ends = new double[size][classes];
        for (int c = 0; c < classes; c++) {
            double[] harmonic = new double[size];
            harmonic[c] = 1;
            elimination.completeHarmonic(harmonic, classes);
            for (int i = 0; i < size; i++) {
                ends[i][c] = harmonic[i];
            }
        }
        List<Distribution> absorption = new ArrayList<>();
        for (int i = 0; i < chain.states(); i++) {
            absorption.add(Distribution.proportionalTo(ends[place[i]]));
        }
        return absorption;
    }

    private static double[] restricted(Transition chain, List<Integer> states) {
        int m = states.size();
        double[] a = new double[Math.multiplyExact(m, m)];
        double[] row = new double[chain.states()];
        for (int i = 0; i < m; i++) {
            chain.row(states.get(i), row);
            for (int j = 0; j < m; j++) {
                a[i * m + j] = row[states.get(j)];
            }
        }
        return a;
    }
}
