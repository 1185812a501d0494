package dev.perron.chain;

import java.util.Arrays;

/// A probability vector `[n]`: entries finite and ≥ 0, sum 1 within [#TOLERANCE]. Immutable.
public final class Distribution {
    /// How far from 1 the masses may sum.
    public static final double TOLERANCE = 1e-9;

    private final double[] mass;

    private Distribution(double[] mass) {
        this.mass = mass;
    }

    /// The distribution with these masses, taken as they are.
    ///
    /// @throws IllegalArgumentException if there are none, one is negative or NaN, or they don't
    ///   sum to 1
    public static Distribution of(double... mass) {
        double sum = requireWeights(mass);
        if (!(Math.abs(sum - 1) <= TOLERANCE)) {
            throw new IllegalArgumentException(
                    "masses sum to %s, must be 1 within %s".formatted(sum, TOLERANCE));
        }
        return new Distribution(mass.clone());
    }

    /// Each of `states` states equally likely.
    public static Distribution uniform(int states) {
        requireSize(states);
        double[] mass = new double[states];
        Arrays.fill(mass, 1.0 / states);
        return new Distribution(mass);
    }

    /// All mass on one state.
    public static Distribution at(int state, int states) {
        requireSize(states);
        if (state < 0 || state >= states) {
            throw new IllegalArgumentException(
                    "state %d, must be from 0 to %d".formatted(state, states - 1));
        }
        double[] mass = new double[states];
        mass[state] = 1;
        return new Distribution(mass);
    }

    /// The weights scaled to sum to one. Renormalising is this act, by name, and never a side
    /// effect.
    ///
    /// @throws IllegalArgumentException if a weight is negative or NaN, or their sum is 0 or
    ///   infinite
    public static Distribution proportionalTo(double... weights) {
        double sum = requireWeights(weights);
        if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "weights sum to %s, must be positive and finite".formatted(sum));
        }
        double[] mass = weights.clone();
        for (int i = 0; i < mass.length; i++) {
            mass[i] /= sum;
        }
        return new Distribution(mass);
    }

    /// The number of states n.
    public int states() {
        return mass.length;
    }

    /// The probability of `state`.
    public double mass(int state) {
        return mass[state];
    }

    /// The masses `[n]`, a copy.
    public double[] toArray() {
        return mass.clone();
    }

    /// Total variation distance ½‖μ-ν‖₁, from 0 to 1.
    ///
    /// @throws IllegalArgumentException if `other` is on another number of states
    public double distanceTo(Distribution other) {
        if (other.mass.length != mass.length) {
            throw new IllegalArgumentException(
                    "distributions on %d and %d states, must be on as many"
                            .formatted(mass.length, other.mass.length));
        }
        double sum = 0;
        for (int i = 0; i < mass.length; i++) {
            sum += Math.abs(mass[i] - other.mass[i]);
        }
        return sum / 2;
    }

    /// Shannon entropy -Σ μ(i) log μ(i) in nats, from 0 to log n.
    public double entropy() {
        double sum = 0;
        for (double m : mass) {
            if (m > 0) {
                sum -= m * Math.log(m);
            }
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Distribution that && Arrays.equals(mass, that.mass);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(mass);
    }

    @Override
    public String toString() {
        return Arrays.toString(mass);
    }

    private static void requireSize(int states) {
        if (states < 1) {
            throw new IllegalArgumentException("%d states, must be at least 1".formatted(states));
        }
    }

    private static double requireWeights(double[] weights) {
        requireSize(weights.length);
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0)) {
                throw new IllegalArgumentException(
                        "mass[%d] = %s, must be >= 0".formatted(i, weights[i]));
            }
            sum += weights[i];
        }
        return sum;
    }
}
