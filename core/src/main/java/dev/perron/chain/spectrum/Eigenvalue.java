package dev.perron.chain.spectrum;

import java.util.Comparator;

/// An eigenvalue of a real matrix; a complex one comes with its conjugate.
public record Eigenvalue(double real, double imaginary) {
    /// Falling modulus; a conjugate pair stays together, the upper one first.
    static final Comparator<Eigenvalue> BY_MODULUS =
            Comparator.comparingDouble(Eigenvalue::modulus)
                    .thenComparingDouble(Eigenvalue::real)
                    .thenComparingDouble(Eigenvalue::imaginary)
                    .reversed();

    /// |λ|, at most 1 for a chain.
    public double modulus() {
        return Math.hypot(real, imaginary);
    }

    /// The implied timescale -1/ln|λ|, in steps: after so many what goes with λ has fallen to 1/e.
    /// Infinite for |λ| = 1 (or above it by rounding), 0 for 0.
    public double impliedTimescale() {
        double modulus = modulus();
        return modulus >= 1 ? Double.POSITIVE_INFINITY : -1 / Math.log(modulus);
    }
}
