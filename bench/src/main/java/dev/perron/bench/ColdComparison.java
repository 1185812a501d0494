package dev.perron.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// A whole training of 400 steps in a JVM that has to start and to compile: what a user waits for,
/// and where it goes.
record ColdComparison() implements Comparison {
    /// One run, in seconds.
    ///
    /// @param whole from the start of the process to its end
    /// @param start of the JVM, until the first line of the program
    /// @param training all steps
    /// @param last the last quarter of the steps
    /// @param compiling of the compilers, beside the steps
    private record Run(double whole, double start, double training, double last, double compiling) {
        /// What the steps would take if all were as the last.
        double steady() {
            return 4 * last;
        }

        /// What the steps take longer than that.
        double warmingUp() {
            return training - steady();
        }
    }

    @Override
    public String name() {
        return "cold";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        int steps = setting.choose(400, 8);
        int context = setting.choose(1024, 64);
        List<Run> runs = new ArrayList<>();
        for (int round = 0; round < setting.rounds(); round++) {
            runs.add(run(steps, context));
        }
        String data = "%s, %d steps".formatted(TrainingComparison.data(8, 1, context), steps);
        results.accept(
                new Line.Measured(
                        name(),
                        data,
                        "seconds of a whole run, cold",
                        median(runs, Run::whole),
                        Optional.of(Target.atMost(5))));
        note(results, data, "of these until the program begins", median(runs, Run::start));
        note(results, data, "of these the steps, were all as the last", median(runs, Run::steady));
        note(results, data, "of these what warming up adds", median(runs, Run::warmingUp));
        note(results, data, "seconds of the compilers beside it", median(runs, Run::compiling));
    }

    private void note(Consumer<Line> results, String data, String what, double value) {
        results.accept(Line.Measured.of(name(), data, what, value));
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
        double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static Run run(int steps, int context) throws IOException {
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "-XX:+UseSerialGC", // as ./perron does
                                "-cp",
                                System.getProperty("java.class.path"),
                                ColdTraining.class.getName(),
                                Integer.toString(steps),
                                Integer.toString(context),
                                Integer.toString(Cores.COUNT))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = out.readLine();
            int exit = process.onExit().join().exitValue();
            double whole = (System.nanoTime() - start) * 1e-9;
            if (line == null || exit != 0) {
                throw new IOException(
                        "a cold training ended with %d, must end with 0".formatted(exit));
            }
            double[] said = Stream.of(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
            return new Run(whole, said[0], said[1], said[2], said[3]);
        }
    }
}
