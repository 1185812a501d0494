package dev.perron.bench;

import dev.perron.attention.AttentionHead;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// |λ₂| of all heads, beside all eigenvalues by torch (as the published code has it) and two by
/// ARPACK to a relative residual of 1e-8.
record Lambda2Comparison() implements Comparison {
    private static final double RESIDUAL = 1e-8;

    /// A batch; torch is asked where its time allows.
    private record Question(Chains kind, int n, int heads, Optional<Target> torch) {}

    /// @param residual of what wasn't solved directly
    private record Answer(double lambda2, double residual) {
        static Answer of(AttentionHead head) {
            return switch (Spectrum.of(head)) {
                case Spectrum.Complete complete ->
                        new Answer(complete.lambda2().map(Eigenvalue::modulus).orElseThrow(), 0);
                case Spectrum.Leading leading ->
                        new Answer(leading.lambda2().modulus(), leading.residual());
                case Spectrum.NotConverged failed ->
                        throw new IllegalStateException(head.name() + ": " + failed);
            };
        }

        static Answer[] ofAll(Batch batch) {
            Answer[] answers = new Answer[batch.heads().size()];
            Cores.forEach(answers.length, h -> answers[h] = of(batch.heads().get(h)));
            return answers;
        }
    }

    @Override
    public String name() {
        return "lambda2";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        Optional<Target> asked = Optional.of(Target.atLeast(20));
        for (Question question :
                List.of(
                        new Question(Chains.EASY, 197, 144, Optional.empty()),
                        new Question(Chains.STICKY, 197, 144, Optional.empty()),
                        new Question(Chains.EASY, 901, 72, asked),
                        new Question(Chains.STICKY, 901, 72, asked),
                        new Question(Chains.EASY, 4097, 4, asked),
                        new Question(Chains.STICKY, 4097, 4, asked))) {
            Batch batch =
                    Batch.of(
                            question.kind(),
                            setting.choose(question.n(), 40),
                            setting.choose(question.heads(), 4));
            try (Contest contest = new Contest(setting, name(), batch, results)) {
                compare(setting, batch, contest, question.torch());
            }
        }
    }

    private static void compare(
            Setting setting, Batch batch, Contest contest, Optional<Target> torch)
            throws IOException {
        Answer[] ours = Answer.ofAll(batch);
        contest.note(
                "our relative residual, largest",
                Stream.of(ours).mapToDouble(Answer::residual).max().orElseThrow(),
                Target.atMost(RESIDUAL));
        Stopwatch stopwatch = Stopwatch.warmedUp(setting.warmUp(), () -> Answer.ofAll(batch));
        contest.againstProcesses(
                "lambda2_arpack",
                "SciPy ARPACK, k = 2, a process a core",
                stopwatch,
                Optional.of(Target.atLeast(1)),
                peer -> {
                    contest.note("its relative residual, largest", peer.fact("residual"));
                    contest.note("its products, all heads", peer.fact("products"));
                    contest.note("|λ₂|, largest difference", difference(ours, peer.answer()[0]));
                },
                "tolerance=" + RESIDUAL);
        contest.against(
                "eigenvalues",
                "torch.linalg.eigvals",
                stopwatch,
                torch,
                peer ->
                        contest.note(
                                "|λ₂| of torch (float32), difference",
                                difference(ours, peer.answer()[0])));
    }

    private static double difference(Answer[] ours, double[] theirs) {
        double worst = 0;
        for (int h = 0; h < theirs.length; h++) {
            worst = Math.max(worst, Math.abs(ours[h].lambda2() - theirs[h]));
        }
        return worst;
    }
}
