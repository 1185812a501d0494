package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.figure.LossChart;
import dev.perron.figure.Paint;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.LearnedDirections;
import dev.perron.transformer.LossCurve;
import dev.perron.transformer.Observation;
import dev.perron.transformer.Predictions;
import dev.perron.transformer.Solution;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.WeightLayout;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What came of a training on a source whose laws are known.
record TrainingReport(
        SourceOptions named,
        KnownSource source,
        TransformerConfig config,
        TrainingPlan plan,
        LossCurve curve,
        Evaluation last,
        Solution solution,
        TrainingRun run) {
    /// Rows of the table at most.
    private static final int ROWS = 32;

    /// `bigram`, `unigram`, `neither`, or `indistinguishable`.
    String verdict() {
        return switch (solution) {
            case Solution.Bigram _ -> "bigram";
            case Solution.Unigram _ -> "unigram";
            case Solution.Neither _ -> "neither";
            case Solution.Indistinguishable _ -> "indistinguishable";
        };
    }

    private Predictions predictions() {
        return last.predictions().orElseThrow();
    }

    Map<String, Object> document() {
        Solution.Evidence evidence = solution.evidence();
        Map<String, Object> content =
                Json.object(
                        "verdict", verdict(),
                        "loss", evidence.loss().mean(),
                        "lossStandardError", evidence.loss().standardError(),
                        "entropyRate", source.entropyRate(),
                        "unigramEntropy", source.unigramEntropy(),
                        "distanceToBigram", evidence.toBigram(),
                        "distanceToUnigram", evidence.toUnigram(),
                        "directionsLearned",
                                evidence.directions().map(LearnedDirections::learned).orElse(null),
                        "directions",
                                evidence.directions().map(LearnedDirections::all).orElse(null),
                        "learned", learned(predictions()),
                        "source", rows(),
                        "steps", last.step(),
                        "stepMillis", run.stepMillis(),
                        "seconds", run.seconds(),
                        "seed", plan.seed(),
                        "parameters", WeightLayout.of(config).size(),
                        "sourceIs", named.facts(source),
                        "model", config.toString(),
                        "plan", plan.toString());
        content.put(
                "evaluations",
                curve.evaluations().stream()
                        .map(p -> Json.object("step", p.step(), "loss", p.loss()))
                        .toList());
        if (!run.observations().isEmpty()) {
            content.put("watched", run.observations().stream().map(this::watched).toList());
        }
        return Json.document("train markov", content);
    }

    private Map<String, Object> watched(Observation seen) {
        return Json.object(
                "step", seen.evaluation().step(),
                "loss", seen.evaluation().loss(),
                "learned",
                        seen.evaluation()
                                .predictions()
                                .<Object>map(TrainingReport::learned)
                                .orElse(List.of()),
                "attentionRatios", seen.attentionRatios(),
                "valueEnergies", seen.valueEnergies(),
                "hiddenEnergies", seen.hiddenEnergies());
    }

    private static List<List<Double>> learned(Predictions predictions) {
        return predictions.rows().stream()
                .map(row -> row.map(TrainingReport::boxed).orElse(List.of()))
                .toList();
    }

    private List<List<Double>> rows() {
        return IntStream.range(0, source.contexts()).mapToObj(c -> boxed(source.next(c))).toList();
    }

    private static List<Double> boxed(Distribution law) {
        return Arrays.stream(law.toArray()).boxed().toList();
    }

    void csv(PrintWriter out) {
        Csv csv = Csv.headed(out, List.of("step", "kind", "loss"));
        for (int i = 0; i < curve.training().size(); i++) {
            csv.row(i + 1, "training", curve.training().get(i));
        }
        curve.evaluations().forEach(p -> csv.row(p.step(), "evaluation", p.loss()));
    }

    void text(PrintWriter out) {
        out.println(named.name() + "; " + ModelOptions.words(config));
        source.remark().ifPresent(out::println);
        out.println();
        Solution.Evidence evidence = solution.evidence();
        out.println(sentence());
        out.printf(
                "loss %.4f ± %.4f; entropy rate %.4f, unigram entropy %.4f%n",
                evidence.loss().mean(),
                2 * evidence.loss().standardError(),
                source.entropyRate(),
                source.unigramEntropy());
        out.printf(
                "mean distance of its rows from the source's %.4f, from π %.4f%n",
                evidence.toBigram(), evidence.toUnigram());
        evidence.directions()
                .ifPresent(
                        d ->
                                out.printf(
                                        "%d of %d eigen-directions learned%n",
                                        d.learned(), d.all()));
        out.println();
        table(out);
        out.println();
        out.printf(
                "%d steps in %.1f s, %.2f ms a step (median); seed %d%n",
                last.step(), run.seconds(), run.stepMillis(), plan.seed());
    }

    private String sentence() {
        return switch (solution) {
            case Solution.Bigram _ ->
                    "bigram: it has learned how the next symbol depends on its context";
            case Solution.Unigram _ ->
                    "unigram: it has learned how frequent symbols are, and no more";
            case Solution.Neither _ -> "neither bigram nor unigram";
            case Solution.Indistinguishable(_, boolean learned) ->
                    "the rows of this source are all alike (p + q = 1), so bigram and unigram are"
                            + " the same; "
                            + (learned ? "it has learned them" : "it hasn't learned them");
        };
    }

    private void table(PrintWriter out) {
        int symbols = source.symbols();
        List<String> header = new ArrayList<>(List.of("context", "π"));
        for (int j = 0; j < Math.min(symbols, 8); j++) {
            header.add("learned " + j);
            header.add("true " + j);
        }
        Table table = new Table(header.toArray(String[]::new));
        for (int c = 0; c < Math.min(ROWS, source.contexts()); c++) {
            List<Object> cells = new ArrayList<>(List.of(context(c), source.contextLaw().mass(c)));
            Optional<Distribution> row = predictions().rows().get(c);
            for (int j = 0; j < Math.min(symbols, 8); j++) {
                int symbol = j;
                cells.add(row.<Object>map(law -> law.mass(symbol)).orElse(""));
                cells.add(source.next(c).mass(j));
            }
            table.row(cells.toArray());
        }
        table.print(out);
        if (source.contexts() > ROWS || symbols > 8) {
            out.println("(more with --json)");
        }
    }

    /// The symbols of a context, the latest last.
    private String context(int number) {
        int digits = (int) Math.round(Math.log(source.contexts()) / Math.log(source.symbols()));
        StringBuilder text = new StringBuilder();
        int rest = number;
        for (int i = 0; i < digits; i++) {
            text.insert(0, (rest % source.symbols()) + (i == 0 ? "" : " "));
            rest /= source.symbols();
        }
        return text.toString();
    }

    LossChart figure() {
        List<LossChart.Curve> curves = new ArrayList<>();
        if (!curve.training().isEmpty()) {
            curves.add(
                    new LossChart.Curve(
                            "training batches",
                            Paint.Role.MUTED,
                            IntStream.range(0, curve.training().size())
                                    .mapToObj(
                                            i ->
                                                    new LossChart.Point(
                                                            i + 1, curve.training().get(i)))
                                    .toList()));
        }
        if (!curve.evaluations().isEmpty()) {
            curves.add(
                    new LossChart.Curve(
                            "evaluation",
                            Paint.Role.INK,
                            curve.evaluations().stream()
                                    .map(p -> new LossChart.Point(p.step(), p.loss()))
                                    .toList()));
        }
        return new LossChart(
                "Loss on a " + named.name(),
                List.of(ModelOptions.words(config), sentence()),
                curves,
                List.of(
                        new LossChart.Level("entropy rate", source.entropyRate()),
                        new LossChart.Level("unigram entropy", source.unigramEntropy())));
    }
}
