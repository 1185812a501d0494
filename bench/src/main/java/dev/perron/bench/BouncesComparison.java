package dev.perron.bench;

import dev.perron.attention.AttentionHead;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Ten rows of each head, eight bounces, beside as many passes over the matrices at the bandwidth
/// of copying, and beside torch.
record BouncesComparison() implements Comparison {
    private static final int ROWS = 10;
    private static final int BOUNCES = 8;

    /// A copy reads and writes.
    private static final double BYTES_OF_A_COPY_TO_BYTES_OF_A_PASS = 2;

    @Override
    public String name() {
        return "bounces";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        Batch batch = Batch.of(Chains.EASY, setting.choose(4097, 40), 4);
        try (Contest contest = new Contest(setting, name(), batch, results)) {
            besideCopying(setting, batch, contest);
            contest.against(
                    "bounces",
                    "torch, 10 rows at once",
                    Stopwatch.warmedUp(setting.warmUp(), () -> bounceAll(batch)),
                    Optional.empty(),
                    peer ->
                            contest.note(
                                    "torch (float32): largest difference of an entry, head 0",
                                    difference(bounced(batch.heads().getFirst()), peer.answer())),
                    "rows=" + ROWS,
                    "bounces=" + BOUNCES);
        }
    }

    private static void besideCopying(Setting setting, Batch batch, Contest contest) {
        List<float[]> from = batch.heads().stream().map(AttentionHead::toArray).toList();
        List<float[]> to = from.stream().map(rows -> new float[rows.length]).toList();
        List<Samples> samples =
                Rounds.of(
                        setting.rounds(),
                        Stopwatch.warmedUp(setting.warmUp(), () -> bounceAll(batch)),
                        Stopwatch.warmedUp(setting.warmUp(), () -> MachineFloor.copy(from, to)));
        contest.floor(
                samples.get(0).times(1.0 / BOUNCES),
                "a pass at the copy bandwidth (ours: one bounce of 10 rows)",
                samples.get(1).times(1 / BYTES_OF_A_COPY_TO_BYTES_OF_A_PASS),
                Target.atMost(1.5));
        contest.note(
                "copy bandwidth, read and written, all cores, GB/s",
                8e-9 * batch.n() * batch.n() * batch.heads().size() / samples.get(1).median());
    }

    private static void bounceAll(Batch batch) {
        Cores.forEach(batch.heads().size(), h -> bounced(batch.heads().get(h)));
    }

    /// The rows after the last bounce `[ROWS][n]`.
    private static double[][] bounced(AttentionHead head) {
        int n = head.states();
        double[][] laws = new double[ROWS][n];
        double[][] next = new double[ROWS][n];
        for (int row = 0; row < ROWS; row++) {
            laws[row][row * n / ROWS] = 1;
        }
        for (int k = 0; k < BOUNCES; k++) {
            head.steps(laws, next);
            double[][] free = laws;
            laws = next;
            next = free;
        }
        return laws;
    }

    private static double difference(double[][] ours, double[][] theirs) {
        return IntStream.range(0, ours.length)
                .boxed()
                .flatMapToDouble(
                        row ->
                                IntStream.range(0, ours[row].length)
                                        .mapToDouble(j -> Math.abs(ours[row][j] - theirs[row][j])))
                .max()
                .orElseThrow();
    }
}
