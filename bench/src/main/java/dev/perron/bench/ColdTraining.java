package dev.perron.bench;

import dev.perron.transformer.Trainer;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/// A training in a JVM of its own, which tells where its time goes: what a user waits for.
///
/// Arguments: steps, tokens of a sequence, threads. Prints four numbers: seconds from the JVM's
/// start to here, of the training, of its last quarter of steps, and of compilation, which goes on
/// beside the steps on threads of its own.
final class ColdTraining {
    private ColdTraining() {}

    /// See the class.
    public static void main(String[] arguments) {
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        double before = (System.currentTimeMillis() - started) * 1e-3;
        int steps = Integer.parseInt(arguments[0]);
        double[] seconds = new double[steps];
        long start = System.nanoTime();
        try (Trainer trainer =
                TrainingComparison.trainer(
                        8, 1, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]))) {
            long last = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                trainer.step();
                long now = System.nanoTime();
                seconds[i] = (now - last) * 1e-9;
                last = now;
            }
        }
        double training = (System.nanoTime() - start) * 1e-9;
        double end = Arrays.stream(seconds, steps - steps / 4, steps).sum();
        double compiling =
                ManagementFactory.getCompilationMXBean().getTotalCompilationTime() * 1e-3;
        System.out.printf(Locale.ROOT, "%.3f %.3f %.3f %.3f%n", before, training, end, compiling);
    }
}
