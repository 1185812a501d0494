package dev.perron.chain.stationary;

import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Any number of teleporting chains on the same P, solved in lockstep: in each round every one that
/// isn't done names a vector, and one [Transition#steps(double\[\]\[\], double\[\]\[\])] multiplies
/// them all. What one does depends on its own products only, never on its company.
final class SharedPasses {
    /// How many are under way at a time; the others wait for a place. Each keeps up to
    /// [KrylovIteration#CYCLE] vectors, and more of them hardly make a product cheaper.
    static final int TOGETHER = 32;

    private SharedPasses() {}

    /// One of them, on its place among the others.
    private record Member(int place, TeleportedIterate iterate) {}

    /// Solves all of them.
    ///
    /// @param outcome of one that is done
    /// @return the outcomes, in the order of `chains`
    /// @throws IllegalArgumentException if an argument is out of range, an α is 1, or the chains
    ///   aren't all on the same P
    static <T> List<T> solve(
            List<Teleporting> chains,
            double tolerance,
            int maxProducts,
            TeleportedIterate.Plan plan,
            Function<TeleportedIterate, T> outcome) {
        require(chains, tolerance, maxProducts, plan);
        if (chains.isEmpty()) {
            return List.of();
        }
        Transition base = chains.getFirst().base();
        double worstRow = base.rowSumError();
        double[][] products = new double[Math.min(TOGETHER, chains.size())][base.states()];
        Map<Integer, T> outcomes = new TreeMap<>();
        List<Member> underWay = new ArrayList<>();
        int begun = 0;
        while (outcomes.size() < chains.size()) {
            while (underWay.size() < TOGETHER && begun < chains.size()) {
                Teleporting chain = chains.get(begun);
                underWay.add(
                        new Member(
                                begun++,
                                new TeleportedIterate(
                                        chain, tolerance, maxProducts, plan, worstRow)));
            }
            round(base, underWay, products);
            for (Iterator<Member> each = underWay.iterator(); each.hasNext(); ) {
                Member member = each.next();
                if (member.iterate().done()) {
                    outcomes.put(member.place(), outcome.apply(member.iterate()));
                    each.remove();
                }
            }
        }
        return List.copyOf(outcomes.values());
    }

    private static void round(Transition base, List<Member> underWay, double[][] products) {
        double[][] wanted = new double[underWay.size()][];
        double[][] made = new double[underWay.size()][];
        for (int k = 0; k < wanted.length; k++) {
            wanted[k] = underWay.get(k).iterate().wanted();
            made[k] = products[k];
        }
        base.steps(wanted, made);
        for (int k = 0; k < made.length; k++) {
            underWay.get(k).iterate().take(made[k]);
        }
    }

    private static void require(
            List<Teleporting> chains,
            double tolerance,
            int maxProducts,
            TeleportedIterate.Plan plan) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance = %s, must be > 0".formatted(tolerance));
        }
        if (maxProducts < 1) {
            throw new IllegalArgumentException(
                    "maxSteps = %d, must be >= 1".formatted(maxProducts));
        }
        for (int k = 0; k < chains.size(); k++) {
            if (chains.get(k).alpha() == 1) {
                throw new IllegalArgumentException(
                        "alpha = 1, must be below 1 for %s with a bound".formatted(plan.method()));
            }
            if (!chains.get(k).base().equals(chains.getFirst().base())) {
                throw new IllegalArgumentException(
                        "chain %d is on another P than chain 0, must be on the same".formatted(k));
            }
        }
    }
}
