package dev.perron.cli;

import dev.perron.onnx.ModelTimes;
import dev.perron.onnx.OnnxModel;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Where the time of a folder of photographs goes: how much of it is the model's own. What is done
/// beside the model's runs is counted too, so that shares may sum to more than 100 %.
final class BatchTimes {
    private static final double SECOND = 1e9;

    private final OnnxModel model;
    private final ModelTimes before;
    private final long start = System.nanoTime();
    private final LongAdder reading = new LongAdder(); // nanoseconds, as the others
    private final LongAdder attending = new LongAdder();
    private final LongAdder asking = new LongAdder();
    private final LongAdder images = new LongAdder();

    BatchTimes(OnnxModel model) {
        this.model = model;
        this.before = model.times();
    }

    /// What writes rows.
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    /// Reads and prepares an image.
    <T> T reading(Supplier<T> work) {
        return timed(reading, work);
    }

    /// Has the model look at an image.
    <T> T attending(Supplier<T> work) {
        return timed(attending, work);
    }

    /// Answers what was asked of an image.
    void asking(Writing work) throws IOException {
        long from = System.nanoTime();
        work.run();
        asking.add(System.nanoTime() - from);
        images.increment();
    }

    private static <T> T timed(LongAdder time, Supplier<T> work) {
        long from = System.nanoTime();
        T made = work.get();
        time.add(System.nanoTime() - from);
        return made;
    }

    /// How many images were answered.
    long images() {
        return images.sum();
    }

    /// `100 images in 5.1 s after 0.3 s of loading the model, 19.6 a second: the model's own ...`.
    String words() {
        ModelTimes now = model.times();
        long loading = nanos(now.loading(), before.loading());
        long running = nanos(now.running(), before.running());
        long all = Math.max(1, System.nanoTime() - start - loading);
        return "%d image%s in %.2f s after %.2f s of loading the model, %.1f a second. The model's own inference takes %.1f %% of the time; beside it, reading and preparing images %.1f %%, checking the attention that comes out %.1f %%, answering %.1f %%"
                .formatted(
                        images(),
                        images() == 1 ? "" : "s",
                        all / SECOND,
                        loading / SECOND,
                        images() * SECOND / all,
                        100.0 * running / all,
                        100.0 * reading.sum() / all,
                        100.0 * (attending.sum() - loading - running) / all,
                        100.0 * asking.sum() / all);
    }

    private static long nanos(Duration now, Duration before) {
        return now.minus(before).toNanos();
    }
}
