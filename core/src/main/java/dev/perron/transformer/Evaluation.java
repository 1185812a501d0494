package dev.perron.transformer;

import java.util.Optional;

/// What a model under training says on sequences of their own.
///
/// @param step how many steps it had then
/// @param loss on the symbols that followed, mean in nats a token
/// @param predictions on every context of the source, if its laws are known and the loss is a
///   number
public record Evaluation(int step, double loss, Optional<Predictions> predictions) {
    /// What was learned, if the source's laws are known.
    public Optional<Solution> solution(MarkovSource source) {
        return source instanceof KnownSource known
                ? predictions.map(found -> Solution.of(known, found))
                : Optional.empty();
    }
}
