package dev.perron.context;

import dev.perron.chain.StochasticMatrix;

/// One layer of self-attention as a model of the next token: f(X) = C Xᵀ softmax(X W x(L-1)), where
/// the rows of X are the embeddings of the prompt, and C Eᵀ = I reads tokens off. Immutable.
///
/// It is the context-conditioned chain with base π(q,·) = softmax over j of e(j)ᵀ W e(q), and with
/// position vectors u(l) added to the keys, the one with position weights exp(u(l)ᵀ W e(q)).
/// Predictions don't change with the part of W outside the identifiable subspace S, so the map from
/// W to P has an inverse only on S: [#of(StochasticMatrix, Embeddings)].
///
/// @see <a href="https://arxiv.org/abs/2402.13512">Ildiz et al. 2024, arXiv:2402.13512</a>
public final class SingleLayerAttention {
    private final Embeddings embeddings;
    private final double[][] weights; // [d][d]

    private SingleLayerAttention(Embeddings embeddings, double[][] weights) {
        this.embeddings = embeddings;
        this.weights = weights;
    }

    /// The layer with these weights.
    ///
    /// @param weights W `[d][d]`
    /// @throws IllegalArgumentException if it isn't of the embeddings' dimension, or an entry isn't
    ///   finite
    public static SingleLayerAttention of(Embeddings embeddings, double[]... weights) {
        int d = embeddings.dimension();
        if (weights.length != d) {
            throw new IllegalArgumentException(
                    "W has %d rows, must have %d, the embeddings' dimension"
                            .formatted(weights.length, d));
        }
        double[][] copy = new double[d][];
        for (int i = 0; i < d; i++) {
            if (weights[i].length != d) {
                throw new IllegalArgumentException(
                        "row %d of W has %d entries, must have %d"
                                .formatted(i, weights[i].length, d));
            }
            for (int j = 0; j < d; j++) {
                if (!Double.isFinite(weights[i][j])) {
                    throw new IllegalArgumentException(
                            "W[%d, %d] = %s, must be finite".formatted(i, j, weights[i][j]));
                }
            }
            copy[i] = weights[i].clone();
        }
        return new SingleLayerAttention(embeddings, copy);
    }

    /// The layer whose W is in the identifiable subspace and whose base chain is `base`: W = Eᵀ A E
    /// with A = M (G + 1cᵀ) M, where G(j,q) = log π(q,j), M = (E Eᵀ)⁻¹ and c such that 1ᵀA = 0.
    /// With orthonormal embeddings that is G with its columns centred; with others, plain centring
    /// gives the same predictions from outside the subspace.
    ///
    /// @throws IllegalArgumentException if there are not as many tokens, or an entry isn't positive
    public static SingleLayerAttention of(StochasticMatrix base, Embeddings embeddings) {
        int k = embeddings.tokens();
        if (base.states() != k) {
            throw new IllegalArgumentException(
                    "a base chain of %d tokens and %d embeddings, must be as many"
                            .formatted(base.states(), k));
        }
        ContextConditionedChain.of(base); // every entry > 0
        double[] logits = new double[k * k];
        for (int q = 0; q < k; q++) {
            for (int j = 0; j < k; j++) {
                logits[j * k + q] = Math.log(base.probability(q, j));
            }
        }
        return of(embeddings, realising(logits, embeddings));
    }

    /// W in S whose logits are `[j,q]`, up to a constant in each column.
    private static double[][] realising(double[] logits, Embeddings e) {
        int k = e.tokens();
        double[] ones = new double[k];
        double all = 0;
        for (int j = 0; j < k; j++) {
            for (int i = 0; i < k; i++) {
                ones[j] += e.gramInverse(i, j);
            }
            all += ones[j];
        }
        double[] centred = logits.clone();
        for (int q = 0; q < k; q++) {
            double mean = 0;
            for (int j = 0; j < k; j++) {
                mean += ones[j] * logits[j * k + q];
            }
            for (int j = 0; j < k; j++) {
                centred[j * k + q] -= mean / all;
            }
        }
        double[] left = e.gramInverseTimes(centred, k); // M (G + 1cᵀ)
        double[] right = e.gramInverseTimes(transposed(left, k), k); // its transpose times M
        int d = e.dimension();
        double[][] weights = new double[d][d];
        for (int j = 0; j < k; j++) {
            for (int q = 0; q < k; q++) {
                double a = right[q * k + j];
                for (int r = 0; r < d; r++) {
                    double ar = a * e.entry(j, r);
                    for (int c = 0; c < d; c++) {
                        weights[r][c] += ar * e.entry(q, c);
                    }
                }
            }
        }
        return weights;
    }

    private static double[] transposed(double[] matrix, int n) {
        double[] out = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                out[j * n + i] = matrix[i * n + j];
            }
        }
        return out;
    }

    /// E.
    public Embeddings embeddings() {
        return embeddings;
    }

    /// W `[d][d]`, a copy.
    public double[][] weights() {
        double[][] copy = new double[weights.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = weights[i].clone();
        }
        return copy;
    }

    /// The base chain, π(q,j) proportional to exp(e(j)ᵀ W e(q)).
    ///
    /// @throws IllegalArgumentException if logits of one query are so far apart (more than about
    ///   700) that a probability isn't positive in double
    public StochasticMatrix baseChain() {
        int k = embeddings.tokens();
        double[] rows = new double[k * k];
        for (int q = 0; q < k; q++) {
            double[] scores = scores(q);
            for (int j = 0; j < k; j++) {
                rows[q * k + j] = embeddings.dot(j, scores);
            }
            exponentiate(rows, q * k, (q + 1) * k);
        }
        StochasticMatrix base = StochasticMatrix.proportionalTo(k, rows);
        ContextConditionedChain.of(base);
        return base;
    }

    /// The layer with the part of W that predictions depend on: its projection on S.
    ///
    /// @throws IllegalArgumentException never for finite weights of ordinary size; as
    ///   [#of(Embeddings, double...)] says if products overflow
    public SingleLayerAttention identifiablePart() {
        int k = embeddings.tokens();
        double[] logits = new double[k * k];
        for (int q = 0; q < k; q++) {
            double[] scores = scores(q);
            for (int j = 0; j < k; j++) {
                logits[j * k + q] = embeddings.dot(j, scores);
            }
        }
        return of(embeddings, realising(logits, embeddings));
    }

    /// The position weights a(l,q) = exp(u(l)ᵀ W e(q)) of position vectors, scaled so that the
    /// largest of each query is 1.
    ///
    /// @param positionVectors `[positions][d]`
    /// @throws IllegalArgumentException if one isn't of the embeddings' dimension, or a weight is
    ///   too small for a double
    public PositionWeights positionWeights(double[]... positionVectors) {
        int k = embeddings.tokens();
        int n = positionVectors.length;
        double[][] weight = new double[n][k];
        double[] column = new double[n];
        for (int q = 0; q < k; q++) {
            double[] scores = scores(q);
            for (int l = 0; l < n; l++) {
                column[l] = dot(requireDimension(positionVectors[l], l), scores);
            }
            exponentiate(column, 0, n);
            for (int l = 0; l < n; l++) {
                weight[l][q] = column[l];
            }
        }
        return PositionWeights.of(weight);
    }

    /// The layer's output after a prompt `[K]`, by attention itself: scores of the keys, softmax,
    /// values, classifier. It is the chain's next law up to rounding, entries may be -1e-16.
    ///
    /// @param positionVectors u `[L][d]` added to the keys, one a token of the prompt at least;
    ///   none for none
    /// @throws IllegalArgumentException if the prompt has another token, or there are too few
    ///   position vectors
    public double[] next(Prompt prompt, double[]... positionVectors) {
        int k = embeddings.tokens();
        int d = embeddings.dimension();
        prompt.requireWithin(k);
        boolean positional = positionVectors.length > 0;
        if (positional && positionVectors.length < prompt.length()) {
            throw new IllegalArgumentException(
                    "%d position vectors for %d tokens, must be as many at least"
                            .formatted(positionVectors.length, prompt.length()));
        }
        double[] scores = scores(prompt.query());
        double[] attention = new double[prompt.length()];
        for (int l = 0; l < attention.length; l++) {
            attention[l] = embeddings.dot(prompt.token(l), scores);
            if (positional) {
                attention[l] += dot(requireDimension(positionVectors[l], l), scores);
            }
        }
        exponentiate(attention, 0, attention.length);
        double sum = 0;
        for (double a : attention) {
            sum += a;
        }
        double[] value = new double[d]; // Xᵀ s
        for (int l = 0; l < attention.length; l++) {
            for (int c = 0; c < d; c++) {
                value[c] += attention[l] / sum * embeddings.entry(prompt.token(l), c);
            }
        }
        double[] read = new double[k]; // E Xᵀ s
        for (int j = 0; j < k; j++) {
            read[j] = embeddings.dot(j, value);
        }
        return embeddings.gramInverseTimes(read, 1);
    }

    /// W e(query).
    private double[] scores(int query) {
        double[] scores = new double[weights.length];
        for (int r = 0; r < scores.length; r++) {
            scores[r] = embeddings.dot(query, weights[r]);
        }
        return scores;
    }

    private double[] requireDimension(double[] vector, int position) {
        if (vector.length != embeddings.dimension()) {
            throw new IllegalArgumentException(
                    "position vector %d has %d entries, must have %d"
                            .formatted(position, vector.length, embeddings.dimension()));
        }
        return vector;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int c = 0; c < a.length; c++) {
            sum += a[c] * b[c];
        }
        return sum;
    }

    /// Logits to weights, the largest of which is 1.
    private static void exponentiate(double[] x, int from, int end) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = from; i < end; i++) {
            most = Math.max(most, x[i]);
        }
        for (int i = from; i < end; i++) {
            x[i] = Math.exp(x[i] - most);
        }
    }
}
