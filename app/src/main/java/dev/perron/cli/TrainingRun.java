package dev.perron.cli;

import dev.perron.transformer.Trainer;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How a training went: its times, and how it ended.
final class TrainingRun {
    private final long start = System.nanoTime();
    private final List<Double> millis = new ArrayList<>();
    private final WatchLog watched;
    private Trainer.Step.@Nullable Diverged diverged;
    private boolean interrupted;

    /// @param watched what was seen of the model before
    TrainingRun(WatchLog watched) {
        this.watched = watched;
    }

    /// A step, timed.
    Trainer.Step step(Trainer trainer) {
        long before = System.nanoTime();
        Trainer.Step step = trainer.step();
        millis.add((System.nanoTime() - before) / 1e6);
        return step;
    }

    /// What was seen of the model on the way.
    WatchLog watched() {
        return watched;
    }

    void diverge(Trainer.Step.Diverged step) {
        diverged = step;
    }

    void end(boolean wasInterrupted) {
        interrupted = wasInterrupted;
    }

    boolean interrupted() {
        return interrupted;
    }

    /// Steps that it did itself, not those before a `--resume`.
    int steps() {
        return millis.size();
    }

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /// The median step.
    double stepMillis() {
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /// @throws Failure if the loss was no number at some step
    void requireConverged(@Nullable Path out) {
        if (diverged != null) {
            throw new Failure(
                    ExitCode.NUMERICAL,
                    "the loss or its gradient at step %d is %s, must be a number%s; lower --rate, or give --clip"
                            .formatted(
                                    diverged.number(),
                                    diverged.value(),
                                    out == null
                                            ? ""
                                            : "; what was saved in %s before is untouched"
                                                    .formatted(out)));
        }
    }
}
