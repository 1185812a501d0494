package dev.perron.bench;

import java.util.SplittableRandom;

/// The kinds of attention that are measured, by seed: softmax of logits that are Gaussian noise and
/// something more, float32 rows `[n · n]`.
enum Chains {
    /// Noise alone: |λ₂| is small, and everything converges in a few steps.
    EASY,
    /// Eight blocks of tokens that attend mostly to their own: seven eigenvalues of about 0.975.
    STICKY,
    /// Each token sees itself and those before it.
    CAUSAL,
    /// Each token sees its neighbours, eight at each side: no gap to speak of.
    LOCAL_WINDOW;

    private static final int BLOCKS = 8;
    private static final double STICKY_LAMBDA2 = 0.975;
    private static final int WINDOW = 8;

    /// log of p·(B-1)/(1-p), where p = λ₂ + (1-λ₂)/B is the probability of staying in one of B
    /// blocks.
    private static final double STICKY_LOGIT =
            Math.log((1 + (BLOCKS - 1) * STICKY_LAMBDA2) / (1 - STICKY_LAMBDA2));

    /// One head.
    ///
    /// @param n tokens, at least 1
    float[] rows(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31 + name().hashCode());
        float[] rows = new float[Math.multiplyExact(n, n)];
        double[] masses = new double[n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            int first = firstKey(i);
            int last = lastKey(i, n);
            for (int j = first; j <= last; j++) {
                masses[j] = Math.exp(random.nextGaussian() + bias(i, j, n));
                sum += masses[j];
            }
            for (int j = first; j <= last; j++) {
                rows[i * n + j] = (float) (masses[j] / sum);
            }
        }
        return rows;
    }

    private int firstKey(int query) {
        return this == LOCAL_WINDOW ? Math.max(0, query - WINDOW) : 0;
    }

    private int lastKey(int query, int n) {
        return switch (this) {
            case EASY, STICKY -> n - 1;
            case CAUSAL -> query;
            case LOCAL_WINDOW -> Math.min(n - 1, query + WINDOW);
        };
    }

    private double bias(int i, int j, int n) {
        boolean together = (long) i * BLOCKS / n == (long) j * BLOCKS / n;
        return this == STICKY && together ? STICKY_LOGIT : 0;
    }

    @Override
    public String toString() {
        return switch (this) {
            case EASY -> "easy";
            case STICKY -> "sticky";
            case CAUSAL -> "causal";
            case LOCAL_WINDOW -> "local window";
        };
    }
}
