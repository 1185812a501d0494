package dev.perron.chain.mixing;

import dev.perron.chain.Distribution;
import dev.perron.chain.StateSet;
import dev.perron.chain.Transition;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/// The worst bottleneck of a stationary chain: the least Φ(S) = Q(S,Sᶜ)/min(π(S),π(Sᶜ)), where
/// Q(S,Sᶜ) = Σ π(i)p(i,j) over i in S and j outside is how often the chain leaves S. Flow out is
/// flow in, so Φ is also that of the additive reversibilisation A = (P + P*)/2, P* the time
/// reversal, and Cheeger's inequality, proven for reversible chains, says of every chain
///
/// ```
///   Φ²/2 ≤ γ ≤ 2Φ      γ = 1 - the second largest eigenvalue of A
/// ```
///
/// For a reversible chain A is P, and γ is its gap if no eigenvalue near -1 is in the way. For
/// others γ is a gap of A and not one of P.
///
/// Source: Lawler, Sokal, "Bounds on the L² spectrum for Markov chains and Markov processes",
/// Transactions of the AMS 309 (1988); Levin, Peres, Wilmer, "Markov Chains and Mixing Times",
/// chapter 13.
public sealed interface Conductance {
    /// Up to this number of states of positive mass all sets are tried.
    int ENUMERATED = 20;

    /// Φ of the chain: all sets were tried.
    ///
    /// @param phi from 0, a set is never left, to 1
    /// @param set a set S that attains it
    record Exact(double phi, List<Integer> set) implements Conductance {
        /// Copies the set.
        public Exact {
            set = List.copyOf(set);
        }

        /// Φ²/2, below which γ isn't.
        public double gapAtLeast() {
            return phi * phi / 2;
        }

        /// 2Φ, above which γ isn't.
        public double gapAtMost() {
            return 2 * phi;
        }
    }

    /// Φ(S) of a set S, at least the chain's.
    ///
    /// @param phi Φ(S)
    /// @param set S
    record OfSet(double phi, List<Integer> set) implements Conductance {
        /// Copies the set.
        public OfSet {
            set = List.copyOf(set);
        }

        /// 2Φ(S), above which γ isn't.
        public double gapAtMost() {
            return 2 * phi;
        }
    }

    /// There is nothing to cut: all mass is on one side.
    record NoCut() implements Conductance {}

    /// The conductance of the chain under `pi`, among its states of positive mass: [Exact] up to
    /// [#ENUMERATED] of them. Of more the best of the sets {i : f(i) ≤ c}, where f is close to the
    /// second eigenfunction of A: [OfSet], about √(2γ) at most, in time O(n³). Dense.
    ///
    /// @param pi a stationary distribution of `chain`
    /// @throws IllegalArgumentException if `pi` is on another number of states, or more than
    ///   [#ENUMERATED] hang together only by links whose product is below 1e-301, where doubles end
    static Conductance of(Transition chain, Distribution pi) {
        chain.requireSameStates(pi);
        List<Integer> seen =
                IntStream.range(0, pi.states()).filter(i -> pi.mass(i) > 0).boxed().toList();
        if (seen.size() == 1) {
            return new NoCut();
        }
        StationaryFlow flow = StationaryFlow.of(chain, pi, seen);
        if (seen.size() <= ENUMERATED) {
            Cut cut = flow.leastOfAll();
            return new Exact(cut.phi(), cut.places().stream().mapToObj(seen::get).toList());
        }
        Cut cut = flow.leastOfSweep();
        return new OfSet(cut.phi(), cut.places().stream().mapToObj(seen::get).toList());
    }

    /// The conductance of one set: [OfSet], or [NoCut] if all mass is in it or none is.
    ///
    /// @param pi a stationary distribution of `chain`
    /// @throws IllegalArgumentException if `set` holds what is no state, or `pi` is on another
    ///   number of states
    static Conductance ofSet(Transition chain, Distribution pi, Collection<Integer> set) {
        chain.requireSameStates(pi);
        BitSet inside = StateSet.of(chain, set);
        List<Integer> all = IntStream.range(0, pi.states()).boxed().toList();
        return StationaryFlow.of(chain, pi, all)
                .cut(inside)
                .<Conductance>map(cut -> new OfSet(cut.phi(), StateSet.list(inside)))
                .orElse(new NoCut());
    }
}
