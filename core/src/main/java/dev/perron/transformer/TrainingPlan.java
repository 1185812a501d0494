package dev.perron.transformer;

import java.util.List;

/// How a model is trained. With the configuration, the start and the source it says all of a run:
/// the same plan gives the same numbers, on as many threads as one likes.
///
/// @param steps updates of the weights
/// @param batch sequences of a step
/// @param length tokens T of a sequence
/// @param accumulation how many such batches a step's gradient is the mean of
/// @param optimiser how weights follow gradients
/// @param rate the highest learning rate
/// @param schedule how the rate goes
/// @param clip gradients longer than this are shortened to it; infinite for none
/// @param evaluateEvery steps from one evaluation to the next
/// @param evaluationBatches batches of an evaluation, always the same ones
/// @param seed of start, data and evaluation
/// @param precision of weights and arithmetic
/// @param frozen beginnings of the names of tensors that stay as they are
public record TrainingPlan(
        int steps,
        int batch,
        int length,
        int accumulation,
        Optimiser optimiser,
        double rate,
        Schedule schedule,
        double clip,
        int evaluateEvery,
        int evaluationBatches,
        long seed,
        Precision precision,
        List<String> frozen) {
    /// In what numbers a model is trained.
    public enum Precision {
        /// By the kernels: fast.
        FLOAT32,
        /// Plainly, for studies: hundreds of times slower, memory with T².
        FLOAT64
    }

    /// @throws IllegalArgumentException if a value is out of its range
    public TrainingPlan {
        requireAtLeastOne("steps", steps);
        requireAtLeastOne("batch", batch);
        requireAtLeastOne("length", length);
        requireAtLeastOne("accumulation", accumulation);
        requireAtLeastOne("steps between evaluations", evaluateEvery);
        requireAtLeastOne("evaluation batches", evaluationBatches);
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rate %s, must be above 0".formatted(rate));
        }
        if (!(clip > 0)) {
            throw new IllegalArgumentException("clip %s, must be above 0".formatted(clip));
        }
        frozen = List.copyOf(frozen);
    }

    private static void requireAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s %d, must be at least 1".formatted(what, value));
        }
    }

    /// The reference of the published code: AdamW with a one-cycle cosine up to 2e-3, 16 sequences
    /// of 1024 tokens a step, float32, nothing clipped or frozen.
    public static TrainingPlan reference(int steps, long seed) {
        return new TrainingPlan(
                steps,
                16,
                1024,
                1,
                Optimiser.AdamW.reference(),
                2e-3,
                Schedule.OneCycle.reference(Schedule.Annealing.COSINE),
                Double.POSITIVE_INFINITY,
                10,
                1,
                seed,
                Precision.FLOAT32,
                List.of());
    }

    /// Other sizes of a batch.
    public TrainingPlan withBatch(int sequences, int tokens) {
        return of(steps, sequences, tokens, precision, frozen);
    }

    /// Another number of steps.
    public TrainingPlan withSteps(int count) {
        return of(count, batch, length, precision, frozen);
    }

    /// Another precision.
    public TrainingPlan withPrecision(Precision other) {
        return of(steps, batch, length, other, frozen);
    }

    /// Other frozen tensors, by the beginnings of their names.
    public TrainingPlan withFrozen(List<String> names) {
        return of(steps, batch, length, precision, names);
    }

    private TrainingPlan of(
            int count, int sequences, int tokens, Precision numbers, List<String> names) {
        return new TrainingPlan(
                count,
                sequences,
                tokens,
                accumulation,
                optimiser,
                rate,
                schedule,
                clip,
                evaluateEvery,
                evaluationBatches,
                seed,
                numbers,
                names);
    }

    /// What differs from another plan, one after the other: `steps: 400, there 500`; empty if
    /// nothing does.
    public String differenceFrom(TrainingPlan other) {
        return RecordDifference.between(this, other);
    }

    /// The learning rate of a step from 0.
    public double rateAt(int step) {
        return rate * schedule.factor(step, steps);
    }

    /// Whether a tensor stays as it is.
    boolean freezes(WeightTensor tensor) {
        return frozen.stream().anyMatch(tensor.name()::startsWith);
    }
}
