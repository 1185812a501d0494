package dev.perron.context.collapse;

import dev.perron.context.Cholesky;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What the share of a token tends to, from runs of finite length, where tokens coexist. A run's
/// share is f + W t^e + V t^(2e) + noise, with W and V of its own: the exponent e is known from the
/// flow, and least squares over the checkpoints takes both terms out of each run.
///
/// @param value f, the mean over runs
/// @param standardError of it, from how runs scatter
/// @param from the first checkpoint that counts
public record LongRunShare(double value, double standardError, int from) {
    private static final int TERMS = 3;

    /// Of some runs.
    ///
    /// @param exponent e, below 0, as [TwoTokenPhase.Coexistence] has it
    /// @param from the first time that counts
    /// @return nothing if fewer than four checkpoints or two runs are left, or e is so near to 0
    ///   that the terms look constant
    /// @throws IllegalArgumentException if the exponent isn't below 0
    public static Optional<LongRunShare> of(
            CollapseRuns all, int token, double exponent, int from) {
        if (!(exponent < 0)) {
            throw new IllegalArgumentException(
                    "exponent = %s, must be below 0".formatted(exponent));
        }
        List<Integer> times = all.checkpoints().times();
        int first = (int) times.stream().filter(t -> t < from).count();
        int points = times.size() - first;
        if (points <= TERMS || all.runs() < 2) {
            return Optional.empty();
        }
        double[][] terms = new double[points][TERMS];
        for (int i = 0; i < points; i++) {
            double power = Math.pow((double) times.get(first + i) / times.get(first), exponent);
            terms[i] = new double[] {1, power, power * power};
        }
        return interceptWeights(terms)
                .map(
                        weights -> {
                            double[] values = new double[all.runs()];
                            for (int r = 0; r < values.length; r++) {
                                for (int i = 0; i < points; i++) {
                                    values[r] += weights[i] * all.share(r, first + i, token);
                                }
                            }
                            return ofValues(values, times.get(first));
                        });
    }

    private static LongRunShare ofValues(double[] values, int from) {
        double mean = Arrays.stream(values).sum() / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new LongRunShare(
                mean, Math.sqrt(squares / (values.length - 1) / values.length), from);
    }

    /// What each point counts in the least-squares estimate of the constant; nothing where the
    /// terms can't be told from it.
    private static Optional<double[]> interceptWeights(double[][] terms) {
        double[] normal = new double[TERMS * TERMS];
        for (double[] row : terms) {
            for (int i = 0; i < TERMS; i++) {
                for (int j = 0; j < TERMS; j++) {
                    normal[i * TERMS + j] += row[i] * row[j];
                }
            }
        }
        return Cholesky.of(TERMS, normal)
                .map(
                        factor -> {
                            double[] solved = factor.solve(1, 0, 0);
                            double[] weights = new double[terms.length];
                            for (int p = 0; p < terms.length; p++) {
                                for (int i = 0; i < TERMS; i++) {
                                    weights[p] += terms[p][i] * solved[i];
                                }
                            }
                            return weights;
                        });
    }
}
