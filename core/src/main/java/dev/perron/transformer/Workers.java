package dev.perron.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// A few threads that share numbered tasks, the calling one among them. Which thread does which
/// task is left open, so tasks must not depend on it.
final class Workers implements AutoCloseable {
    private final int threads;
    private final ExecutorService others;

    /// @param threads at least 1
    Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("%d threads, must be at least 1".formatted(threads));
        }
        this.threads = threads;
        others =
                Executors.newFixedThreadPool(
                        Math.max(1, threads - 1),
                        Thread.ofPlatform().daemon().name("train-", 1).factory());
    }

    /// A task of a thread's own: `run(thread, task)`.
    interface Task {
        void run(int thread, int task);
    }

    int threads() {
        return threads;
    }

    /// Does the tasks from 0 to below `tasks`, and returns when all are done.
    void run(int tasks, Task task) {
        AtomicInteger next = new AtomicInteger();
        IntConsumer share =
                thread -> {
                    for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                        task.run(thread, i);
                    }
                };
        List<Future<?>> pending = new ArrayList<>();
        for (int thread = 1; thread < Math.min(threads, tasks); thread++) {
            int number = thread;
            pending.add(others.submit(() -> share.accept(number)));
        }
        share.accept(0);
        for (Future<?> other : pending) {
            await(other);
        }
    }

    private static void await(Future<?> other) {
        boolean interrupted = false;
        while (true) {
            try {
                other.get();
                break;
            } catch (InterruptedException _) {
                interrupted = true; // its arrays are in use until it is done
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        others.shutdownNow();
    }
}
