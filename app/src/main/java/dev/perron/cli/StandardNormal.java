package dev.perron.cli;

/// The standard normal law, for intervals.
final class StandardNormal {
    private static final int HALVINGS = 80;

    private StandardNormal() {}

    /// z such that a value is within z of 0 with this probability: 1.96 for 0.95.
    ///
    /// @param probability between 0 and 1
    static double twoSided(double probability) {
        double low = 0;
        double high = 40;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (within(middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /// erf(z/√2), by its series up to 6 and as 1 above, where the rest is below 2e-9.
    private static double within(double z) {
        if (z > 6) {
            return 1 - 2e-9 * Math.exp(6 - z);
        }
        double term = z;
        double sum = z;
        for (int n = 1; n < 200; n++) {
            term *= -z * z / (2 * n);
            sum += term / (2 * n + 1);
        }
        return sum * Math.sqrt(2 / Math.PI);
    }
}
