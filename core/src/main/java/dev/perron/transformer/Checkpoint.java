package dev.perron.transformer;

import java.util.Arrays;

/// A training after a step: all that is needed to go on with it to the same bytes. Immutable.
public final class Checkpoint {
    private final TransformerWeights weights;
    private final double[] first;
    private final double[] second;
    private final TrainingPlan plan;
    private final int done;
    private final LossCurve curve;

    private Checkpoint(
            TransformerWeights weights,
            double[] first,
            double[] second,
            TrainingPlan plan,
            int done,
            LossCurve curve) {
        this.weights = weights;
        this.first = first;
        this.second = second;
        this.plan = plan;
        this.done = done;
        this.curve = curve;
    }

    /// The training that has done these steps.
    ///
    /// @param weights after them
    /// @param first the optimiser's memory of gradients, as long as the weights
    /// @param second and of their squares
    /// @param plan of the whole training
    /// @param done from 0 to the plan's steps
    /// @param curve up to now
    /// @throws IllegalArgumentException if the sizes don't fit
    public static Checkpoint of(
            TransformerWeights weights,
            double[] first,
            double[] second,
            TrainingPlan plan,
            int done,
            LossCurve curve) {
        int size = weights.layout().size();
        if (first.length != size || second.length != size) {
            throw new IllegalArgumentException(
                    "optimiser's memory of %d and %d numbers, must be %d, as many as weights"
                            .formatted(first.length, second.length, size));
        }
        if (done < 0 || done > plan.steps()) {
            throw new IllegalArgumentException(
                    "%d steps done, must be 0 to the plan's %d".formatted(done, plan.steps()));
        }
        return new Checkpoint(weights, first.clone(), second.clone(), plan, done, curve);
    }

    /// A training that is to begin with these weights.
    public static Checkpoint start(TransformerWeights weights, TrainingPlan plan) {
        int size = weights.layout().size();
        return of(weights, new double[size], new double[size], plan, 0, LossCurve.empty());
    }

    /// The weights.
    public TransformerWeights weights() {
        return weights;
    }

    /// The optimiser's memory of gradients, a copy.
    public double[] firstMoments() {
        return first.clone();
    }

    /// The optimiser's memory of squared gradients, a copy.
    public double[] secondMoments() {
        return second.clone();
    }

    /// The plan of the whole training.
    public TrainingPlan plan() {
        return plan;
    }

    /// How many steps are done.
    public int done() {
        return done;
    }

    /// Losses so far.
    public LossCurve curve() {
        return curve;
    }

    /// Whether all numbers and the plan are the same.
    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && weights.config().equals(that.weights.config())
                && Arrays.equals(weights.toArray(), that.weights.toArray())
                && Arrays.equals(first, that.first)
                && Arrays.equals(second, that.second)
                && plan.equals(that.plan)
                && done == that.done
                && curve.equals(that.curve);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(weights.toArray()) * 31 + done;
    }

    @Override
    public String toString() {
        return "%d of %d steps, loss %s"
                .formatted(
                        done,
                        plan.steps(),
                        curve.training().isEmpty() ? "unknown" : curve.training().getLast());
    }
}
