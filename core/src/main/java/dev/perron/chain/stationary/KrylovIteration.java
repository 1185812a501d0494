package dev.perron.chain.stationary;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.stationary.TeleportedIterate.Plan;

import java.util.List;

/// The stationary distribution of a teleporting chain by a Krylov method: π(I - αP) = (1-α)v, by
/// restarted GMRES, until the **error** is proven to be small. Where power iteration takes as many
/// steps as its slowest eigenvalue wants, this takes about as many products as there are slow
/// eigenvalues, and a few.
///
/// Only [Teleporting#errorBound(double)] of a measured residual ends it, never what the recurrence
/// believes; and where a cycle gains less than as many plain steps are sure to, plain steps follow
/// until the end. So it takes at most a cycle longer than power iteration, and never fails where
/// that converges.
public sealed interface KrylovIteration {
    /// The error bound is at most the tolerance asked for.
    ///
    /// @param pi the last iterate
    /// @param products with P, of all kinds
    /// @param krylovProducts how many of them were made in cycles: none if plain steps sufficed
    /// @param residual ‖πT - π‖₁ as measured
    /// @param errorBound on ‖π - true π‖₁, see [Teleporting#errorBound(double)]
    record Converged(
            Distribution pi, int products, int krylovProducts, double residual, double errorBound)
            implements KrylovIteration {}

    /// Stopped before that: the products were used up, or rounding allows no smaller bound.
    ///
    /// @param last the last iterate, no answer
    /// @param products with P, of all kinds
    /// @param krylovProducts how many of them were made in cycles
    /// @param residual ‖μT - μ‖₁ of `last`
    /// @param errorBound on ‖μ - π‖₁
    record Exhausted(
            Distribution last, int products, int krylovProducts, double residual, double errorBound)
            implements KrylovIteration {}

    /// Products with P, of all kinds.
    int products();

    /// How many of them were made in cycles.
    int krylovProducts();

    /// ‖μT - μ‖₁ of what it has, as measured.
    double residual();

    /// On ‖μ - π‖₁ of what it has.
    double errorBound();

    /// Products in a cycle, after which GMRES starts again from what it has.
    int CYCLE = 30;

    /// Plain steps, by which it is judged whether more of them would be fast.
    int FIRST_STEPS = 3;

    /// Plain steps foreseen from which on cycles are made instead.
    int MANY_STEPS = 20;

    /// By cycles from the restart distribution on.
    ///
    /// @param tolerance on the L1 error, above 0; rounding forbids tolerances below about 3nu/(1-α)
    /// @param maxProducts at least 1
    /// @throws IllegalArgumentException if an argument is out of range, or α = 1
    static KrylovIteration of(Teleporting chain, double tolerance, int maxProducts) {
        return ofAll(List.of(chain), tolerance, maxProducts).getFirst();
    }

    /// The same for several restart distributions or α on one P, which share each pass over it, see
    /// [Transition.steps(double\[\][dev.perron.chain.Transition#steps(double\[\]\[\],
    /// double\[\]\[\])]. Each answer is what [#of] gives for that chain alone, to the last bit
    /// where P multiplies several vectors as it does one, and up to rounding otherwise; its
    /// products are its own.
    ///
    /// @param chains with the same base
    /// @param tolerance on the L1 error of each, above 0
    /// @param maxProducts of each, at least 1
    /// @return the answers, in the order of `chains`
    /// @throws IllegalArgumentException as above, or if two chains aren't on the same P
    static List<KrylovIteration> ofAll(
            List<Teleporting> chains, double tolerance, int maxProducts) {
        return SharedPasses.solve(
                chains, tolerance, maxProducts, Plan.CYCLES, KrylovIteration::outcome);
    }

    /// By plain steps if they are fast, and otherwise by cycles from where those came to. After the
    /// first [#FIRST_STEPS] each step's contraction of the residual foretells how many more it
    /// takes.
    ///
    /// @param tolerance on the L1 error, above 0; rounding forbids tolerances below about 3nu/(1-α)
    /// @param maxProducts at least 1
    /// @throws IllegalArgumentException if an argument is out of range, or α = 1
    static KrylovIteration whereItPays(Teleporting chain, double tolerance, int maxProducts) {
        return allWhereItPays(List.of(chain), tolerance, maxProducts).getFirst();
    }

    /// The same for several restart distributions or α on one P, as [#ofAll] is to [#of].
    ///
    /// @param chains with the same base
    /// @param tolerance on the L1 error of each, above 0
    /// @param maxProducts of each, at least 1
    /// @return the answers, in the order of `chains`
    /// @throws IllegalArgumentException as above, or if two chains aren't on the same P
    static List<KrylovIteration> allWhereItPays(
            List<Teleporting> chains, double tolerance, int maxProducts) {
        return SharedPasses.solve(
                chains,
                tolerance,
                maxProducts,
                Plan.CYCLES_WHERE_THEY_PAY,
                KrylovIteration::outcome);
    }

    private static KrylovIteration outcome(TeleportedIterate iterate) {
        return iterate.proven()
                ? new Converged(
                        iterate.distribution(),
                        iterate.products(),
                        iterate.inCycles(),
                        iterate.residual(),
                        iterate.errorBound())
                : new Exhausted(
                        iterate.distribution(),
                        iterate.products(),
                        iterate.inCycles(),
                        iterate.residual(),
                        iterate.errorBound());
    }
}
