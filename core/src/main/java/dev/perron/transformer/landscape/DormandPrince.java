package dev.perron.transformer.landscape;

/// One step of gradient flow by the method of Dormand and Prince, Journal of Computational and
/// Applied Mathematics 6 (1980): of order 5, with an estimate of its error of order 4.
final class DormandPrince {
    private static final double[][] STAGES = {
        {},
        {1.0 / 5},
        {3.0 / 40, 9.0 / 40},
        {44.0 / 45, -56.0 / 15, 32.0 / 9},
        {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
        {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
        {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}
    };

    private static final double[] ERROR = {
        71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40
    };

    private DormandPrince() {}

    /// Where the flow from `here` is after `step`.
    ///
    /// @param here e and w
    /// @param out e and w, overwritten
    /// @return the estimated error, each coordinate relative to itself, in units of `tolerance`
    static double step(
            Canonical model, double[] here, double step, double tolerance, double[] out) {
        double[][] velocity = new double[STAGES.length][];
        for (int s = 0; s < STAGES.length; s++) {
            out[0] = here[0];
            out[1] = here[1];
            for (int r = 0; r < s; r++) {
                out[0] += step * STAGES[s][r] * velocity[r][0];
                out[1] += step * STAGES[s][r] * velocity[r][1];
            }
            Canonical.Slope slope = model.slope(out[0], out[1]);
            velocity[s] = new double[] {-slope.e(), -slope.w()};
        }
        double worst = 0;
        for (int i = 0; i < 2; i++) {
            double error = 0;
            for (int s = 0; s < ERROR.length; s++) {
                error += step * ERROR[s] * velocity[s][i];
            }
            double size = Math.max(Math.abs(here[i]), Math.abs(out[i]));
            worst = Math.max(worst, Math.abs(error) / (tolerance * Math.max(size, 1e-30)));
        }
        return worst;
    }
}
