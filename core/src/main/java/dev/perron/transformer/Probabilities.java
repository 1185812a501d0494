package dev.perron.transformer;

import java.util.Arrays;

/// How logits `[V]` become the law of the next token, whose `-log` at the token that followed is
/// the loss. It says what the float32 passes must give.
public enum Probabilities {
    /// In proportion to `exp(logit)`.
    SOFTMAX,
    /// In proportion to `max(logit, 0) + 1e-5`. The folder Markov-RPE of the code of Makkuva et
    /// al., arXiv:2402.04161. A token whose logit isn't positive has no gradient through it.
    RELU;

    /// What a token has at least, before all are divided by their sum; for [#RELU].
    public static final double FLOOR = 1e-5;

    /// Replaces V logits from `at` on by their law.
    void normalise(double[] x, int at, int count) {
        double most = Double.NEGATIVE_INFINITY;
        for (int v = at; v < at + count; v++) {
            most = Math.max(most, x[v]);
        }
        double sum = 0;
        for (int v = at; v < at + count; v++) {
            x[v] =
                    switch (this) {
                        case SOFTMAX -> Math.exp(x[v] - most);
                        case RELU -> Math.max(x[v], 0) + FLOOR;
                    };
            sum += x[v];
        }
        for (int v = at; v < at + count; v++) {
            x[v] /= sum;
        }
    }

    /// `-log` of the target's probability.
    double surprise(double[] logits, int target) {
        return switch (this) {
            case SOFTMAX -> {
                double most = Arrays.stream(logits).max().orElseThrow();
                double sum = Arrays.stream(logits).map(x -> Math.exp(x - most)).sum();
                yield most + Math.log(sum) - logits[target];
            }
            case RELU -> {
                double sum = Arrays.stream(logits).map(x -> Math.max(x, 0) + FLOOR).sum();
                yield Math.log(sum) - Math.log(Math.max(logits[target], 0) + FLOOR);
            }
        };
    }

    /// The gradient of [#surprise] in the logits.
    double[] surpriseGradient(double[] logits, int target) {
        double[] gradient = logits.clone();
        switch (this) {
            case SOFTMAX -> {
                normalise(gradient, 0, gradient.length);
                gradient[target] -= 1;
            }
            case RELU -> {
                double sum = Arrays.stream(logits).map(x -> Math.max(x, 0) + FLOOR).sum();
                Arrays.setAll(
                        gradient,
                        v -> {
                            double own = v == target ? 1 / (logits[v] + FLOOR) : 0;
                            return logits[v] > 0 ? 1 / sum - own : 0;
                        });
            }
        }
        return gradient;
    }
}
