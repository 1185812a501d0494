package dev.perron.context.fit;

import dev.perron.chain.Distribution;

import java.util.List;

/// The row of one query and the weights of its positions, fitted together: position l of a prompt
/// with token x(l) counts exp(w(x(l)) + b(l)).
///
/// The loss isn't convex, as a token may stand at several positions and which of them was copied
/// isn't seen. What is found is a stationary point with a positive definite Hessian, from w = b =
/// 0.
public sealed interface PositionFit {
    /// q.
    int query();

    /// A minimum of the loss.
    ///
    /// @param law π(q,·)
    /// @param weights a(l,q) = exp(b(l)), that of position 0 being 1
    record Converged(int query, Distribution law, List<Double> weights, Certificate certificate)
            implements PositionFit {
        /// Copies the list.
        public Converged {
            weights = List.copyOf(weights);
        }
    }

    /// Iterations were used up: more of them, or some weight runs to 0 or infinity.
    record NotConverged(int query, Certificate certificate) implements PositionFit {}

    /// The prompts don't tell tokens and positions apart.
    ///
    /// @param freeDirections of tokens' and positions' weights that change no prediction, beyond
    ///   the two constants
    record NotIdentifiable(int query, int freeDirections) implements PositionFit {}

    /// Fits the row of a query.
    ///
    /// @throws IllegalArgumentException if it is no token
    static PositionFit of(SequenceCounts counts, int query, FitOptions options) {
        if (query < 0 || query >= counts.tokens()) {
            throw new IllegalArgumentException(
                    "query %d, must be from 0 to %d".formatted(query, counts.tokens() - 1));
        }
        return new PositionNewton(counts, query, options).run();
    }
}
