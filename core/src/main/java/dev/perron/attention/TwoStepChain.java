package dev.perron.attention;

import dev.perron.chain.StochasticMatrix;

import java.util.List;
import java.util.stream.IntStream;

/// A rectangular head as a chain on one of its two sides, in two steps: along the attention, and
/// back to who paid it.
///
/// With `c(k) = Σ A(q,k)` what a key receives, the way back is `B(k,q) = A(q,k) / c(k)`: a key goes
/// to a query in proportion to the attention that it had from it, each query counting as much. That
/// is the walk on the bipartite graph with weights `A`, looked at every second step. It is
/// reversible, so of each of its classes the stationary distribution is known: uniform on queries,
/// and on keys in proportion to `c`.
///
/// @param chain on the queries or the keys
/// @param members the numbers of the queries, or of the keys, that are its states, ascending: a key
///   that no query attends to has no way back and is none
public record TwoStepChain(StochasticMatrix chain, List<Integer> members) {
    /// An immutable copy.
    ///
    /// @throws IllegalArgumentException if there are more or fewer members than states
    public TwoStepChain {
        members = List.copyOf(members);
        if (members.size() != chain.states()) {
            throw new IllegalArgumentException(
                    "%d members for %d states, must be as many"
                            .formatted(members.size(), chain.states()));
        }
    }

    /// On the queries: to a key and back, `A B`.
    public static TwoStepChain onQueries(RectangularHead head) {
        int n = head.queries();
        double[] received = received(head);
        double[][] rows = new double[n][n];
        for (int k = 0; k < head.keys(); k++) {
            if (received[k] == 0) {
                continue;
            }
            for (int i = 0; i < n; i++) {
                double there = head.attention(i, k) / received[k];
                for (int j = 0; j < n && there > 0; j++) {
                    rows[i][j] += there * head.attention(j, k);
                }
            }
        }
        return of(rows, IntStream.range(0, n).boxed().toList());
    }

    /// On the keys that anything attends to: to a query and back, `B A`.
    public static TwoStepChain onKeys(RectangularHead head) {
        double[] received = received(head);
        List<Integer> seen =
                IntStream.range(0, head.keys()).filter(k -> received[k] > 0).boxed().toList();
        int n = seen.size();
        double[][] rows = new double[n][n];
        for (int q = 0; q < head.queries(); q++) {
            for (int i = 0; i < n; i++) {
                double back = head.attention(q, seen.get(i)) / received[seen.get(i)];
                for (int j = 0; j < n && back > 0; j++) {
                    rows[i][j] += back * head.attention(q, seen.get(j));
                }
            }
        }
        return of(rows, seen);
    }

    /// What each key has from all queries.
    private static double[] received(RectangularHead head) {
        double[] received = new double[head.keys()];
        for (int q = 0; q < head.queries(); q++) {
            for (int k = 0; k < received.length; k++) {
                received[k] += head.attention(q, k);
            }
        }
        return received;
    }

    /// Rows sum to 1 but for the rounding of a product.
    private static TwoStepChain of(double[][] rows, List<Integer> members) {
        for (double[] row : rows) {
            double sum = 0;
            for (double mass : row) {
                sum += mass;
            }
            for (int j = 0; j < row.length; j++) {
                row[j] /= sum;
            }
        }
        return new TwoStepChain(StochasticMatrix.ofRows(rows), members);
    }
}
