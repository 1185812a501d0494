package dev.perron.kernel;

/// The distribution function of the standard normal law, to double precision.
public final class NormalDistribution {
    private NormalDistribution() {}

    /// `Φ(x) = ½ erfc(-x/√2)`, within 1e-15: by the power series about 0 where |x| is below 3, else
    /// by Lentz's continued fraction of the tail.
    public static double below(double x) {
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        if (Math.abs(x) < 3) {
            double term = x;
            double sum = x;
            for (int k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
                term *= x * x / k;
                sum += term;
            }
            return 0.5 + density * sum;
        }
        double size = Math.abs(x);
        double fraction = size;
        for (int k = 60; k > 0; k--) {
            fraction = size + k / fraction;
        }
        double tail = density / fraction;
        return x < 0 ? tail : 1 - tail;
    }
}
