package dev.perron.attention;

import dev.perron.chain.Transition;

/// How differently the tokens attend in two chains on the same n tokens: the Jensen-Shannon
/// divergence of row i of the one and row i of the other, for each i,
///
/// ```
///   js(p, q) = ½ Σ p log(p/m) + ½ Σ q log(q/m),   m = ½(p + q)
/// ```
///
/// in nats, from 0 (the same row) to log 2 (no key in common). Its root is a metric, and so is the
/// root of the mean over rows, being a Euclidean norm of such roots.
///
/// @param mean over the n rows, in nats
/// @param largest of a row, in nats
/// @param row which row that is, the first of several
/// @see "J. Lin, Divergence measures based on the Shannon entropy, IEEE Transactions on Information
///   Theory 37 (1991)"
/// @see "D. M. Endres, J. E. Schindelin, A new metric for probability distributions, IEEE
///   Transactions on Information Theory 49 (2003), for the root as a metric"
public record RowDivergence(double mean, double largest, int row) {
    /// The largest there is, log 2, in nats.
    public static final double MOST = Math.log(2);

    /// Compares two chains, in time n².
    ///
    /// @throws IllegalArgumentException if they aren't on as many states
    public static RowDivergence of(Transition one, Transition other) {
        int n = one.states();
        if (other.states() != n) {
            throw new IllegalArgumentException(
                    "chains on %d and %d states, must be on as many".formatted(n, other.states()));
        }
        double[] p = new double[n];
        double[] q = new double[n];
        double sum = 0;
        double largest = -1;
        int row = 0;
        for (int i = 0; i < n; i++) {
            one.row(i, p);
            other.row(i, q);
            double nats = nats(p, q);
            sum += nats;
            if (nats > largest) {
                largest = nats;
                row = i;
            }
        }
        return new RowDivergence(sum / n, largest, row);
    }

    /// The mean as a part of the largest there is, from 0 to 1; in bits it is the same number.
    public double meanShare() {
        return mean / MOST;
    }

    /// The root of the mean: a metric between chains, from 0 to √(log 2), 0.8326.
    public double distance() {
        return Math.sqrt(mean);
    }

    /// The divergence of two distributions of as many masses. With s = p + q and d = (p - q)/s a
    /// term is s/4 · ((1+d) log(1+d) + (1-d) log(1-d)), which is never below 0, and keeps its
    /// digits where p and q are nearly the same.
    static double nats(double[] p, double[] q) {
        double sum = 0;
        for (int j = 0; j < p.length; j++) {
            if (p[j] == q[j]) {
                continue;
            }
            double s = p[j] + q[j];
            sum += s / 4 * term(Math.abs(p[j] - q[j]) / s);
        }
        // Rounding may carry the sum an ulp or two above what there is.
        return Math.min(sum, MOST);
    }

    /// (1+d) log(1+d) + (1-d) log(1-d), for d from 0 to 1; near 0, where that cancels, as log(1-d²)
    /// + 2d artanh d, which doesn't there but would near 1.
    private static double term(double d) {
        if (d >= 1) {
            return 2 * MOST;
        }
        return d < 0.5
                ? Math.log1p(-d * d) + d * (Math.log1p(d) - Math.log1p(-d))
                : (1 + d) * Math.log1p(d) + (1 - d) * Math.log1p(-d);
    }
}
