package dev.perron.chain.mixing;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Transition;

import java.util.ArrayList;
import java.util.List;

/// How far the law of the chain is from a distribution, step by step: ½‖μPᵗ - π‖₁ for t = 0, 1, ...
/// It never rises if π is stationary.
///
/// @param distances `[steps + 1]`, from 0 to 1, the start included
public record TotalVariationCurve(List<Double> distances) {
    /// Copies the list.
    public TotalVariationCurve {
        distances = List.copyOf(distances);
    }

    /// The curve of the chain that starts from `start`. One pass over the chain a step.
    ///
    /// @param towards what the law is compared with, usually stationary
    /// @throws IllegalArgumentException if a distribution is on another number of states, or
    ///   `steps` is negative
    public static TotalVariationCurve of(
            Transition chain, Distribution start, Distribution towards, int steps) {
        chain.requireSameStates(start);
        chain.requireSameStates(towards);
        requireSteps(steps);
        List<Double> distances = new ArrayList<>(List.of(start.distanceTo(towards)));
        double[] mu = start.toArray();
        double[] next = new double[mu.length];
        for (int t = 1; t <= steps; t++) {
            chain.step(mu, next);
            double sum = 0;
            for (int i = 0; i < next.length; i++) {
                sum += Math.abs(next[i] - towards.mass(i));
            }
            distances.add(sum / 2);
            double[] exchanged = mu;
            mu = next;
            next = exchanged;
        }
        return new TotalVariationCurve(distances);
    }

    /// The curve d(t) of the worst start of each t, which [MixingTime] is about. Takes n² doubles
    /// and n passes over the chain a step.
    ///
    /// @throws IllegalArgumentException as above
    public static TotalVariationCurve ofWorstStart(
            Transition chain, Distribution towards, int steps) {
        chain.requireSameStates(towards);
        requireSteps(steps);
        StochasticMatrix p = StochasticMatrix.copyOf(chain);
        List<Double> distances = new ArrayList<>();
        double leastMass = 1;
        for (int i = 0; i < towards.states(); i++) {
            leastMass = Math.min(leastMass, towards.mass(i));
        }
        distances.add(1 - leastMass);
        StochasticMatrix power = p;
        for (int t = 1; t <= steps; t++) {
            distances.add(Farthest.of(power, towards).distance());
            power = t < steps ? StochasticMatrix.product(power, p) : power;
        }
        return new TotalVariationCurve(distances);
    }

    private static void requireSteps(int steps) {
        if (steps < 0) {
            throw new IllegalArgumentException("%d steps, must be at least 0".formatted(steps));
        }
    }
}
