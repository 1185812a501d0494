package dev.perron.bench;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// As many threads as the machine has cores, which take heads one by one: how a caller of the
/// library would spread them.
final class Cores {
    /// How many there are; peers get as many.
    static final int COUNT = Runtime.getRuntime().availableProcessors();

    private static final ExecutorService THREADS =
            Executors.newFixedThreadPool(COUNT, Thread.ofPlatform().daemon().factory());

    private Cores() {}

    /// Does the task for 0, ..., count - 1 and waits for all of them.
    static void forEach(int count, IntConsumer task) {
        AtomicInteger next = new AtomicInteger();
        Callable<Boolean> worker =
                () -> {
                    for (int k = next.getAndIncrement(); k < count; k = next.getAndIncrement()) {
                        task.accept(k);
                    }
                    return true;
                };
        List<Callable<Boolean>> workers = IntStream.range(0, COUNT).mapToObj(_ -> worker).toList();
        try {
            for (Future<Boolean> done : THREADS.invokeAll(workers)) {
                done.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a task failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }
}
