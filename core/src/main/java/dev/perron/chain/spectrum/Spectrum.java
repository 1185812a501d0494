package dev.perron.chain.spectrum;

import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The eigenvalues of P that say how fast the chain forgets. The eigenvalue 1 that every chain has
/// is known; the others are found on the row vectors of sum zero. P keeps that space, and on it has
/// exactly the eigenvalues that are left once the eigenvalue 1 has been taken out once; so the
/// known one needs no deflation, whatever π is.
///
/// Small chains (up to [#COMPLETE] states) and triangular ones get all of them, by real Schur form.
/// For larger ones a restarted Arnoldi process ([#MEMORY] vectors at most, whatever it takes) stops
/// when the leading eigenvalues satisfy xP = λx to the relative residual asked for. That residual
/// is measured by products with P in the end, not only known by recurrence. A residual bounds the
/// distance of λ from the spectrum of a nearby matrix; on a strongly non-normal chain λ itself can
/// be farther off, by the eigenvalue's condition number.
public sealed interface Spectrum {
    /// Up to this number of states all eigenvalues are computed.
    int COMPLETE = 128;

    /// Up to this number of states all eigenvalues are computed where the leading ones are found no
    /// sooner, as on a long cycle, all of whose eigenvalues are of modulus 1.
    int COMPLETE_IF_SLOW = 1024;

    /// Relative residual ‖xP - λx‖ / |λ| at which a leading eigenvalue is accepted, if no other is
    /// asked for.
    double TOLERANCE = 1e-8;

    /// Residuals are relative to |λ|, or to this where |λ| is smaller: what is below 1e-15 is the
    /// rounding of P, so the λ₂ of a chain that forgets everything in one step is 0 with no digits.
    double SMALL = 1e-3;

    /// The largest number of products with P for leading eigenvalues.
    int MAX_PRODUCTS = 20_000;

    /// The largest number of vectors `[n]` that are held for λ₂.
    int MEMORY = 48;

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

    /// The eigenvalues of largest modulus.
    ///
    /// @param values 1 first, then by falling modulus, each as often as it is there, conjugate
    ///   pairs whole; two at least
    /// @param products with P that were made
    /// @param residual the largest ‖xP - λx‖ / max(|λ|, [#SMALL]) for a unit x of sum zero, as
    ///   measured on that space: if rows sum to 1 only up to rounding, what P takes out of it is
    ///   left out
    record Leading(List<Eigenvalue> values, int products, double residual) implements Spectrum {
        /// Copies the values.
        public Leading {
            values = List.copyOf(values);
        }

        /// λ₂.
        public Eigenvalue lambda2() {
            return values.get(1);
        }
    }

    /// The products were used up.
    ///
    /// @param values those that were found, 1 first, none of them in doubt
    /// @param ritz the best approximation to the next one, no answer
    /// @param products with P that were made
    /// @param residual ‖xP - λx‖ / max(|λ|, [#SMALL]) of `ritz`, for a unit x
    record NotConverged(List<Eigenvalue> values, Eigenvalue ritz, int products, double residual)
            implements Spectrum {
        /// Copies the values.
        public NotConverged {
            values = List.copyOf(values);
        }
    }

    /// λ₂ of `chain` at least, to a relative residual of [#TOLERANCE].
    static Spectrum of(Transition chain) {
        return of(chain, TOLERANCE);
    }

    /// λ₂ of `chain` at least.
    ///
    /// @param tolerance on the relative residual, above 0; rounding forbids those below about 1e-14
    /// @throws IllegalArgumentException if `tolerance` isn't positive
    static Spectrum of(Transition chain, double tolerance) {
        requireTolerance(tolerance);
        int n = chain.states();
        if (n <= COMPLETE || chain.lowerTriangular()) {
            return complete(chain);
        }
        boolean mayTurn = n <= COMPLETE_IF_SLOW;
        Spectrum leading = leading(chain, 2, tolerance, mayTurn ? 10 * n : MAX_PRODUCTS);
        return mayTurn && leading instanceof NotConverged ? complete(chain) : leading;
    }

    /// The `count` eigenvalues of `chain` of largest modulus, each as often as it is there.
    ///
    /// @param count the first 1 included, at least 2; one more if a conjugate pair wants it
    /// @param tolerance on the relative residual, above 0; rounding forbids those below about 1e-14
    /// @return all eigenvalues of a triangular chain, and of one of at most `count` states
    /// @throws IllegalArgumentException if `count` is below 2, or `tolerance` isn't positive
    static Spectrum leading(Transition chain, int count, double tolerance) {
        requireTolerance(tolerance);
        if (count < 2) {
            throw new IllegalArgumentException("count = %d, must be at least 2".formatted(count));
        }
        boolean all = chain.states() <= count || chain.lowerTriangular();
        return all ? complete(chain) : leading(chain, count, tolerance, MAX_PRODUCTS);
    }

    /// All eigenvalues of `chain`, of any number of states that fits: by Householder reflections to
    /// Hessenberg form and the QR iteration of Francis on a dense copy, 8n² bytes beside it and
    /// some 14n³ operations.
    static Complete complete(Transition chain) {
        int n = chain.states();
        if (chain.lowerTriangular()) {
            return diagonal(chain);
        }
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            chain.row(i, rows[i]);
        }
        double[][] rest = new OrthogonalComplement(constant(n)).restrict(rows);
        HessenbergForm.reduce(rest, new double[0][]);
        return withOne(HessenbergEigenvalues.of(rest, 0x1p-53));
    }

    private static Spectrum leading(
            Transition chain, int count, double tolerance, int maxProducts) {
        int n = chain.states();
        LeadingSubspace subspace =
                new LeadingSubspace(
                        chain::step,
                        List.of(constant(n)),
                        n,
                        EigenvalueOrder.MODULUS,
                        new Acceptance(tolerance, SMALL),
                        maxProducts);
        boolean found = subspace.extend(count - 1) && (count == 2 || subspace.addMultiples());
        List<Eigenvalue> values = new ArrayList<>(subspace.eigenvalues());
        values.addFirst(new Eigenvalue(1, 0));
        return found
                ? new Leading(values, subspace.products(), subspace.largestResidual())
                : new NotConverged(
                        values, subspace.next(), subspace.products(), subspace.nextResidual());
    }

    private static double[] constant(int n) {
        double[] x = new double[n];
        Arrays.fill(x, 1 / Math.sqrt(n));
        return x;
    }

    private static void requireTolerance(double tolerance) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException(
                    "tolerance = %s, must be above 0".formatted(tolerance));
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
