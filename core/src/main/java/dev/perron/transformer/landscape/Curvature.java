package dev.perron.transformer.landscape;

import dev.perron.transformer.SymmetricEigen;

import java.util.List;

/// The eigenvalues of a Hessian, and how many of them count as negative, zero and positive.
///
/// @param eigenvalues ascending
/// @param tolerance what is no larger counts as zero
public record Curvature(List<Double> eigenvalues, double tolerance) {
    /// Of the largest modulus: rounding of a Hessian's entries is far below it.
    private static final double ROUNDING = 1e-10;

    /// Copies the eigenvalues.
    public Curvature {
        eigenvalues = List.copyOf(eigenvalues);
    }

    /// That of a Hessian.
    ///
    /// @param hessian `[n][n]`, symmetric up to rounding
    /// @throws IllegalArgumentException if it isn't square or an entry isn't finite
    public static Curvature of(double[][] hessian) {
        return of(SymmetricEigen.of(hessian));
    }

    /// That of a Hessian whose eigenvalues are known.
    static Curvature of(SymmetricEigen hessian) {
        double largest = hessian.values().stream().mapToDouble(Math::abs).max().orElse(0);
        return new Curvature(hessian.values(), Math.max(ROUNDING * largest, Double.MIN_NORMAL));
    }

    /// How many are below zero.
    public int negative() {
        return (int) eigenvalues.stream().filter(x -> x < -tolerance).count();
    }

    /// How many count as zero: flat directions, to second order.
    public int zero() {
        return eigenvalues.size() - negative() - positive();
    }

    /// How many are above zero.
    public int positive() {
        return (int) eigenvalues.stream().filter(x -> x > tolerance).count();
    }

    /// The least eigenvalue.
    public double least() {
        return eigenvalues.getFirst();
    }

    /// The greatest eigenvalue.
    public double greatest() {
        return eigenvalues.getLast();
    }

    /// Those that aren't zero, ascending.
    public List<Double> nonzero() {
        return eigenvalues.stream().filter(x -> Math.abs(x) > tolerance).toList();
    }
}
