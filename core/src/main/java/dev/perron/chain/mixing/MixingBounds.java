package dev.perron.chain.mixing;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Transition;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.TimeReversal;

import java.util.OptionalDouble;

/// What the spectrum proves about the mixing time, without powers of P, up to the rounding of the
/// eigenvalues.
///
/// Source: Fill, "Eigenvalue bounds on convergence to stationarity for nonreversible Markov
/// chains", Annals of Applied Probability 1 (1991); Levin, Peres, Wilmer, chapter 12.
///
/// @param atLeast log(1/2ε)/log(1/|λ₂|), of every chain: a right eigenfunction of λ₂ has |λ₂|ᵗ ≤
///   2d(t). Infinite if |λ₂| = 1; 0 if λ₂ isn't found
/// @param atMost log(√((1-π*)/π*)/2ε)/log(1/σ), where π* is the least mass and σ² the second
///   eigenvalue of PP* with P* the time reversal: of every chain without transient states, and for
///   a reversible one σ = |λ₂|. Empty where π has a 0, or σ = 1 as with a chain that must wander
///   before it spreads
public record MixingBounds(double atLeast, OptionalDouble atMost) {
    /// |λ| from which on it can't be told from 1 by its computed digits.
    private static final double ONE = 1 - 0x1p-44;

    /// Relative residual of λ₂: near 1 its distance from 1 is what counts.
    private static final double RESIDUAL = 1e-12;

    /// The bounds on the mixing time to `epsilon`.
    ///
    /// @param epsilon above 0 and below ½
    /// @throws IllegalArgumentException if it isn't
    public static MixingBounds of(Transition chain, double epsilon) {
        if (!(epsilon > 0 && epsilon < 0.5)) {
            throw new IllegalArgumentException(
                    "epsilon = %s, must be in (0, 0.5)".formatted(epsilon));
        }
        if (chain.states() == 1) {
            return new MixingBounds(0, OptionalDouble.of(0));
        }
        return new MixingBounds(atLeast(chain, epsilon), atMost(chain, epsilon));
    }

    private static double atLeast(Transition chain, double epsilon) {
        OptionalDouble modulus = lambda2(chain);
        if (modulus.isEmpty() || modulus.getAsDouble() == 0) {
            return 0;
        }
        if (Structure.of(chain).recurrent().size() > 1) {
            return Double.POSITIVE_INFINITY;
        }
        double lambda2 = modulus.getAsDouble();
        return lambda2 >= ONE ? neverOrUnknown(chain) : Math.log(2 * epsilon) / Math.log(lambda2);
    }

    /// Where |λ₂| rounds to 1, only a period proves that it is.
    private static double neverOrUnknown(Transition chain) {
        return Structure.of(chain).recurrent().getFirst().period() > 1
                ? Double.POSITIVE_INFINITY
                : 0;
    }

    private static OptionalDouble atMost(Transition chain, double epsilon) {
        return switch (TimeReversal.of(chain)) {
            case TimeReversal.Unseen _ -> OptionalDouble.empty();
            case TimeReversal.Reversed reversed ->
                    switch (StationaryDistribution.of(chain)) {
                        case StationaryDistribution.Unique unique ->
                                atMost(
                                        StochasticMatrix.product(chain, reversed.chain()),
                                        unique.pi(),
                                        epsilon);
                        case StationaryDistribution.OnePerClass _ -> OptionalDouble.empty();
                    };
        };
    }

    private static OptionalDouble atMost(
            StochasticMatrix thereAndBack, Distribution pi, double epsilon) {
        double least = 1;
        for (int i = 0; i < pi.states(); i++) {
            least = Math.min(least, pi.mass(i));
        }
        OptionalDouble square = lambda2(thereAndBack);
        if (square.isEmpty() || square.getAsDouble() >= ONE) {
            return OptionalDouble.empty();
        }
        double factor = Math.sqrt((1 - least) / least) / 2;
        // A λ of 0 is known to some 1e-16 only.
        double sigma = Math.sqrt(Math.max(square.getAsDouble(), 0x1p-50));
        return OptionalDouble.of(Math.max(1, Math.log(epsilon / factor) / Math.log(sigma)));
    }

    private static OptionalDouble lambda2(Transition chain) {
        return switch (Spectrum.of(chain, RESIDUAL)) {
            case Spectrum.Complete complete ->
                    complete.lambda2().stream().mapToDouble(Eigenvalue::modulus).findFirst();
            case Spectrum.Leading leading -> OptionalDouble.of(leading.lambda2().modulus());
            case Spectrum.NotConverged _ -> OptionalDouble.empty();
        };
    }
}
