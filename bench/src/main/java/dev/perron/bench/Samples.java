package dev.perron.bench;

import java.util.List;
import java.util.stream.DoubleStream;

/// Seconds of several rounds, in the order in which they were measured.
///
/// @param seconds at least one, each finite and ≥ 0
record Samples(List<Double> seconds) {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if it is empty, or an entry is negative or not finite
    Samples {
        seconds = List.copyOf(seconds);
        if (seconds.isEmpty()) {
            throw new IllegalArgumentException("no samples, must be at least 1");
        }
        for (double second : seconds) {
            if (!(second >= 0 && second < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "sample %s, must be finite and >= 0".formatted(second));
            }
        }
    }

    static Samples of(double... seconds) {
        return new Samples(DoubleStream.of(seconds).boxed().toList());
    }

    /// Half of the rounds took no longer.
    double median() {
        return quantile(0.5);
    }

    /// A quarter of the rounds took no longer.
    double lowerQuartile() {
        return quantile(0.25);
    }

    /// Three quarters of the rounds took no longer.
    double upperQuartile() {
        return quantile(0.75);
    }

    /// The seconds of a part, where the whole was measured.
    Samples times(double factor) {
        return new Samples(seconds.stream().map(s -> s * factor).toList());
    }

    /// Between two ranks by linear interpolation, as NumPy's default.
    private double quantile(double p) {
        double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double rank = p * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
