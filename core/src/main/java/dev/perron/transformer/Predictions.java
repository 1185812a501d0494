package dev.perron.transformer;

import dev.perron.chain.Distribution;

import java.util.List;
import java.util.Optional;

/// What a model says on each context of a source: all that a [Solution] is judged from, whatever
/// the model is.
///
/// @param rows `[contexts]`, the mean law that it predicts after each; empty for contexts that
///   weren't seen
/// @param spread standard deviation of a single predicted probability from the mean of its context,
///   root mean square over all of them: 0 of a model that looks at nothing but the context
/// @param loss against the source's own laws: the mean over places of the cross entropy of what is
///   predicted there, so it has no noise from the symbols that happened to follow
public record Predictions(List<Optional<Distribution>> rows, double spread, Loss loss) {
    /// Copies the rows.
    public Predictions {
        rows = List.copyOf(rows);
    }

    /// Those of a model that looks at nothing but the context, with its exact loss.
    ///
    /// @param rows `[contexts]`, the law that it predicts after each
    /// @throws IllegalArgumentException if there isn't one on all symbols for each context
    public static Predictions exact(KnownSource source, List<Distribution> rows) {
        requireOnePerContext(source, rows.size());
        double loss = 0;
        for (int c = 0; c < rows.size(); c++) {
            double mass = source.contextLaw().mass(c);
            if (mass > 0) {
                loss += mass * crossEntropy(source.next(c), rows.get(c).toArray(), 0);
            }
        }
        return new Predictions(rows.stream().map(Optional::of).toList(), 0, Loss.exact(loss));
    }

    static void requireOnePerContext(KnownSource source, int rows) {
        if (rows != source.contexts()) {
            throw new IllegalArgumentException(
                    "%d rows, must be one for each of %d contexts"
                            .formatted(rows, source.contexts()));
        }
    }

    /// -Σ P(j) log f(j); infinite where f has no mass and P has.
    static double crossEntropy(Distribution law, double[] predicted, int at) {
        double sum = 0;
        for (int j = 0; j < law.states(); j++) {
            if (law.mass(j) > 0) {
                sum -= law.mass(j) * Math.log(predicted[at + j]);
            }
        }
        return sum;
    }
}
