package dev.perron.vision;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Between which values the mean of a sample lies, as far as drawing it anew can tell: the middle
/// 95 % of the means of samples of the same size, drawn with replacement.
///
/// Source: Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7
/// (1979); the percentile interval.
///
/// @param low 2.5 % of the means are below
/// @param mean of the sample itself
/// @param high 2.5 % of the means are above
public record BootstrapInterval(double low, double mean, double high) {
    /// How often a sample is drawn anew.
    public static final int DRAWS = 2000;

    private static final double TAIL = 0.025;

    /// The interval of a sample's mean; the same seed gives the same one.
    ///
    /// @param sample at least one value
    /// @throws IllegalArgumentException if the sample is empty
    public static BootstrapInterval of(List<Double> sample, long seed) {
        if (sample.isEmpty()) {
            throw new IllegalArgumentException("no values, must be at least 1");
        }
        double[] values = sample.stream().mapToDouble(Double::doubleValue).toArray();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] means = new double[DRAWS];
        for (int d = 0; d < DRAWS; d++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[random.nextInt(values.length)];
            }
            means[d] = sum / values.length;
        }
        Arrays.sort(means);
        int cut = (int) (TAIL * DRAWS);
        return new BootstrapInterval(
                means[cut], Arrays.stream(values).average().orElseThrow(), means[DRAWS - 1 - cut]);
    }
}
