package dev.perron.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C, or any other polite end of the JVM: asks work to stop at the next place where what was
/// done can be kept, and holds the end back until it has been.
final class Interruption implements AutoCloseable {
    private static final long SECONDS = 30;

    private final CountDownLatch kept = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "keep");
    private volatile boolean asked;

    private Interruption() {}

    /// One that is told from now on.
    static Interruption watched() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void end() {
        asked = true;
        try {
            if (!kept.await(SECONDS, TimeUnit.SECONDS)) {
                return; // whoever should have kept it hangs
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether work should stop.
    boolean asked() {
        return asked;
    }

    /// Says a line before the end.
    void tell(PrintWriter err, String line) {
        err.println("perron train: " + line);
        err.flush();
    }

    @Override
    public void close() {
        kept.countDown();
        if (!asked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                asked = true; // it began just now, and has nothing to wait for any more
            }
        }
    }
}
