package dev.perron.attention;

import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.MetastableChoice;
import dev.perron.chain.spectrum.MetastableStates;
import dev.perron.chain.spectrum.Spectrum;

import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// How long a chain remembers where it was.
///
/// @param spectrum with λ₂, to a measured residual
/// @param states the crispest metastable states of which each is kept with more than an even
///   chance, see [MetastableChoice#crispest()]; not separable if there are none
public record Persistence(Spectrum spectrum, MetastableStates states) {
    /// The largest number of metastable states that is tried.
    public static final int MOST = 8;

    /// What is known of a chain.
    public static Persistence of(Transition chain) {
        return new Persistence(Spectrum.of(chain), MetastableChoice.of(chain, MOST).crispest());
    }

    /// |λ₂|; 0 for a chain of one token, which forgets at once; none if it didn't converge.
    public OptionalDouble lambda2() {
        return switch (spectrum) {
            case Spectrum.Complete complete ->
                    OptionalDouble.of(complete.lambda2().map(Eigenvalue::modulus).orElse(0.0));
            case Spectrum.Leading leading -> OptionalDouble.of(leading.lambda2().modulus());
            case Spectrum.NotConverged _ -> OptionalDouble.empty();
        };
    }

    /// The relative residual of λ₂; 0 where all eigenvalues were computed, by real Schur form.
    public double residual() {
        return switch (spectrum) {
            case Spectrum.Complete _ -> 0;
            case Spectrum.Leading leading -> leading.residual();
            case Spectrum.NotConverged(_, _, _, double residual) -> residual;
        };
    }

    /// The number of metastable states; 1, the whole chain, where there are none.
    public int count() {
        return states instanceof MetastableStates.Memberships found ? found.count() : 1;
    }

    /// Metastability: the mean chance of staying in a metastable state for a step, tr P_c / m. The
    /// whole chain is never left, so without metastable states there is none.
    ///
    /// Source: W. Huisinga, B. Schmidt, "Metastability and dominant eigenvalues of transfer
    /// operators", New Algorithms for Macromolecular Simulation (2006); there, tr P_c alone.
    public OptionalDouble metastability() {
        return switch (states) {
            case MetastableStates.Memberships found ->
                    IntStream.range(0, found.count())
                            .mapToDouble(j -> found.coarse().get(j).get(j))
                            .average();
            case MetastableStates.NotSeparable _ -> OptionalDouble.empty();
        };
    }
}
