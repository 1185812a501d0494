package dev.perron.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// TokenRank of all heads to an L1 error of 1e-8, beside the published procedure: 200 steps in
/// torch, with the matrix that has teleporting built beforehand. Theirs has another error; it is in
/// the table.
record TokenRankComparison(String name, List<Question> questions) implements Comparison {
    /// Heads whose answers are compared with the exact ones.
    private static final int JUDGED = 3;

    /// A batch, and what is asked.
    record Question(Chains kind, int n, int heads, double speedup) {}

    /// Small models' heads, easy and sticky.
    static TokenRankComparison ofModels() {
        return new TokenRankComparison(
                "rank",
                List.of(
                        new Question(Chains.EASY, 197, 144, 50),
                        new Question(Chains.STICKY, 197, 144, 25),
                        new Question(Chains.EASY, 901, 72, 50),
                        new Question(Chains.STICKY, 901, 72, 25)));
    }

    /// Causal heads, where we have a direct solve.
    static TokenRankComparison ofCausal() {
        return new TokenRankComparison(
                "causal", List.of(new Question(Chains.CAUSAL, 1024, 144, 100)));
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        for (Question question : questions) {
            Batch batch =
                    Batch.of(
                            question.kind(),
                            setting.choose(question.n(), 24),
                            setting.choose(question.heads(), 4));
            try (Contest contest = new Contest(setting, name, batch, results)) {
                compare(setting, batch, contest, question.speedup());
            }
        }
    }

    private static void compare(Setting setting, Batch batch, Contest contest, double speedup)
            throws IOException {
        Ranking[] exact = exact(batch);
        contest.against(
                "token_rank",
                "torch, the paper's 200 steps",
                Stopwatch.warmedUp(setting.warmUp(), () -> Ranking.ofAll(batch.heads())),
                Optional.of(Target.atLeast(speedup)),
                peer -> {
                    contest.note("seconds before its steps, to build T", peer.fact("build"));
                    contest.note("L1 error of its answer", worst(exact, peer.answer()));
                });
        Ranking[] ours = Ranking.ofAll(batch.heads());
        contest.note(
                "our L1 error, true",
                worst(
                        exact,
                        Stream.of(ours).map(r -> r.scores().toArray()).toArray(double[][]::new)),
                Target.atMost(Ranking.TOLERANCE));
        contest.note(
                "our L1 error, proven bound",
                Stream.of(ours).mapToDouble(r -> r.certificate().errorBound()).max().orElseThrow(),
                Target.atMost(Ranking.TOLERANCE));
        contest.note(
                "our products a head, most",
                Stream.of(ours).mapToInt(r -> r.certificate().iterations()).max().orElseThrow());
    }

    private static Ranking[] exact(Batch batch) {
        Ranking[] exact = new Ranking[Math.min(JUDGED, batch.heads().size())];
        Cores.forEach(exact.length, h -> exact[h] = Ranking.exact(batch.heads().get(h)));
        return exact;
    }

    private static double worst(Ranking[] exact, double[][] answers) {
        return IntStream.range(0, exact.length)
                .mapToDouble(h -> exact[h].distance(answers[h]))
                .max()
                .orElseThrow();
    }
}
