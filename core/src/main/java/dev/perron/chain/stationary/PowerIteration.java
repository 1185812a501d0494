package dev.perron.chain.stationary;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;

import java.util.List;

/// The stationary distribution of a teleporting chain by repeated steps from the restart
/// distribution, until the **error**, not the change, is proven to be small.
public sealed interface PowerIteration {
    /// The error bound is at most the tolerance asked for.
    ///
    /// @param pi the last iterate
    /// @param steps how many steps of the chain were made
    /// @param residual ‖πT - π‖₁ as measured
    /// @param errorBound on ‖π - true π‖₁, see [Teleporting#errorBound(double)]
    record Converged(Distribution pi, int steps, double residual, double errorBound)
            implements PowerIteration {}

    /// Stopped before that: the steps were used up, or rounding allows no smaller bound.
    ///
    /// @param last the last iterate, no answer
    /// @param steps how many steps of the chain were made
    /// @param residual ‖μT - μ‖₁ of `last`
    /// @param errorBound on ‖μ - π‖₁
    record Exhausted(Distribution last, int steps, double residual, double errorBound)
            implements PowerIteration {}

    /// Iterates until ‖μ-π‖₁ ≤ `tolerance` is proven. Rounding forbids tolerances below about
    /// 3nu/(1-α).
    ///
    /// @param tolerance on the L1 error, above 0
    /// @param maxSteps at least 1
    /// @throws IllegalArgumentException if an argument is out of range, or α = 1, where no bound is
    ///   known: ask [StationaryDistribution] then
    static PowerIteration of(Teleporting chain, double tolerance, int maxSteps) {
        return ofAll(List.of(chain), tolerance, maxSteps).getFirst();
    }

    /// The same for several restart distributions or α on one P, which share each pass over it, see
    /// [Transition.steps(double\[\][dev.perron.chain.Transition#steps(double\[\]\[\],
    /// double\[\]\[\])]. Each answer is what [#of] gives for that chain alone, to the last bit
    /// where P multiplies several vectors as it does one, and up to rounding otherwise; its steps
    /// are its own.
    ///
    /// @param chains with the same base
    /// @param tolerance on the L1 error of each, above 0
    /// @param maxSteps of each, at least 1
    /// @return the answers, in the order of `chains`
    /// @throws IllegalArgumentException as above, or if two chains aren't on the same P
    static List<PowerIteration> ofAll(List<Teleporting> chains, double tolerance, int maxSteps) {
        return SharedPasses.solve(
                chains,
                tolerance,
                maxSteps,
                TeleportedIterate.Plan.STEPS,
                iterate ->
                        iterate.proven()
                                ? new Converged(
                                        iterate.distribution(),
                                        iterate.products(),
                                        iterate.residual(),
                                        iterate.errorBound())
                                : new Exhausted(
                                        iterate.distribution(),
                                        iterate.products(),
                                        iterate.residual(),
                                        iterate.errorBound()));
    }
}
