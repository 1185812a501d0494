package dev.perron.bench;

/// Our own side of a comparison: warmed up until it is compiled, and repeated often enough for the
/// clock.
final class Stopwatch implements Rounds.Repetition {
    /// A sample of less would measure the scheduler, and a core on its way up from idling.
    private static final double SHORTEST = 0.3;

    private static final double FASTER = 0.97;
    private static final int MOST_STRETCHES = 10;

    private final Runnable task;
    private final int repeats;

    private Stopwatch(Runnable task, int repeats) {
        this.task = task;
        this.repeats = repeats;
    }

    /// Runs the task for `seconds`, at least twice, before it is measured; and on for as long as a
    /// stretch of half of that is faster than the one before: large loops are compiled late.
    static Stopwatch warmedUp(double seconds, Runnable task) {
        double before = stretch(seconds / 2, task);
        double last = stretch(seconds / 2, task);
        for (int more = 0; more < MOST_STRETCHES && last < FASTER * before; more++) {
            before = last;
            last = stretch(seconds / 2, task);
        }
        return new Stopwatch(task, (int) Math.ceil(Math.min(1e6, SHORTEST / Math.max(last, 1e-9))));
    }

    /// Seconds of a run, the mean over as many as fill `seconds`, at least one.
    private static double stretch(double seconds, Runnable task) {
        int runs = 0;
        double spent = 0;
        long start = System.nanoTime();
        do {
            task.run();
            runs++;
            spent = (System.nanoTime() - start) * 1e-9;
        } while (spent < seconds);
        return spent / runs;
    }

    /// Of one run: the mean of as many as a sample has, after one that isn't counted, so that no
    /// sample is taken cold.
    @Override
    public double seconds() {
        if (repeats > 1) {
            task.run();
        }
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            task.run();
        }
        return (System.nanoTime() - start) * 1e-9 / repeats;
    }
}
