package dev.perron.chain.stationary;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;

import org.jspecify.annotations.Nullable;

/// A distribution on its way to the stationary one of a teleporting chain, as a machine that makes
/// no products with P itself: it says which vector it wants multiplied next, and is given the
/// product. So one pass over P can serve many of them, see [SharedPasses].
///
/// A product is either that of the distribution, which measures its residual, or one of a cycle of
/// GMRES; after each measurement it goes on by a plain step or by a cycle, as its plan says.
final class TeleportedIterate {
    /// How it goes on.
    enum Plan {
        /// Always μ to μT.
        STEPS("power iteration"),
        /// By cycles for as long as each gains at least what so many steps are sure to.
        CYCLES("a Krylov method"),
        /// By steps until more of them look slow, and then by cycles.
        CYCLES_WHERE_THEY_PAY("iteration");

        private final String method;

        Plan(String method) {
            this.method = method;
        }

        /// What it is called in a message.
        String method() {
            return method;
        }
    }

    private final Teleporting chain;
    private final double tolerance;
    private final int maxProducts;
    private final double rounding;
    private final boolean attainable;
    private double[] mu; // [n], sum 1
    private double[] next; // [n], μT
    private double residual = Double.POSITIVE_INFINITY;
    private double[] wanted; // [n]
    private @Nullable ResidualCycle cycle; // while its products are wanted
    private double sure; // the residual that steps in a cycle's place are sure of
    private boolean afterCycle = false;
    private boolean cycles;
    private boolean mayCycle;
    private int products = 0;
    private int inCycles = 0;

    /// At the restart distribution, whose product is the first one wanted.
    ///
    /// @param tolerance on the L1 error
    /// @param maxProducts at least 1
    /// @param worstRow [Transition.rowSumError()][dev.perron.chain.Transition#rowSumError()] of P
    TeleportedIterate(
            Teleporting chain, double tolerance, int maxProducts, Plan plan, double worstRow) {
        this.chain = chain;
        this.tolerance = tolerance;
        this.maxProducts = maxProducts;
        this.rounding = chain.rounding(worstRow);
        this.attainable = chain.errorBound(0, rounding) <= tolerance;
        this.cycles = plan == Plan.CYCLES;
        this.mayCycle = plan != Plan.STEPS;
        this.mu = chain.restart().toArray();
        this.next = mu;
        this.wanted = mu;
    }

    /// The vector `[n]` whose product with P comes next; not to be modified.
    double[] wanted() {
        return wanted;
    }

    /// Goes on.
    ///
    /// @param product `[n]`, [#wanted()] times P; not kept
    void take(double[] product) {
        products++;
        if (cycle == null) {
            measure(product);
            if (!done()) {
                goOn();
            }
            return;
        }
        inCycles++;
        cycle.grow(product);
        if (cycle.goesOn()) {
            wanted = cycle.direction();
        } else {
            wanted = moved(cycle.solution());
            sure = residual * Math.pow(chain.alpha(), cycle.products() + 1.0);
            cycle = null;
            afterCycle = true;
        }
    }

    Distribution distribution() {
        return Distribution.proportionalTo(mu);
    }

    /// Products taken so far.
    int products() {
        return products;
    }

    /// How many of them were made in cycles, the measurements after those included.
    int inCycles() {
        return inCycles;
    }

    /// ‖μT - μ‖₁.
    double residual() {
        return residual;
    }

    double errorBound() {
        return chain.errorBound(residual, rounding);
    }

    boolean proven() {
        return errorBound() <= tolerance;
    }

    /// Proven, or no more can be done: the products are used up, or the residual is below its
    /// rounding, where it says nothing more and never will. Never while a cycle is under way.
    boolean done() {
        return cycle == null
                && !afterCycle
                && (proven() || products >= maxProducts || (!attainable && residual <= rounding));
    }

    /// What `product` says of the vector that was wanted. After a cycle the old μ stays if its
    /// residual is the smaller one.
    private void measure(double[] product) {
        double[] image = product.clone();
        chain.addRestarts(wanted, image);
        double before = residual;
        double now = 0;
        for (int i = 0; i < image.length; i++) {
            now += Math.abs(wanted[i] - image[i]);
        }
        if (!afterCycle || now < before) {
            mu = wanted;
            next = image;
            residual = now;
        }
        if (afterCycle) {
            afterCycle = false;
            inCycles++;
            mayCycle = residual <= sure;
        } else if (!cycles && mayCycle && products > KrylovIteration.FIRST_STEPS) {
            double contraction = Math.min(residual / before, chain.alpha());
            double foreseen = Math.log(residualWanted() / residual) / Math.log(contraction);
            cycles = foreseen > KrylovIteration.MANY_STEPS;
        }
    }

    private void goOn() {
        int length = Math.min(KrylovIteration.CYCLE, maxProducts - products - 1);
        if (cycles && mayCycle && length >= 1) {
            // The 1-norm that is wanted is at most √n times the 2-norm that is known.
            double enough = residualWanted() / Math.sqrt(chain.states()) / 2;
            cycle = new ResidualCycle(chain.alpha(), change(), length, enough);
            wanted = cycle.direction();
        } else {
            wanted = normalised(next);
        }
    }

    /// The residual that ends it: because it proves the tolerance, or because it is down to its
    /// rounding where that forbids such a proof.
    private double residualWanted() {
        return attainable ? tolerance * (1 - chain.alpha()) - rounding : rounding;
    }

    /// μT - μ, a row vector `[n]` whose sum is zero.
    private double[] change() {
        double[] change = new double[mu.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = next[i] - mu[i];
        }
        return change;
    }

    /// μ + x, its negative entries cut off, which brings it nearer to π, as π has none.
    private double[] moved(double[] x) {
        double[] moved = new double[mu.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = Math.max(0, mu[i] + x[i]);
        }
        return normalised(moved);
    }

    /// The sum is kept by P, so its rounding errors would add up and never die out.
    private static double[] normalised(double[] mu) {
        double sum = 0;
        for (double m : mu) {
            sum += m;
        }
        for (int i = 0; i < mu.length; i++) {
            mu[i] /= sum;
        }
        return mu;
    }
}
