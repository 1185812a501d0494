package dev.perron.chain.spectrum;

import dev.perron.chain.Distribution;
import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.MetastableStates.Memberships;
import dev.perron.chain.spectrum.MetastableStates.NotSeparable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How many metastable states a chain has: the numbers m that have an answer, and how crisp each
/// is.
///
/// A legal m never splits a conjugate pair, nor eigenvalues whose modulus (or real part) agrees
/// within 1e-10: which of those belonged to the m dominant ones would be decided by rounding. m = 1
/// and m = n are legal always, and perfectly crisp always.
///
/// @param legal the legal m, ascending, as far as eigenvalues were computed
/// @param candidates the memberships for each legal m from 2 to the largest that was asked for, n
///   itself left out
public record MetastableChoice(List<Integer> legal, List<Memberships> candidates) {
    /// Copies the lists.
    public MetastableChoice {
        legal = List.copyOf(legal);
        candidates = List.copyOf(candidates);
    }

    /// The choice for `chain`, each state weighing the same, by eigenvalues of largest modulus.
    ///
    /// @param most the largest m to look at
    /// @throws IllegalArgumentException if `most` is below 2
    public static MetastableChoice of(Transition chain, int most) {
        return of(chain, most, Distribution.uniform(chain.states()), EigenvalueOrder.MODULUS);
    }

    /// The choice for `chain`.
    ///
    /// @param most the largest m to look at
    /// @param weights η, positive, see [MetastableStates#of]
    /// @throws IllegalArgumentException if `most` is below 2, or as [MetastableStates#of] says
    public static MetastableChoice of(
            Transition chain, int most, Distribution weights, EigenvalueOrder order) {
        if (most < 2) {
            throw new IllegalArgumentException("most = %d, must be at least 2".formatted(most));
        }
        int n = chain.states();
        ClusterAnalysis analysis =
                new ClusterAnalysis(chain, weights, order, Math.min(most, Math.max(n - 1, 1)));
        List<Integer> legal = analysis.legal();
        List<Memberships> candidates = new ArrayList<>();
        IntStream.rangeClosed(2, Math.min(most, n - 1))
                .filter(legal::contains)
                .mapToObj(analysis::states)
                .forEach(
                        states -> {
                            if (states instanceof Memberships memberships) {
                                candidates.add(memberships);
                            }
                        });
        return new MetastableChoice(legal, candidates);
    }

    /// `auto`: of the candidates whose every state is kept from one step to the next with more than
    /// an even chance, P_c(j,j) > ½, the crispest; of equally crisp ones that with fewest states.
    ///
    /// Crispness alone, as Reuter et al. take it, favours m near n, where single states are crisp
    /// and nothing lasts: their search doesn't show it, since it stops below the maximum.
    ///
    /// @return [NotSeparable] if there is no such candidate
    public MetastableStates crispest() {
        return candidates.stream()
                .filter(MetastableChoice::lasts)
                .max(
                        Comparator.comparingDouble(Memberships::crispness)
                                .thenComparing(Memberships::count, Comparator.reverseOrder()))
                .<MetastableStates>map(memberships -> memberships)
                .orElseGet(
                        () ->
                                new NotSeparable(
                                        2,
                                        "of %d legal numbers that were tried none gives states that are each kept with more than an even chance"
                                                .formatted(candidates.size()),
                                        legal));
    }

    private static boolean lasts(Memberships states) {
        return IntStream.range(0, states.count())
                .allMatch(j -> states.coarse().get(j).get(j) > 0.5);
    }
}
