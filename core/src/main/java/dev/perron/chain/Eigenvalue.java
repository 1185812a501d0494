package dev.perron.chain;

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
}
