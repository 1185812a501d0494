package dev.perron.transformer;

import java.util.List;
import java.util.Optional;

/// What a model under training says on sequences of their own.
///
/// @param step how many steps it had then
/// @param loss on the symbols that followed, mean in nats a token
/// @param predictions on every context of the source, if its laws are known, or counted in a text,
///   and the loss is a number
/// @param strategies distances from what one may do in context, if each sequence has a source of
///   its own and the loss is a number; else none
public record Evaluation(
        int step,
        double loss,
        Optional<Predictions> predictions,
        List<StrategyDistances.Distance> strategies) {
    /// Copies the list.
    public Evaluation {
        strategies = List.copyOf(strategies);
    }

    /// What was learned, if the source's laws are known.
    public Optional<Solution> solution(MarkovSource source) {
        return source instanceof KnownSource known
                ? predictions.map(found -> Solution.of(known, found))
                : Optional.empty();
    }

    /// What is done in context, if each sequence has a source of its own.
    public Optional<ContextSolution> contextSolution() {
        return strategies.isEmpty()
                ? Optional.empty()
                : Optional.of(ContextSolution.of(strategies));
    }
}
