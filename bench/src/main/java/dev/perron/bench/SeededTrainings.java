package dev.perron.bench;

import dev.perron.transformer.Checkpoint;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.Initialisation;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.LearnedDirections;
import dev.perron.transformer.RandomStreams;
import dev.perron.transformer.Solution;
import dev.perron.transformer.Trainer;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The same training from several seeds: what came out, and how often.
///
/// @param name that its line begins with
/// @param source what is learned
/// @param config of the model
/// @param plan of the training; its seed is replaced
/// @param seeds from 1 to this
record SeededTrainings(
        String name, KnownSource source, TransformerConfig config, TrainingPlan plan, int seeds) {
    /// Batches that a verdict rests on.
    private static final int BATCHES = 4;

    /// Columns of [#line()].
    static final String HEADER =
            "| source, model | seeds | bigram | unigram | neither | half way at step | losses | P(1"
                    + " after 0) |\n"
                    + "|---|---|---|---|---|---|---|---|";

    /// Trains on one thread, and tells it as a line of a Markdown table: how often each solution
    /// was found, after how many steps the loss was half way from unigram to bigram, the mean loss
    /// with each seed's, by size, and the same of what is predicted for symbol 1 after context 0.
    String line() {
        int bigrams = 0;
        int unigrams = 0;
        int neither = 0;
        List<Double> losses = new ArrayList<>();
        List<Double> predicted = new ArrayList<>();
        List<Integer> halfWay = new ArrayList<>();
        List<Integer> directions = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            Evaluation evaluation = train(seed, halfWay);
            Solution found = evaluation.solution(source).orElseThrow();
            switch (found) {
                case Solution.Bigram _ -> bigrams++;
                case Solution.Unigram _ -> unigrams++;
                case Solution.Neither _ -> neither++;
                case Solution.Indistinguishable(_, boolean learned) -> {
                    bigrams += learned ? 1 : 0;
                    neither += learned ? 0 : 1;
                }
            }
            losses.add(found.evidence().loss().mean());
            predicted.add(
                    evaluation
                            .predictions()
                            .flatMap(predictions -> predictions.rows().getFirst())
                            .orElseThrow()
                            .mass(1));
            Optional<LearnedDirections> learned = found.evidence().directions();
            learned.ifPresent(all -> directions.add(all.learned()));
        }
        return "| %s | %d | %d | %d | %d | %s | %s | %s |%s"
                .formatted(
                        name,
                        seeds,
                        bigrams,
                        unigrams,
                        neither,
                        halfWay.stream()
                                .sorted()
                                .map(Object::toString)
                                .collect(Collectors.joining(" ")),
                        spread(losses, 4),
                        spread(predicted, 3),
                        directions.isEmpty() ? "" : " directions " + directions);
    }

    private Evaluation train(long seed, List<Integer> halfWay) {
        double half = (source.entropyRate() + source.unigramEntropy()) / 2;
        double recent = source.unigramEntropy();
        boolean there = false;
        TrainingPlan seeded = withSeed(plan, seed);
        Checkpoint start =
                Checkpoint.start(
                        Initialisation.Gaussian.reference()
                                .draw(config, new RandomStreams(seed).stream("init", 0)),
                        seeded);
        try (Trainer trainer = Trainer.of(start, source, 1)) {
            while (!trainer.finished()) {
                switch (trainer.step()) {
                    case Trainer.Step.Trained(int number, double loss, _) -> {
                        recent += (loss - recent) / 10;
                        if (!there && recent < half) {
                            there = true;
                            halfWay.add(number);
                        }
                    }
                    case Trainer.Step.Diverged(int number, double loss) ->
                            throw new IllegalStateException(
                                    "%s, seed %d: loss %s at step %d, must be a number"
                                            .formatted(name, seed, loss, number));
                }
            }
            return trainer.evaluate(BATCHES);
        }
    }

    private static TrainingPlan withSeed(TrainingPlan plan, long seed) {
        return new TrainingPlan(
                plan.steps(),
                plan.batch(),
                plan.length(),
                plan.accumulation(),
                plan.optimiser(),
                plan.rate(),
                plan.schedule(),
                plan.clip(),
                plan.evaluateEvery(),
                plan.evaluationBatches(),
                seed,
                plan.precision(),
                plan.frozen());
    }

    /// The mean, then all by size: `.6209 (.6193 .6225)`.
    private static String spread(List<Double> values, int digits) {
        double mean = values.stream().mapToDouble(x -> x).average().orElseThrow();
        return "%s (%s)"
                .formatted(
                        shortly(mean, digits),
                        values.stream()
                                .sorted()
                                .map(x -> shortly(x, digits))
                                .collect(Collectors.joining(" ")));
    }

    private static String shortly(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value).replaceFirst("^0", "");
    }
}
