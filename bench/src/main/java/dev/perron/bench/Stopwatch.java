package dev.perron.bench;

/// Our own side of a comparison: warmed up until it is compiled, and repeated often enough for the
/// clock.
final class Stopwatch implements Rounds.Repetition {
    /// A sample of less would measure the scheduler, and a core on its way up from idling.
    private static final double SHORTEST = 0.3;

    private final Runnable task;
    private final int repeats;

    private Stopwatch(Runnable task, int repeats) {
        this.task = task;
        this.repeats = repeats;
    }

    /// Runs the task for `seconds`, at least twice, before it is measured.
    static Stopwatch warmedUp(double seconds, Runnable task) {
        double spent = 0;
        double last = 0;
        for (int i = 0; i < 2 || spent < seconds; i++) {
            last = once(task);
            spent += last;
        }
        return new Stopwatch(task, (int) Math.ceil(Math.min(1e6, SHORTEST / Math.max(last, 1e-9))));
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

    private static double once(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return (System.nanoTime() - start) * 1e-9;
    }
}
