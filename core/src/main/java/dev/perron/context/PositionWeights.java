package dev.perron.context;

/// How much each position of a prompt counts, for each query: a `[positions, K]`, every entry > 0
/// and finite. Only ratios within a column matter. Positions count from the beginning of the
/// prompt. Immutable.
///
/// A layer whose keys are x(l) + u(l) has a(l,q) = exp(u(l)ᵀ W e(q)); see
/// [SingleLayerAttention#positionWeights].
public final class PositionWeights {
    private final int tokens;
    private final double[] weights; // [position, query]

    private PositionWeights(int tokens, double[] weights) {
        this.tokens = tokens;
        this.weights = weights;
    }

    /// Weights for each position and query.
    ///
    /// @param rows `[positions][K]`
    /// @throws IllegalArgumentException if there are no positions, rows differ in length, or an
    ///   entry isn't positive and finite
    public static PositionWeights of(double[]... rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("no positions, must be at least 1");
        }
        int tokens = rows[0].length;
        double[] weights = new double[Math.multiplyExact(rows.length, tokens)];
        for (int l = 0; l < rows.length; l++) {
            if (rows[l].length != tokens) {
                throw new IllegalArgumentException(
                        "position %d has %d weights, must have %d, one a query"
                                .formatted(l, rows[l].length, tokens));
            }
            for (int q = 0; q < tokens; q++) {
                double a = rows[l][q];
                if (!(a > 0 && a < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException(
                            "weight[%d, %d] = %s, must be positive and finite".formatted(l, q, a));
                }
                weights[l * tokens + q] = a;
            }
        }
        return new PositionWeights(tokens, weights);
    }

    /// The same weights for all of `tokens` queries.
    ///
    /// @throws IllegalArgumentException as [#of] does
    public static PositionWeights sameForAll(int tokens, double... weights) {
        double[][] rows = new double[weights.length][tokens];
        for (int l = 0; l < weights.length; l++) {
            java.util.Arrays.fill(rows[l], weights[l]);
        }
        return of(rows);
    }

    /// How many positions there are weights for: the longest prompt.
    public int positions() {
        return weights.length / tokens;
    }

    /// K.
    public int tokens() {
        return tokens;
    }

    /// a(position, query).
    public double weight(int position, int query) {
        return weights[position * tokens + query];
    }

    /// m `[K]` of a prompt: the weights of each token's positions, added up.
    ///
    /// @throws IllegalArgumentException if the prompt is longer than there are positions, or has
    ///   another token
    public double[] masses(Prompt prompt) {
        prompt.requireWithin(tokens);
        if (prompt.length() > positions()) {
            throw new IllegalArgumentException(
                    "a prompt of %d tokens, must be at most %d, for which there are weights"
                            .formatted(prompt.length(), positions()));
        }
        double[] masses = new double[tokens];
        for (int l = 0; l < prompt.length(); l++) {
            masses[prompt.token(l)] += weight(l, prompt.query());
        }
        return masses;
    }
}
