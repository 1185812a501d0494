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
    /// @param information how exactly it is known, the position weights being unknown, too
    /// @param weights a(l,q), that of position 0 being 1
    record Converged(
            int query,
            Distribution law,
            FisherInformation information,
            List<Weight> weights,
            Certificate certificate)
            implements PositionFit {
        /// Copies the list.
        public Converged {
            weights = List.copyOf(weights);
        }
    }

    /// How much a position counts beside position 0.
    ///
    /// @param value a(l,q) = exp(b(l) - b(0))
    /// @param logError standard error of its logarithm, from the observed information; 0 for
    ///   position 0
    record Weight(double value, double logError) {
        /// The standard error of the weight itself.
        public double standardError() {
            return value * logError;
        }

        /// An interval: its logarithm plus and minus `z` standard errors, so that the ends are
        /// positive.
        ///
        /// @param z standard errors to each side; 1.96 for 95 %
        public Interval interval(double z) {
            return new Interval(value * Math.exp(-z * logError), value * Math.exp(z * logError));
        }

        /// An interval of a weight.
        ///
        /// @param low the lower end, above 0
        /// @param high the upper end
        public record Interval(double low, double high) {}
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
