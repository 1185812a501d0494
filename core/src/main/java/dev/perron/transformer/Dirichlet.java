package dev.perron.transformer;

import java.util.random.RandomGenerator;

/// Random laws from a symmetric Dirichlet law: independent gamma variates, divided by their sum.
final class Dirichlet {
    private Dirichlet() {}

    /// Fills `out` with laws on n outcomes each.
    ///
    /// @param concentration all n parameters, positive
    /// @param out `[laws, n]`, overwritten
    static void draw(RandomGenerator random, double concentration, int n, double[] out) {
        for (int at = 0; at < out.length; at += n) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = at; i < at + n; i++) {
                out[i] = logGamma(random, concentration);
                largest = Math.max(largest, out[i]);
            }
            double sum = 0;
            for (int i = at; i < at + n; i++) {
                out[i] = Math.exp(out[i] - largest);
                sum += out[i];
            }
            for (int i = at; i < at + n; i++) {
                out[i] /= sum;
            }
        }
    }

    /// The logarithm of a gamma variate, since the variate itself would underflow for small shapes.
    /// A shape below 1 is that above by 1, times a power of a uniform variate.
    private static double logGamma(RandomGenerator random, double shape) {
        if (shape == 1) {
            return Math.log(-Math.log1p(-positive(random)));
        }
        if (shape < 1) {
            return logGamma(random, shape + 1) + Math.log(positive(random)) / shape;
        }
        return Math.log(gamma(random, shape));
    }

    /// Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000),
    /// for shapes of at least 1.
    private static double gamma(RandomGenerator random, double shape) {
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v > 0) {
                double cube = v * v * v;
                if (Math.log(positive(random)) < x * x / 2 + d - d * cube + d * Math.log(cube)) {
                    return d * cube;
                }
            }
        }
    }

    /// Uniform above 0 and below 1.
    private static double positive(RandomGenerator random) {
        double u = random.nextDouble();
        return u > 0 ? u : Double.MIN_NORMAL;
    }
}
