package dev.perron.cli;

import dev.perron.figure.LossChart;
import dev.perron.figure.Paint;
import dev.perron.transformer.LossCurve;
import dev.perron.transformer.Observation;
import dev.perron.transformer.TrainingPlan;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.WeightLayout;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What came of a training.
///
/// @param data that was trained on
/// @param curve of losses
/// @param done steps
/// @param verdict on what was learned
/// @param run how it went
record TrainingReport(
        TrainingData data,
        TransformerConfig config,
        TrainingPlan plan,
        LossCurve curve,
        int done,
        Verdict verdict,
        TrainingRun run) {
    Map<String, Object> document() {
        Map<String, Object> content = Json.object();
        content.putAll(verdict.facts());
        content.putAll(
                Json.object(
                        "steps", done,
                        "stepsNow", run.steps(),
                        "stepMillis", run.stepMillis(),
                        "seconds", run.seconds(),
                        "seed", plan.seed(),
                        "parameters", WeightLayout.of(config).size(),
                        "sourceIs", data.facts(),
                        "model", config.toString(),
                        "plan", plan.toString()));
        content.put(
                "evaluations",
                curve.evaluations().stream()
                        .map(p -> Json.object("step", p.step(), "loss", p.loss()))
                        .toList());
        if (!run.watched().observations().isEmpty()) {
            content.put(
                    "watched", run.watched().observations().stream().map(this::watched).toList());
        }
        return Json.document("train markov", content);
    }

    private Map<String, Object> watched(Observation seen) {
        return Json.object(
                "step", seen.step(),
                "loss", seen.loss(),
                "learned",
                        seen.learned().stream()
                                .map(row -> row.map(RowVerdict::boxed).orElse(List.of()))
                                .toList(),
                "attentionRatios", seen.attentionRatios(),
                "valueEnergies", seen.valueEnergies(),
                "hiddenEnergies", seen.hiddenEnergies());
    }

    void csv(PrintWriter out) {
        Csv csv = Csv.headed(out, List.of("step", "kind", "loss"));
        for (int i = 0; i < curve.training().size(); i++) {
            csv.row(i + 1, "training", curve.training().get(i));
        }
        curve.evaluations().forEach(p -> csv.row(p.step(), "evaluation", p.loss()));
    }

    void text(PrintWriter out) {
        out.println(data.name() + "; " + ModelOptions.words(config));
        if (data instanceof TrainingData.Known known) {
            known.source().remark().ifPresent(out::println);
        }
        out.println();
        out.println(verdict.sentence());
        verdict.text(out);
        out.println();
        out.printf(
                "%d steps%s in %.1f s, %.2f ms a step (median); seed %d%n",
                done,
                run.steps() < done ? ", %d of them now,".formatted(run.steps()) : "",
                run.seconds(),
                run.stepMillis(),
                plan.seed());
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
                "Loss: " + data.name(),
                List.of(ModelOptions.words(config), verdict.sentence()),
                curves,
                verdict.levels());
    }
}
