package dev.perron.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// What the machine can do, by one core and by all of them: the floors, as rates.
record MachineComparison() implements Comparison {
    private static final long MULTIPLY_ADDS = 1L << 30;

    @Override
    public String name() {
        return "machine";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) {
        int floats = setting.choose(1 << 26, 1 << 12);
        List<float[]> from = IntStream.range(0, Cores.COUNT).mapToObj(_ -> ones(floats)).toList();
        List<float[]> to = from.stream().map(float[]::clone).toList();
        long adds = setting.choose((int) MULTIPLY_ADDS, 1 << 20);
        List<Samples> samples =
                Rounds.of(
                        setting.rounds(),
                        warm(setting, () -> MachineFloor.read(from.getFirst())),
                        warm(setting, () -> MachineFloor.read(from)),
                        warm(
                                setting,
                                () -> MachineFloor.copy(from.subList(0, 1), to.subList(0, 1))),
                        warm(setting, () -> MachineFloor.copy(from, to)),
                        warm(setting, () -> MachineFloor.multiplyAdd(adds)),
                        warm(
                                setting,
                                () ->
                                        Cores.forEach(
                                                Cores.COUNT, _ -> MachineFloor.multiplyAdd(adds))));
        double bytes = 4.0 * floats;
        int all = Cores.COUNT;
        rate(results, "read, one core, GB/s", bytes, samples.get(0));
        rate(results, "read, all cores, GB/s", bytes * all, samples.get(1));
        rate(results, "copy, read and written, one core, GB/s", 2 * bytes, samples.get(2));
        rate(results, "copy, read and written, all cores, GB/s", 2 * bytes * all, samples.get(3));
        rate(results, "multiply-adds of doubles, one core, 10⁹/s", (double) adds, samples.get(4));
        rate(
                results,
                "multiply-adds of doubles, all cores, 10⁹/s",
                (double) adds * all,
                samples.get(5));
    }

    private void rate(Consumer<Line> results, String what, double done, Samples samples) {
        results.accept(
                Line.Measured.of(
                        name(),
                        "%d cores".formatted(Cores.COUNT),
                        what,
                        1e-9 * done / samples.median()));
    }

    private static Stopwatch warm(Setting setting, Runnable task) {
        return Stopwatch.warmedUp(setting.warmUp(), task);
    }

    private static float[] ones(int count) {
        float[] values = new float[count];
        Arrays.fill(values, 1);
        return values;
    }
}
