package dev.perron.bench;

import dev.perron.attention.Mask;
import dev.perron.attention.QueryKeyHead;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// What [QueryKeyComparison] measures in a JVM with little heap. Prints lines `name value value
/// ...`.
final class QueryKeyRun {
    private QueryKeyRun() {}

    /// What it printed.
    ///
    /// @param lines values by name
    record Report(Map<String, List<Double>> lines) {
        double fact(String name) {
            return values(name).getFirst();
        }

        Samples step() {
            return new Samples(values("step"));
        }

        Samples oneCore() {
            return new Samples(values("oneCore"));
        }

        Samples allCores() {
            return new Samples(values("allCores"));
        }

        private List<Double> values(String name) {
            List<Double> values = lines.get(name);
            if (values == null) {
                throw new IllegalArgumentException(
                        "no line %s, must be one of %s".formatted(name, lines.keySet()));
            }
            return values;
        }
    }

    static Map<String, List<Double>> parse(Stream<String> lines) {
        Map<String, List<Double>> values = new HashMap<>();
        lines.map(line -> line.split(" "))
                .forEach(
                        words ->
                                values.put(
                                        words[0],
                                        Stream.of(words).skip(1).map(Double::valueOf).toList()));
        return Map.copyOf(values);
    }

    /// Arguments: n, d, mask, rounds.
    public static void main(String[] arguments) {
        int n = Integer.parseInt(arguments[0]);
        int d = Integer.parseInt(arguments[1]);
        Mask mask = Mask.valueOf(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        PrintStream out = System.out;

        SplittableRandom random = new SplittableRandom(n);
        float[] queries = gaussian(random, n * d);
        float[] keys = gaussian(random, n * d);

        long start = System.nanoTime();
        QueryKeyHead head = QueryKeyHead.of(queries, keys, d, mask);
        Ranking ranking = Ranking.of(head);
        print(out, "rankSeconds", (System.nanoTime() - start) * 1e-9);
        print(out, "products", ranking.certificate().iterations());
        print(out, "errorBound", ranking.certificate().errorBound());

        double[] mu = new double[n];
        Arrays.fill(mu, 1.0 / n);
        double[] law = new double[n];
        long multiplyAdds = multiplyAdds(n, d, mask);
        MachineFloor.multiplyAdd(multiplyAdds / 4);
        List<Samples> samples =
                Rounds.of(
                        rounds,
                        Stopwatch.warmedUp(0, () -> head.step(mu, law)),
                        Stopwatch.warmedUp(0, () -> MachineFloor.multiplyAdd(multiplyAdds)),
                        Stopwatch.warmedUp(
                                0,
                                () ->
                                        Cores.forEach(
                                                Cores.COUNT,
                                                _ ->
                                                        MachineFloor.multiplyAdd(
                                                                multiplyAdds / Cores.COUNT))));
        print(out, "coresOfAStep", coresOf(() -> head.step(mu, law)));
        print(out, "step", samples.get(0));
        print(out, "oneCore", samples.get(1));
        print(out, "allCores", samples.get(2));
        print(out, "peakBytes", peakBytes());
    }

    /// Standard normal numbers.
    static float[] gaussian(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int x = 0; x < count; x++) {
            values[x] = (float) random.nextGaussian();
        }
        return values;
    }

    /// What the scores of all visible keys take; a causal row has (n + 1) / 2 of them on average.
    static long multiplyAdds(int n, int d, Mask mask) {
        return switch (mask) {
            case NONE -> (long) n * n * d;
            case CAUSAL -> (long) n * (n + 1) / 2 * d;
        };
    }

    /// Processor time to wall clock.
    private static double coresOf(Runnable task) {
        long cpu = ProcessTime.nanoseconds();
        long wall = System.nanoTime();
        task.run();
        return (double) (ProcessTime.nanoseconds() - cpu) / (System.nanoTime() - wall);
    }

    /// The sum over the heap's pools of the most that each held: at least what was held at once.
    private static double peakBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong((MemoryPoolMXBean pool) -> pool.getPeakUsage().getUsed())
                .sum();
    }

    private static void print(PrintStream out, String name, Samples samples) {
        print(out, name, samples.seconds().stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static void print(PrintStream out, String name, double... values) {
        out.println(
                DoubleStream.of(values)
                        .mapToObj(Double::toString)
                        .collect(Collectors.joining(" ", name + " ", "")));
    }
}
