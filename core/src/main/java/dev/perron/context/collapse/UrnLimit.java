package dev.perron.context.collapse;

import java.util.Arrays;

/// Pólya's urn: where all entries of the base chain are alike, a token comes out in proportion to
/// its count, and its share tends to a random limit with the law Beta(own, others), the counts of
/// the prompt.
///
/// @param own how often the token stands in the prompt, at least 1
/// @param others how many other tokens there are in it, at least 1
public record UrnLimit(int own, int others) {
    /// Checks them.
    ///
    /// @throws IllegalArgumentException if one is below 1
    public UrnLimit {
        if (own < 1 || others < 1) {
            throw new IllegalArgumentException(
                    "Beta(%d, %d), both must be at least 1".formatted(own, others));
        }
    }

    /// The probability that the limit is at most x: that of `own` successes at least in own +
    /// others - 1 trials.
    public double cumulative(double x) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        int n = own + others - 1;
        double sum = 0;
        double logTerm = n * Math.log1p(-x); // of 0 successes
        for (int j = 0; j <= n; j++) {
            if (j >= own) {
                sum += Math.exp(logTerm);
            }
            logTerm += Math.log(n - j) - Math.log(j + 1) + Math.log(x) - Math.log1p(-x);
        }
        return Math.min(1, sum);
    }

    /// How far shares are from the law.
    ///
    /// @param distance the largest difference of the two cumulative functions
    /// @param pValue how likely a larger one is by chance, asymptotically
    public record Agreement(double distance, double pValue) {}

    /// Kolmogorov's and Smirnov's comparison with shares that runs ended with.
    ///
    /// @param shares at least one
    public Agreement agreement(double... shares) {
        double[] sorted = shares.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double at = cumulative(sorted[i]);
            distance = Math.max(distance, Math.max(at - (double) i / n, (i + 1.0) / n - at));
        }
        double root = Math.sqrt(n);
        double lambda = (root + 0.12 + 0.11 / root) * distance;
        double tail = 0;
        for (int j = 1; j <= 100; j++) {
            tail += (j % 2 == 1 ? 2 : -2) * Math.exp(-2 * lambda * lambda * j * j);
        }
        return new Agreement(distance, Math.clamp(tail, 0, 1));
    }
}
