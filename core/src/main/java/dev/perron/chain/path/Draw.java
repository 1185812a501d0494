package dev.perron.chain.path;

/// One outcome of a law that is known but for a factor.
public final class Draw {
    private Draw() {}

    /// The index whose share of [0, total) holds `u` times the total. What rounding leaves over
    /// goes to the last index that has a share.
    ///
    /// @param weights `[n]`, at least 0, not all 0
    /// @param u uniform, from 0 to 1, exclusive
    public static int from(double[] weights, double u) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double left = u * total;
        int last = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return last;
    }
}
