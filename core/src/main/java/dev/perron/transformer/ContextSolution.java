package dev.perron.transformer;

import dev.perron.transformer.StrategyDistances.Distance;

import java.util.Comparator;
import java.util.List;

/// What a model does on sequences whose sources differ, judged from how near its predictions are to
/// those of each [Strategy]. For the question see Edelman et al., arXiv:2402.11004.
public sealed interface ContextSolution {
    /// It predicts as the nearest strategy does.
    record Follows(Distance nearest) implements ContextSolution {}

    /// It predicts as none of them, or not yet.
    record Neither(Distance nearest) implements ContextSolution {}

    /// The strategy at the least distance. It is followed if that is at most the tolerance times
    /// its distance from the nearest other strategy, and two standard errors, where these are
    /// known.
    Distance nearest();

    /// The judgement with [Solution#TOLERANCE].
    ///
    /// @throws IllegalArgumentException if there are no distances
    static ContextSolution of(List<Distance> distances) {
        Distance nearest =
                distances.stream()
                        .min(Comparator.comparingDouble(Distance::nats))
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "no distances, must be at least one"));
        double noise =
                Solution.TOLERANCE * nearest.apart() + Loss.allowance(nearest.standardError());
        return nearest.nats() <= noise ? new Follows(nearest) : new Neither(nearest);
    }
}
