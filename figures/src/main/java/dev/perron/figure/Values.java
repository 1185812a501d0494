package dev.perron.figure;

import java.util.List;

/// What every figure asks of its values.
final class Values {
    private Values() {}

    static void require(int tokens, List<Double> values) {
        if (tokens < 1) {
            throw new IllegalArgumentException("no tokens, must be at least 1");
        }
        if (values.size() != tokens) {
            throw new IllegalArgumentException(
                    "%d values for %d tokens, must be as many".formatted(values.size(), tokens));
        }
        for (int i = 0; i < tokens; i++) {
            require(values.get(i), "value[" + i + "]");
        }
    }

    static void require(double value, String where) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "%s = %s, must be finite and >= 0".formatted(where, value));
        }
    }

    static boolean above(List<Double> values, ColourScale scale) {
        return values.stream().anyMatch(v -> v > scale.high());
    }

    static double largest(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
