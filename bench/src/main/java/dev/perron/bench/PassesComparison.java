package dev.perron.bench;

import dev.perron.attention.AttentionHead;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// TokenRank of heads that fit in no cache: what a pass over the matrix costs beside reading it,
/// and how many passes are made beside ARPACK's for the same error.
record PassesComparison() implements Comparison {
    @Override
    public String name() {
        return "passes";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        for (Chains kind : List.of(Chains.EASY, Chains.STICKY)) {
            Batch batch = Batch.of(kind, setting.choose(4097, 40), 4);
            try (Contest contest = new Contest(setting, name(), batch, results)) {
                besideReading(setting, batch, contest);
                besideArpack(setting, batch, contest);
            }
        }
    }

    private static void besideReading(Setting setting, Batch batch, Contest contest) {
        List<float[]> rows = batch.heads().stream().map(AttentionHead::toArray).toList();
        double passes =
                Stream.of(Ranking.ofAll(batch.heads()))
                        .mapToInt(r -> r.certificate().iterations())
                        .average()
                        .orElseThrow();
        List<Samples> samples =
                Rounds.of(
                        setting.rounds(),
                        Stopwatch.warmedUp(setting.warmUp(), () -> Ranking.ofAll(batch.heads())),
                        Stopwatch.warmedUp(setting.warmUp(), () -> MachineFloor.read(rows)));
        contest.floor(
                samples.get(0).times(1 / passes),
                "reading all heads once (ours: one pass of TokenRank)",
                samples.get(1),
                Target.atMost(1.3));
        contest.note(
                "read bandwidth, all cores, GB/s",
                4e-9 * batch.n() * batch.n() * batch.heads().size() / samples.get(1).median());
    }

    private static void besideArpack(Setting setting, Batch batch, Contest contest)
            throws IOException {
        Ranking exact = Ranking.exact(batch.heads().getFirst());
        contest.write("truth.npy", exact.scores().toArray());
        Ranking[] ours = Ranking.ofAll(batch.heads());
        double products = Stream.of(ours).mapToInt(r -> r.certificate().iterations()).sum();
        contest.against(
                "token_rank_arpack",
                "SciPy ARPACK, k = 1, T implicit",
                Stopwatch.warmedUp(setting.warmUp(), () -> Ranking.ofAll(batch.heads())),
                Optional.empty(),
                peer -> {
                    contest.note("L1 error of its answer", peer.fact("error"));
                    contest.note("products that it made, all heads", peer.fact("total"));
                    contest.note("products that we made, all heads", products);
                    double ratio = products / peer.fact("total");
                    if (batch.kind() == Chains.STICKY) {
                        contest.note("our products to its", ratio, Target.atMost(1));
                    } else {
                        contest.note("our products to its", ratio);
                    }
                });
        contest.note(
                "our L1 error, true",
                exact.distance(ours[0].scores().toArray()),
                Target.atMost(Ranking.TOLERANCE));
    }
}
