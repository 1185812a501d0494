package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/// On how many threads runs, fits or replicates go. Each has a generator of its own and they are
/// gathered in order, so the answer is the same on any number.
final class ThreadOptions {
    /// More than any machine has.
    private static final int MOST = 1024;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads (default: one a core); they don't change the result.")
    private @Nullable Integer threads;

    /// Refuses a number below 1.
    void check() {
        if (threads != null && (threads < 1 || threads > MOST)) {
            throw new Failure(
                    ExitCode.USAGE, "--threads %d, must be from 1 to %d".formatted(threads, MOST));
        }
    }

    /// Does some work, whose parallel streams stay within these threads.
    <T> T call(Supplier<T> work) {
        check();
        if (threads == null) {
            return work.get();
        }
        // Parallel streams run in the pool of the thread that begins them.
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            return pool.submit(work::get).join();
        }
    }
}
