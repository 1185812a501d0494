package dev.perron.context;

/// Embeddings E `[K,d]` of the tokens, a row e(k) each, linearly independent (so d >= K).
/// Immutable.
public final class Embeddings {
    private final int tokens;
    private final int dimension;
    private final double[] rows; // [K,d]
    private final double[] gramInverse; // [K,K] M = (E Eᵀ)⁻¹

    private Embeddings(int tokens, int dimension, double[] rows, double[] gramInverse) {
        this.tokens = tokens;
        this.dimension = dimension;
        this.rows = rows;
        this.gramInverse = gramInverse;
    }

    /// The embeddings with these rows.
    ///
    /// @param rows `[K][d]`
    /// @throws IllegalArgumentException if there are fewer than two, they differ in length, an
    ///   entry isn't finite, or they depend on each other linearly
    public static Embeddings of(double[]... rows) {
        int k = rows.length;
        if (k < 2) {
            throw new IllegalArgumentException("%d embeddings, must be at least 2".formatted(k));
        }
        int d = rows[0].length;
        double[] all = new double[Math.multiplyExact(k, d)];
        for (int i = 0; i < k; i++) {
            if (rows[i].length != d) {
                throw new IllegalArgumentException(
                        "embedding %d has %d entries, must have %d"
                                .formatted(i, rows[i].length, d));
            }
            for (int c = 0; c < d; c++) {
                if (!Double.isFinite(rows[i][c])) {
                    throw new IllegalArgumentException(
                            "embedding %d: entry %d = %s, must be finite"
                                    .formatted(i, c, rows[i][c]));
                }
                all[i * d + c] = rows[i][c];
            }
        }
        double[] gram = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                for (int c = 0; c < d; c++) {
                    gram[i * k + j] += all[i * d + c] * all[j * d + c];
                }
            }
        }
        Cholesky factor =
                Cholesky.of(k, gram)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "%d embeddings of dimension %d depend on each other linearly, must be independent"
                                                        .formatted(k, d)));
        return new Embeddings(k, d, all, factor.inverse());
    }

    /// The unit vectors of `tokens` dimensions.
    ///
    /// @throws IllegalArgumentException if there are fewer than two tokens
    public static Embeddings orthonormal(int tokens) {
        double[][] rows = new double[tokens][tokens];
        for (int i = 0; i < tokens; i++) {
            rows[i][i] = 1;
        }
        return of(rows);
    }

    /// K.
    public int tokens() {
        return tokens;
    }

    /// d.
    public int dimension() {
        return dimension;
    }

    /// Coordinate `c` of e(token).
    public double entry(int token, int c) {
        return rows[token * dimension + c];
    }

    /// An entry of M = (E Eᵀ)⁻¹. C = M E is the classifier with C Eᵀ = I.
    double gramInverse(int i, int j) {
        return gramInverse[i * tokens + j];
    }

    /// e(token)ᵀ x.
    double dot(int token, double[] x) {
        double sum = 0;
        for (int c = 0; c < dimension; c++) {
            sum += rows[token * dimension + c] * x[c];
        }
        return sum;
    }

    /// M times a matrix `[K,n]`, row-major.
    double[] gramInverseTimes(double[] matrix, int n) {
        double[] product = new double[tokens * n];
        for (int i = 0; i < tokens; i++) {
            for (int k = 0; k < tokens; k++) {
                for (int j = 0; j < n; j++) {
                    product[i * n + j] += gramInverse(i, k) * matrix[k * n + j];
                }
            }
        }
        return product;
    }
}
