package dev.perron.attention;

import java.util.Arrays;
import java.util.List;

/// Attention flow, the other baseline through layers: how much could flow from an output token down
/// to an input token, if the entries of each layer's Â (see [Rollout]) were capacities of pipes.
/// Maximum flow by blocking flows on levels (Dinic), with the layers as the levels: all paths have
/// the same length at first, later ones may go back up.
///
/// A flow is computed for each input token by itself, so entries don't sum to 1: each is from 0 to
/// 1. Time about n³ a layer for all input tokens of one output token; for hundreds of tokens
///    minutes, where rollout takes milliseconds.
///
/// Source: Abnar and Zuidema, "Quantifying attention flow in transformers", arXiv:2005.00928.
public final class AttentionFlow {
    private static final double EMPTY = 1e-12;

    private final int n;
    private final int depth;
    private final double[][] down; // [layer][upper · n + lower], what is left of a pipe
    private final double[][] up; // [layer][upper · n + lower], what could be sent back

    private AttentionFlow(int n, List<double[]> capacities) {
        this.n = n;
        this.depth = capacities.size();
        this.down = capacities.stream().map(double[]::clone).toArray(double[][]::new);
        this.up = new double[depth][n * n];
    }

    /// The flow from an output token to each input token, `[n]`.
    ///
    /// @param output an output token
    /// @throws IllegalArgumentException if there is no such token
    public static double[] to(AttentionTensor tensor, int output) {
        int n = tensor.tokens().size();
        if (output < 0 || output >= n) {
            throw new IllegalArgumentException(
                    "token %d, must be from 0 to %d".formatted(output, n - 1));
        }
        List<double[]> capacities =
                tensor.layers().stream()
                        .map(layer -> capacities(tensor.layer(layer).all(), n))
                        .toList();
        double[] flows = new double[n];
        Arrays.parallelSetAll(
                flows, input -> new AttentionFlow(n, capacities).between(output, input));
        return flows;
    }

    private static double[] capacities(List<AttentionHead> heads, int n) {
        var step = Rollout.withResidual(heads, Rollout.RESIDUAL);
        double[] capacities = new double[n * n];
        double[] row = new double[n];
        for (int i = 0; i < n; i++) {
            step.row(i, row);
            System.arraycopy(row, 0, capacities, i * n, n);
        }
        return capacities;
    }

    /// Floor `depth` holds the output tokens, floor 0 the input tokens; layer l is between floors l
    /// + 1 and l.
    private double between(int output, int input) {
        int source = depth * n + output;
        int sink = input;
        int[] level = new int[(depth + 1) * n];
        int[] next = new int[level.length];
        double total = 0;
        while (levels(source, sink, level)) {
            Arrays.fill(next, 0);
            double pushed = push(source, sink, Double.POSITIVE_INFINITY, level, next);
            while (pushed > EMPTY) {
                total += pushed;
                pushed = push(source, sink, Double.POSITIVE_INFINITY, level, next);
            }
        }
        return total;
    }

    /// How far each token is from the source through pipes that aren't full.
    private boolean levels(int source, int sink, int[] level) {
        Arrays.fill(level, -1);
        int[] queue = new int[level.length];
        int end = 0;
        queue[end++] = source;
        level[source] = 0;
        for (int at = 0; at < end; at++) {
            int from = queue[at];
            for (int edge = 0; edge < 2 * n; edge++) {
                int to = target(from, edge);
                if (to >= 0 && level[to] < 0 && left(from, edge) > EMPTY) {
                    level[to] = level[from] + 1;
                    queue[end++] = to;
                }
            }
        }
        return level[sink] >= 0;
    }

    /// Sends what fits along one path of rising level, and says how much that was.
    private double push(int from, int sink, double most, int[] level, int[] next) {
        if (from == sink) {
            return most;
        }
        for (; next[from] < 2 * n; next[from]++) {
            int edge = next[from];
            int to = target(from, edge);
            if (to >= 0 && level[to] == level[from] + 1) {
                double room = left(from, edge);
                if (room > EMPTY) {
                    double sent = push(to, sink, Math.min(most, room), level, next);
                    if (sent > EMPTY) {
                        send(from, edge, sent);
                        return sent;
                    }
                }
            }
        }
        return 0;
    }

    /// Edges 0 to n-1 of a token lead a floor down, edges n to 2n-1 a floor up.
    private int target(int from, int edge) {
        int floor = from / n;
        if (edge < n) {
            return floor == 0 ? -1 : (floor - 1) * n + edge;
        }
        return floor == depth ? -1 : (floor + 1) * n + edge - n;
    }

    private double left(int from, int edge) {
        int floor = from / n;
        int token = from % n;
        return edge < n ? down[floor - 1][token * n + edge] : up[floor][(edge - n) * n + token];
    }

    private void send(int from, int edge, double amount) {
        int floor = from / n;
        int token = from % n;
        if (edge < n) {
            down[floor - 1][token * n + edge] -= amount;
            up[floor - 1][token * n + edge] += amount;
        } else {
            up[floor][(edge - n) * n + token] -= amount;
            down[floor][(edge - n) * n + token] += amount;
        }
    }
}
