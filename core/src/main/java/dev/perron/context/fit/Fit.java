package dev.perron.context.fit;

import dev.perron.chain.StochasticMatrix;
import dev.perron.context.ContextConditionedChain;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A context-conditioned chain, fitted to prompts and what followed them: a row a query. Rows don't
/// depend on each other, and are fitted in parallel with the same result.
public sealed interface Fit {
    /// What came of each query, in order.
    List<RowFit> rows();

    /// Every row has its maximum.
    ///
    /// @param chain the estimate
    /// @param risk mean of -log Pr(y | X) over all samples, in nats
    record Converged(ContextConditionedChain chain, double risk, List<RowFit> rows) implements Fit {
        /// Copies the list.
        public Converged {
            rows = List.copyOf(rows);
        }
    }

    /// Some row's iterations were used up.
    record NotConverged(List<RowFit> rows) implements Fit {
        /// Copies the list.
        public NotConverged {
            rows = List.copyOf(rows);
        }
    }

    /// Some rows can't be known from these samples; there may be separated ones, too.
    record NotIdentifiable(List<RowFit> rows) implements Fit {
        /// Copies the list.
        public NotIdentifiable {
            rows = List.copyOf(rows);
        }

        /// The components of the co-occurrence graph of each query that has several.
        public SortedMap<Integer, List<List<Integer>>> components() {
            SortedMap<Integer, List<List<Integer>>> components = new TreeMap<>();
            for (RowFit row : rows) {
                if (row instanceof RowFit.NotIdentifiable(int query, var parts)) {
                    components.put(query, parts);
                }
            }
            return components;
        }
    }

    /// Some rows have no maximum: weights run to minus infinity.
    record Separated(List<RowFit> rows) implements Fit {
        /// Copies the list.
        public Separated {
            rows = List.copyOf(rows);
        }

        /// Those tokens, for each query that has some.
        public SortedMap<Integer, List<Integer>> tokens() {
            SortedMap<Integer, List<Integer>> tokens = new TreeMap<>();
            for (RowFit row : rows) {
                if (row instanceof RowFit.Separated(int query, var losers)) {
                    tokens.put(query, losers);
                }
            }
            return tokens;
        }
    }

    /// Fits all rows.
    static Fit of(ContextCounts counts, FitOptions options) {
        List<RowFit> rows =
                counts.rows().parallelStream().map(row -> RowFit.of(row, options)).toList();
        if (rows.stream().anyMatch(RowFit.NotIdentifiable.class::isInstance)) {
            return new NotIdentifiable(rows);
        }
        if (rows.stream().anyMatch(RowFit.Separated.class::isInstance)) {
            return new Separated(rows);
        }
        int k = counts.tokens();
        double[] base = new double[k * k];
        double loss = 0;
        for (int q = 0; q < k; q++) {
            if (!(rows.get(q) instanceof RowFit.Converged(_, var law, var certificate))) {
                return new NotConverged(rows);
            }
            System.arraycopy(law.toArray(), 0, base, q * k, k);
            loss += certificate.risk() * certificate.samples();
        }
        return new Converged(
                ContextConditionedChain.of(StochasticMatrix.proportionalTo(k, base)),
                loss / Math.max(1, counts.samples()),
                rows);
    }

    /// The queries whose iterations were used up.
    default List<Integer> notConverged() {
        return IntStream.range(0, rows().size())
                .filter(q -> rows().get(q) instanceof RowFit.NotConverged)
                .boxed()
                .toList();
    }
}
