package dev.perron.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The eigenvalues of P that say how fast the chain forgets. The eigenvalue 1 that every chain has
/// is known; the others are found on the row vectors of sum zero.
///
/// Small chains (up to [#COMPLETE] states) and triangular ones get all of them. For larger ones the
/// Arnoldi process stops when the leading eigenvalue satisfies xP = λx to a relative residual of
/// [#TOLERANCE]. A residual bounds the distance of λ from the spectrum of a nearby matrix; on a
/// strongly non-normal chain λ itself can be farther off, by the eigenvalue's condition number.
public sealed interface Spectrum {
    /// Up to this number of states all eigenvalues are computed.
    int COMPLETE = 128;

    /// Relative residual ‖xP - λx‖ / |λ| at which a leading eigenvalue is accepted.
    double TOLERANCE = 1e-12;

    /// Residuals are relative to |λ|, or to this where |λ| is smaller: what is below 1e-15 is the
    /// rounding of P, so the λ₂ of a chain that forgets everything in one step is 0 with no digits.
    double SMALL = 1e-3;

    /// The largest number of Arnoldi steps: up to 513 states that is all of them, so λ₂ is always
    /// found.
    int MAX_STEPS = 512;

    /// All n eigenvalues.
    ///
    /// @param values 1 first, then by falling modulus
    record Complete(List<Eigenvalue> values) implements Spectrum {
        /// Copies the values.
        public Complete {
            values = List.copyOf(values);
        }

        /// λ₂; a chain of one state has none.
        public Optional<Eigenvalue> lambda2() {
            return values.size() < 2 ? Optional.empty() : Optional.of(values.get(1));
        }
    }

    /// The eigenvalue of largest modulus after the first 1.
    ///
    /// @param lambda2 λ₂; its conjugate is an eigenvalue too
    /// @param steps products with P that were made
    /// @param residual ‖xP - λ₂x‖ / max(|λ₂|, [#SMALL]) for a unit x, as the Arnoldi process knows
    ///   it: the rounding of a step, about 1e-15, comes on top
    record Leading(Eigenvalue lambda2, int steps, double residual) implements Spectrum {}

    /// The steps were used up.
    ///
    /// @param ritz the best approximation to λ₂, no answer
    /// @param steps products with P that were made
    /// @param residual ‖xP - λx‖ / max(|λ|, [#SMALL]) of `ritz`, for a unit x
    record NotConverged(Eigenvalue ritz, int steps, double residual) implements Spectrum {}

    /// The spectrum of `chain`.
    static Spectrum of(Transition chain) {
        int n = chain.states();
        if (n == 1) {
            return new Complete(List.of(new Eigenvalue(1, 0)));
        }
        if (chain.lowerTriangular()) {
            return diagonal(chain);
        }
        return n <= COMPLETE ? complete(chain) : leading(chain);
    }

    private static Complete complete(Transition chain) {
        Arnoldi arnoldi = new Arnoldi(chain, chain.states() - 1);
        while (arnoldi.steps() < chain.states() - 1) {
            arnoldi.step();
        }
        return withOne(HessenbergEigenvalues.of(arnoldi.hessenberg()));
    }

    private static Spectrum leading(Transition chain) {
        int most = Math.min(chain.states() - 1, MAX_STEPS);
        Arnoldi arnoldi = new Arnoldi(chain, most);
        while (true) {
            // The projected problem costs many steps, the more the larger it is.
            int next = Math.min(most, arnoldi.steps() + Math.max(10, arnoldi.steps() / 4));
            while (arnoldi.steps() < next) {
                arnoldi.step();
            }
            double[][] h = arnoldi.hessenberg();
            Eigenvalue ritz = HessenbergEigenvalues.of(h).getFirst();
            double left = arnoldi.coupling() * RitzVector.lastEntry(h, ritz);
            double residual = left / Math.max(ritz.modulus(), SMALL);
            if (residual <= TOLERANCE) {
                return new Leading(ritz, arnoldi.steps(), residual);
            }
            if (arnoldi.steps() == most) {
                return new NotConverged(ritz, arnoldi.steps(), residual);
            }
        }
    }

    /// A triangular matrix wears its eigenvalues on the diagonal; p(0,0) is the 1.
    private static Complete diagonal(Transition chain) {
        double[] row = new double[chain.states()];
        return withOne(
                IntStream.range(1, chain.states())
                        .mapToObj(
                                i -> {
                                    chain.row(i, row);
                                    return new Eigenvalue(row[i], 0);
                                })
                        .toList());
    }

    private static Complete withOne(List<Eigenvalue> others) {
        List<Eigenvalue> values = new ArrayList<>(others);
        values.sort(Eigenvalue.BY_MODULUS);
        values.addFirst(new Eigenvalue(1, 0));
        return new Complete(values);
    }
}
