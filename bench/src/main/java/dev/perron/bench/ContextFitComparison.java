package dev.perron.bench;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Prompt;
import dev.perron.context.PromptLaw;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.Fit;
import dev.perron.context.fit.FitOptions;
import dev.perron.context.fit.RowCounts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// The base chain of K tokens from a million prompts of twenty, beside the same likelihood of the
/// same counts, minimised by SciPy's L-BFGS.
record ContextFitComparison() implements Comparison {
    private static final int LENGTH = 20;
    private static final String PEER = "scipy.optimize.minimize, L-BFGS-B, the same counts";

    @Override
    public String name() {
        return "contextfit";
    }

    @Override
    public void compare(Setting setting, Consumer<Line> results) throws IOException {
        int tokens = setting.choose(100, 8);
        int samples = setting.choose(1_000_000, 4_000);
        String data = "K = %d, %d prompts of %d".formatted(tokens, samples, LENGTH);
        ContextCounts counts = counts(tokens, samples);
        try (Workspace workspace = new Workspace(Files.createTempDirectory("perron-bench"))) {
            write(workspace.folder(), counts);
            Stopwatch ours =
                    Stopwatch.warmedUp(
                            setting.warmUp(), () -> Fit.of(counts, FitOptions.maximumLikelihood()));
            switch (Peer.start(
                    setting,
                    "context_lbfgs",
                    workspace.folder(),
                    Cores.COUNT,
                    "tokens=" + tokens)) {
                case Peer.Absent(String why) ->
                        results.accept(new Line.Skipped(name(), data, PEER, why));
                case Peer.Running running -> {
                    try (running) {
                        List<Samples> times = Rounds.of(setting.rounds(), ours, running);
                        results.accept(
                                Line.Timed.faster(
                                        name(),
                                        data,
                                        times.get(0),
                                        PEER,
                                        times.get(1),
                                        Optional.of(Target.atLeast(20))));
                        judge(counts, running, data, results);
                    }
                }
            }
        }
    }

    private void judge(
            ContextCounts counts, Peer.Running peer, String data, Consumer<Line> results) {
        if (Fit.of(counts, FitOptions.maximumLikelihood())
                instanceof Fit.Converged(ContextConditionedChain chain, double risk, var rows)) {
            double theirs = risk(counts, peer.answer()[0]);
            results.accept(
                    new Line.Measured(
                            name(),
                            data,
                            "its risk above ours, size",
                            Math.abs(theirs - risk),
                            Optional.of(Target.atMost(1e-10))));
            note(results, data, "its risk minus ours", theirs - risk);
            note(results, data, "its evaluations", peer.fact("evaluations"));
            note(
                    results,
                    data,
                    "our Newton iterations of a row, at most",
                    rows.stream()
                            .mapToInt(
                                    row ->
                                            row
                                                            instanceof
                                                            dev.perron.context.fit.RowFit.Converged(
                                                                    _,
                                                                    _,
                                                                    var certificate)
                                                    ? certificate.iterations()
                                                    : 0)
                            .max()
                            .orElse(0));
            note(results, data, "smallest entry of ours", smallest(chain.base()));
        } else {
            throw new IllegalStateException("the counts of the benchmark must have a maximum");
        }
    }

    private void note(Consumer<Line> results, String data, String what, double value) {
        results.accept(Line.Measured.of(name(), data, what, value));
    }

    private static double smallest(StochasticMatrix base) {
        double least = 1;
        for (int q = 0; q < base.states(); q++) {
            for (int j = 0; j < base.states(); j++) {
                least = Math.min(least, base.probability(q, j));
            }
        }
        return least;
    }

    /// Mean of -log Pr(y | X) where rows are softmax of w `[K·K]`.
    private static double risk(ContextCounts counts, double[] w) {
        int k = counts.tokens();
        double sum = 0;
        for (RowCounts row : counts.rows()) {
            for (int s = 0; s < row.contexts(); s++) {
                double z = 0;
                for (int e = row.start(s); e < row.start(s + 1); e++) {
                    double numerator = row.mass(e) * Math.exp(w[row.query() * k + row.token(e)]);
                    z += numerator;
                    sum -= row.wins(e) == 0 ? 0 : row.wins(e) * Math.log(numerator);
                }
                sum += row.times(s) * Math.log(z);
            }
        }
        return sum / counts.samples();
    }

    /// Prompts of even tokens; rows whose entries differ by ten at most, so that a maximum exists.
    private static ContextCounts counts(int tokens, int samples) {
        SplittableRandom random = new SplittableRandom(1);
        ContextConditionedChain chain =
                ContextConditionedChain.of(
                        StochasticMatrix.proportionalTo(
                                tokens, random.doubles((long) tokens * tokens, 0.1, 1).toArray()));
        PromptLaw law = new PromptLaw.Independent(Distribution.uniform(tokens));
        ContextCounts.Builder builder = new ContextCounts.Builder(tokens);
        for (int i = 0; i < samples; i++) {
            Prompt prompt = law.draw(LENGTH, random);
            builder.add(prompt, chain.draw(prompt, random));
        }
        return builder.build();
    }

    private static void write(Path folder, ContextCounts counts) throws IOException {
        int k = counts.tokens();
        int contexts = Math.toIntExact(counts.contexts());
        int entries = counts.rows().stream().mapToInt(row -> row.start(row.contexts())).sum();
        double[] start = new double[contexts + 1];
        double[] times = new double[contexts];
        double[] column = new double[entries];
        double[] mass = new double[entries];
        double[] outcomes = new double[k * k];
        int s = 0;
        int at = 0;
        for (RowCounts row : counts.rows()) {
            for (int c = 0; c < row.contexts(); c++) {
                for (int e = row.start(c); e < row.start(c + 1); e++) {
                    column[at] = row.query() * k + row.token(e);
                    mass[at++] = row.mass(e);
                    outcomes[row.query() * k + row.token(e)] += row.wins(e);
                }
                times[s++] = row.times(c);
                start[s] = at;
            }
        }
        NpyFile.write(folder.resolve("start.npy"), start);
        NpyFile.write(folder.resolve("times.npy"), times);
        NpyFile.write(folder.resolve("column.npy"), column);
        NpyFile.write(folder.resolve("mass.npy"), mass);
        NpyFile.write(folder.resolve("outcomes.npy"), outcomes);
    }
}
