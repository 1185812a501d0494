package dev.perron.bench;

import dev.perron.attention.Mask;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// TokenRank of a long input from its queries and keys: in a JVM whose heap holds them and 64 MB, a
/// step beside as many multiply-adds in registers.
record QueryKeyComparison() implements Comparison {
    private static final long BESIDE = 64L << 20;
    private static final int CHANNELS = 64;

    @Override
    public String name() {
        return "querykey";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        int n = setting.choose(16384, 256);
        for (Mask mask : Mask.values()) {
            String data = "Q and K, n = %d, d = %d, mask %s".formatted(n, CHANNELS, mask);
            long heap = 2L * n * CHANNELS * Float.BYTES + BESIDE;
            report(data, heap, inOwnJvm(n, mask, setting.rounds(), heap), results);
        }
    }

    private void report(
            String data, long heap, Optional<QueryKeyRun.Report> report, Consumer<Line> results) {
        if (report.isEmpty()) {
            results.accept(
                    new Line.Measured(
                            name(),
                            data,
                            "TokenRank within a heap of Q, K and 64 MB (1 = yes)",
                            0,
                            Optional.of(Target.atLeast(1))));
            return;
        }
        QueryKeyRun.Report run = report.get();
        results.accept(
                new Line.Measured(
                        name(),
                        data,
                        "TokenRank within a heap of Q, K and 64 MB (1 = yes)",
                        1,
                        Optional.of(Target.atLeast(1))));
        note(results, data, "MB of heap allowed", heap / 1e6);
        note(results, data, "MB of heap at the highest", run.fact("peakBytes") / 1e6);
        note(results, data, "seconds of TokenRank, the head made too", run.fact("rankSeconds"));
        note(results, data, "products of TokenRank", run.fact("products"));
        note(results, data, "L1 error of TokenRank, proven bound", run.fact("errorBound"));
        boolean one = run.fact("coresOfAStep") < 1.5;
        note(results, data, "cores that a step uses", run.fact("coresOfAStep"));
        target(results, data, run, "multiply-adds, one core", run.oneCore(), one);
        target(results, data, run, "multiply-adds, all cores", run.allCores(), !one);
    }

    /// Asked of the floor of as many cores as a step uses; the other is for information.
    private void target(
            Consumer<Line> results,
            String data,
            QueryKeyRun.Report run,
            String floor,
            Samples seconds,
            boolean asked) {
        Line.Timed line =
                Line.Timed.timesTheFloor(
                        name(), data, run.step(), floor, seconds, Target.atMost(3));
        results.accept(
                asked
                        ? line
                        : new Line.Timed(
                                line.row(),
                                line.data(),
                                line.ours(),
                                line.beside(),
                                line.theirs(),
                                line.ratio(),
                                Optional.empty()));
    }

    private void note(Consumer<Line> results, String data, String what, double value) {
        results.accept(Line.Measured.of(name(), data, what, value));
    }

    /// @return nothing if the heap was too small
    private static Optional<QueryKeyRun.Report> inOwnJvm(int n, Mask mask, int rounds, long heap)
            throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                // G1 would spend a region on each large array.
                                "-XX:+UseSerialGC",
                                "-Xmx" + heap / 1024 + "k",
                                "-cp",
                                System.getProperty("java.class.path"),
                                QueryKeyRun.class.getName(),
                                Integer.toString(n),
                                Integer.toString(CHANNELS),
                                mask.name(),
                                Integer.toString(rounds))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            Map<String, List<Double>> lines = QueryKeyRun.parse(out.lines());
            int exit = process.onExit().join().exitValue();
            return exit == 0 ? Optional.of(new QueryKeyRun.Report(lines)) : Optional.empty();
        }
    }
}
