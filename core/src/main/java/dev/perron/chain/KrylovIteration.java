package dev.perron.chain;

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

    /// Products in a cycle, after which GMRES starts again from what it has.
    int CYCLE = 30;

    /// Plain steps, by which it is judged whether more of them would be fast.
    int FIRST_STEPS = 6;

    /// Plain steps foreseen from which on cycles are made instead.
    int MANY_STEPS = 20;

    /// By cycles from the restart distribution on.
    ///
    /// @param tolerance on the L1 error, above 0; rounding forbids tolerances below about 3nu/(1-α)
    /// @param maxProducts at least 1
    /// @throws IllegalArgumentException if an argument is out of range, or α = 1
    static KrylovIteration of(Teleporting chain, double tolerance, int maxProducts) {
        TeleportedIterate iterate =
                new TeleportedIterate(chain, tolerance, maxProducts, "a Krylov method");
        return cycles(iterate);
    }

    /// By plain steps if they are fast, and otherwise by cycles from where those came to. After the
    /// first [#FIRST_STEPS] each step's contraction of the residual foretells how many more it
    /// takes.
    ///
    /// @param tolerance on the L1 error, above 0; rounding forbids tolerances below about 3nu/(1-α)
    /// @param maxProducts at least 1
    /// @throws IllegalArgumentException if an argument is out of range, or α = 1
    static KrylovIteration whereItPays(Teleporting chain, double tolerance, int maxProducts) {
        TeleportedIterate iterate =
                new TeleportedIterate(chain, tolerance, maxProducts, "iteration");
        while (!iterate.done()) {
            double before = iterate.residual();
            iterate.step();
            double contraction = Math.min(iterate.residual() / before, chain.alpha());
            double foreseen =
                    Math.log(iterate.residualWanted() / iterate.residual()) / Math.log(contraction);
            if (iterate.products() > FIRST_STEPS && foreseen > MANY_STEPS) {
                return cycles(iterate);
            }
        }
        return outcome(iterate, 0);
    }

    private static KrylovIteration cycles(TeleportedIterate iterate) {
        int inCycles = 0;
        boolean gains = true;
        while (!iterate.done()) {
            int length = Math.min(CYCLE, iterate.left() - 1);
            if (!gains || length < 1) {
                iterate.step();
                continue;
            }
            ResidualCycle cycle = new ResidualCycle(iterate.chain(), iterate.change(), length);
            // The 1-norm that is wanted is at most √n times the 2-norm that is known.
            double enough = iterate.residualWanted() / Math.sqrt(iterate.chain().states()) / 2;
            do {
                cycle.grow();
            } while (cycle.canGrow() && cycle.residual() > enough);
            iterate.count(cycle.products());
            inCycles += cycle.products() + 1;
            double sure = Math.pow(iterate.chain().alpha(), cycle.products() + 1.0);
            double before = iterate.residual();
            iterate.moveBy(cycle.solution());
            gains = iterate.residual() <= sure * before;
        }
        return outcome(iterate, inCycles);
    }

    private static KrylovIteration outcome(TeleportedIterate iterate, int inCycles) {
        return iterate.proven()
                ? new Converged(
                        iterate.distribution(),
                        iterate.products(),
                        inCycles,
                        iterate.residual(),
                        iterate.errorBound())
                : new Exhausted(
                        iterate.distribution(),
                        iterate.products(),
                        inCycles,
                        iterate.residual(),
                        iterate.errorBound());
    }
}
