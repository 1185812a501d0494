package dev.perron.transformer;

import java.util.ArrayList;
import java.util.List;

/// Losses along a training, in nats a token.
///
/// @param training the mean loss of each step's batch before the step, from step 1
/// @param evaluations by rising step
public record LossCurve(List<Double> training, List<Point> evaluations) {
    /// A loss on sequences that aren't trained on.
    ///
    /// @param step how many steps the model had then
    /// @param loss mean in nats a token
    public record Point(int step, double loss) {}

    /// Copies the lists.
    public LossCurve {
        training = List.copyOf(training);
        evaluations = List.copyOf(evaluations);
    }

    /// One of nothing yet.
    public static LossCurve empty() {
        return new LossCurve(List.of(), List.of());
    }

    LossCurve withEvaluation(Evaluation evaluation) {
        List<Point> more = new ArrayList<>(evaluations);
        more.add(new Point(evaluation.step(), evaluation.loss()));
        return new LossCurve(training, more);
    }
}
