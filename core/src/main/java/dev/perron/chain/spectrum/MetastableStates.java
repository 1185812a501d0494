package dev.perron.chain.spectrum;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;

import java.util.List;
import java.util.stream.IntStream;

/// Groups of states that the chain seldom leaves, for chains that need not be reversible
/// (generalised Perron cluster analysis, G-PCCA): m memberships χ that span the same functions as
/// the m dominant Schur vectors, made as crisp as can be.
///
/// Not every m has an answer: a conjugate pair or an eigenvalue that is there several times can't
/// be parted, see [MetastableChoice]. Transient states take part like all others. With r recurrent
/// classes the eigenvalue 1 is there r times, so m = 1 and the least legal m above it, r, where
/// memberships are the probabilities of ending in each class. Time O(n²) a step of the Arnoldi
/// process, and O(n m⁴) or so for the transformation.
///
/// Source: Reuter, Weber, Fackeldey, Röblitz, Garcia, "Generalized Markov state modeling method for
/// nonequilibrium biomolecular dynamics", Journal of Chemical Theory and Computation 14 (2018);
/// Reuter, Fackeldey, Weber, "Generalized Markov modeling of nonreversible molecular kinetics",
/// Journal of Chemical Physics 150 (2019). Their search for the crispest transformation is
/// derivative-free; ours goes from vertex to vertex, and ends at least as high.
public sealed interface MetastableStates {
    /// How far memberships may miss [0, 1] by rounding; what misses it is clipped.
    double TOLERANCE = 1e-8;

    /// The m metastable states, those of larger share of η first.
    ///
    /// @param memberships χ `[n][m]`: of each state, how far it belongs to each metastable state
    /// @param coarse P_c `[m][m]`, with Pχ = χP_c: rows sum to 1, and it has the dominant
    ///   eigenvalues of P, but where memberships overlap entries may be below 0
    /// @param shares `[m]`, ηχ: of the weight of all states, how much belongs to each
    /// @param eigenvalues the dominant ones, which P_c has; of m = n as many as were computed
    /// @param crispness from above 0 to 1: the mean over metastable states of Σηχ²/Σηχ; 1 if every
    ///   state belongs to one of them alone
    /// @param minChi the least entry of χ as the inner simplex algorithm guesses it: the nearer to
    ///   0, the more the data look like a simplex with m corners
    /// @param clipped the largest rounding that was taken off χ to be within [0, 1]
    /// @param residual the largest ‖·‖₂ by which the Schur vectors miss being invariant, as
    ///   measured
    record Memberships(
            List<Distribution> memberships,
            List<List<Double>> coarse,
            Distribution shares,
            List<Eigenvalue> eigenvalues,
            double crispness,
            double minChi,
            double clipped,
            double residual)
            implements MetastableStates {
        /// Copies the lists.
        ///
        /// @throws IllegalArgumentException if they disagree about m
        public Memberships {
            memberships = List.copyOf(memberships);
            coarse = coarse.stream().map(List::copyOf).toList();
            eigenvalues = List.copyOf(eigenvalues);
            int m = shares.states();
            if (eigenvalues.size() > m
                    || coarse.size() != m
                    || coarse.stream().anyMatch(row -> row.size() != m)
                    || memberships.stream().anyMatch(chi -> chi.states() != m)) {
                throw new IllegalArgumentException(
                        "memberships, coarse chain, shares and eigenvalues must all be of m = "
                                + m);
            }
        }

        /// The number of metastable states m.
        public int count() {
            return shares.states();
        }

        /// The metastable state that a state belongs to most; of equals the first.
        public int crispState(int state) {
            Distribution chi = memberships.get(state);
            int best = 0;
            for (int j = 1; j < count(); j++) {
                if (chi.mass(j) > chi.mass(best)) {
                    best = j;
                }
            }
            return best;
        }

        /// The states that belong most to each metastable state, ascending; a set may be empty.
        public List<List<Integer>> crispSets() {
            return IntStream.range(0, count())
                    .mapToObj(
                            j ->
                                    IntStream.range(0, memberships.size())
                                            .filter(i -> crispState(i) == j)
                                            .boxed()
                                            .toList())
                    .toList();
        }
    }

    /// There are no m metastable states.
    ///
    /// @param requested m
    /// @param reason why not, in words
    /// @param legal the numbers that have an answer, as far as eigenvalues were computed
    record NotSeparable(int requested, String reason, List<Integer> legal)
            implements MetastableStates {
        /// Copies the list.
        public NotSeparable {
            legal = List.copyOf(legal);
        }
    }

    /// The m metastable states of `chain`, each state weighing the same, by eigenvalues of largest
    /// modulus.
    ///
    /// @throws IllegalArgumentException if `m` is below 1
    static MetastableStates of(Transition chain, int m) {
        return of(chain, m, Distribution.uniform(chain.states()), EigenvalueOrder.MODULUS);
    }

    /// The m metastable states of `chain`.
    ///
    /// @param weights η, positive: the weight of each state in what is made crisp; uniform, or π
    /// @throws IllegalArgumentException if `m` is below 1, or `weights` is on another number of
    ///   states, or 0 somewhere, as π is on transient states
    static MetastableStates of(
            Transition chain, int m, Distribution weights, EigenvalueOrder order) {
        if (m < 1) {
            throw new IllegalArgumentException("m = %d, must be at least 1".formatted(m));
        }
        return new ClusterAnalysis(chain, weights, order, m).states(m);
    }
}
