package dev.perron.context.fit;

import dev.perron.chain.Distribution;

import java.util.List;

/// The row of one query, fitted to its samples by maximum likelihood or with a ridge.
public sealed interface RowFit {
    /// q.
    int query();

    /// The maximum.
    ///
    /// @param law π(q,·)
    record Converged(int query, Distribution law, Certificate certificate) implements RowFit {}

    /// Iterations were used up.
    ///
    /// @param last where they ended, no answer
    record NotConverged(int query, Distribution last, Certificate certificate) implements RowFit {}

    /// Several rows give the samples the same probability.
    ///
    /// @param components tokens of the co-occurrence graph that hang together: how those of
    ///   different ones compare can't be known; each token alone if the query never occurs
    record NotIdentifiable(int query, List<List<Integer>> components) implements RowFit {
        /// Copies the lists.
        public NotIdentifiable {
            components = components.stream().map(List::copyOf).toList();
        }
    }

    /// The likelihood has no maximum.
    ///
    /// @param tokens that always lost to others beside them: their weights run to minus infinity
    record Separated(int query, List<Integer> tokens) implements RowFit {
        /// Copies the list.
        public Separated {
            tokens = List.copyOf(tokens);
        }
    }

    /// Fits a row. The graph is looked at first, unless there is a ridge, with which there always
    /// is one maximum.
    static RowFit of(RowCounts counts, FitOptions options) {
        if (options.ridge() == 0) {
            CoverageGraph graph = CoverageGraph.of(counts);
            if (!graph.connected()) {
                return new NotIdentifiable(counts.query(), graph.components());
            }
            List<Integer> separated = graph.separated();
            if (!separated.isEmpty()) {
                return new Separated(counts.query(), separated);
            }
        } else if (counts.samples() == 0) {
            return new Converged(
                    counts.query(),
                    Distribution.uniform(counts.tokens()),
                    new Certificate(0, 0, 0, 0, 0, 0, 0));
        }
        return new NewtonFit(counts, options).run();
    }
}
