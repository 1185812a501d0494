package dev.perron.bench;

import dev.perron.attention.Mask;
import dev.perron.attention.QueryKeyHead;
import dev.perron.chain.Transition;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// How the time of a step grows with n, for rows that are held and for rows that are made from
/// queries and keys; beside it, how the time of reading those bytes grows.
record GrowthComparison() implements Comparison {
    private static final Target TARGET = Target.atMost(2.05);
    private static final int CHANNELS = 64;

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) {
        int[] sizes =
                IntStream.iterate(128, n -> n <= setting.choose(8192, 256), n -> 2 * n).toArray();
        double[] held = new double[sizes.length];
        double[] read = new double[sizes.length];
        double[] made = new double[sizes.length];
        for (int k = 0; k < sizes.length; k++) {
            Batch batch = Batch.of(Chains.EASY, sizes[k], 1);
            float[] rows = batch.heads().getFirst().toArray();
            List<Samples> samples =
                    Rounds.of(
                            setting.rounds(),
                            stepping(setting, batch.heads().getFirst()),
                            Stopwatch.warmedUp(setting.warmUp(), () -> MachineFloor.read(rows)),
                            stepping(setting, queryKeyHead(sizes[k])));
            held[k] = samples.get(0).median();
            read[k] = samples.get(1).median();
            made[k] = samples.get(2).median();
            note(results, sizes[k], "seconds a step, AttentionHead", held[k]);
            note(results, sizes[k], "seconds to read its rows, one core", read[k]);
            note(results, sizes[k], "seconds a step, QueryKeyHead, d = 64", made[k]);
        }
        double[] n = Arrays.stream(sizes).asDoubleStream().toArray();
        String all = "n = %d ... %d".formatted(sizes[0], sizes[sizes.length - 1]);
        results.accept(fit(all, "exponent, a step of AttentionHead", n, held, true));
        results.accept(fit(all, "exponent, a step of QueryKeyHead", n, made, true));
        results.accept(fit(all, "exponent, reading the rows alone", n, read, false));
    }

    private Line fit(String data, String what, double[] n, double[] seconds, boolean asked) {
        return new Line.Measured(
                name(),
                data,
                what,
                Growth.of(n, seconds).exponent(),
                asked ? Optional.of(TARGET) : Optional.empty());
    }

    private void note(Consumer<Line> results, int n, String what, double seconds) {
        results.accept(Line.Measured.of(name(), "n = " + n, what, seconds));
    }

    private static Stopwatch stepping(Setting setting, Transition chain) {
        double[] mu = new double[chain.states()];
        Arrays.fill(mu, 1.0 / mu.length);
        double[] out = new double[mu.length];
        return Stopwatch.warmedUp(setting.warmUp(), () -> chain.step(mu, out));
    }

    private static QueryKeyHead queryKeyHead(int n) {
        SplittableRandom random = new SplittableRandom(n);
        return QueryKeyHead.of(
                QueryKeyRun.gaussian(random, n * CHANNELS),
                QueryKeyRun.gaussian(random, n * CHANNELS),
                CHANNELS,
                Mask.NONE);
    }
}
