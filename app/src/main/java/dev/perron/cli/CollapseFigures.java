package dev.perron.cli;

import dev.perron.context.collapse.CollapseRuns;
import dev.perron.context.collapse.OneRunLearning;
import dev.perron.context.collapse.TwoTokenPhase;
import dev.perron.figure.Drawing;
import dev.perron.figure.LineChart;
import dev.perron.figure.RegionMap;
import dev.perron.figure.StackedCharts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What `perron context collapse` draws.
final class CollapseFigures {
    private static final int PHASE_CELLS = 180;

    /// So many curves can be told apart.
    private static final int MOST_CURVES = 8;

    private CollapseFigures() {}

    /// The losers' shares with the powers of t that are predicted, and what single runs teach below
    /// it, if that is known.
    static Drawing of(CollapseAnswer answer, int from) {
        List<LineChart> charts = new ArrayList<>(List.of(shares(answer, from)));
        answer.learning()
                .ifPresent(
                        learned -> {
                            charts.add(errors(learned, answer.vocabulary()));
                            charts.add(information(learned, answer.vocabulary()));
                        });
        return StackedCharts.of("Collapse of a context-conditioned chain", charts).draw();
    }

    private static LineChart shares(CollapseAnswer answer, int from) {
        CollapseRuns runs = answer.runs();
        List<Double> times = runs.checkpoints().times().stream().map(t -> (double) t).toList();
        List<Integer> everyone = IntStream.range(0, runs.runs()).boxed().toList();
        List<LineChart.Series> series = new ArrayList<>();
        if (answer.falls().isEmpty()) {
            int shown = Math.min(MOST_CURVES, answer.base().states());
            for (int k = 0; k < shown; k++) {
                series.add(measured(answer.vocabulary().name(k), runs, everyone, k, times, k));
            }
            coexistence(answer, times).ifPresent(series::add);
        }
        int colour = 0;
        for (CollapseAnswer.Fall fall :
                answer.falls().subList(0, Math.min(MOST_CURVES, answer.falls().size()))) {
            LineChart.Series measured =
                    measured(
                            "%s, %s ahead"
                                    .formatted(
                                            answer.vocabulary().name(fall.token()),
                                            answer.vocabulary().name(fall.winner())),
                            runs,
                            runs.ledBy(fall.winner()),
                            fall.token(),
                            times,
                            colour);
            series.add(measured);
            int begin = (int) times.stream().filter(t -> t < from).count();
            series.add(predicted(fall.predicted(), measured, begin, begin, colour++));
        }
        boolean powers = !answer.falls().isEmpty();
        LineChart chart =
                LineChart.of(
                                "Mean shares of the context",
                                "length of the context t",
                                "mean share",
                                series)
                        .withNotes(
                                notes(
                                        runs.runs(),
                                        answer.seed(),
                                        powers ? answer.falls().size() : answer.base().states(),
                                        powers));
        return powers ? chart.logLog() : chart.logX();
    }

    /// Where token 1 of two tends to, if both stay.
    private static Optional<LineChart.Series> coexistence(
            CollapseAnswer answer, List<Double> times) {
        return answer.phase().orElse(null) instanceof TwoTokenPhase.Coexistence(double share, _)
                ? Optional.of(
                        new LineChart.Series(
                                "predicted",
                                LineChart.Style.PREDICTED,
                                1,
                                times,
                                times.stream().map(_ -> share).toList()))
                : Optional.empty();
    }

    private static String notes(int runs, long seed, int curves, boolean powers) {
        return "%d runs, seed %d.%s%s"
                .formatted(
                        runs,
                        seed,
                        powers ? " Dashed: the predicted power of t." : "",
                        curves > MOST_CURVES
                                ? " The first %d of %d.".formatted(MOST_CURVES, curves)
                                : "");
    }

    /// The power of t from one of the points on, through another.
    private static LineChart.Series predicted(
            double exponent, LineChart.Series measured, int begin, int through, int colour) {
        List<Double> times = measured.xs().subList(begin, measured.xs().size());
        double time = measured.xs().get(through);
        double value = measured.ys().get(through);
        return new LineChart.Series(
                "t^%.3f".formatted(exponent),
                LineChart.Style.PREDICTED,
                colour,
                times,
                times.stream().map(t -> value * Math.pow(t / time, exponent)).toList());
    }

    private static LineChart.Series measured(
            String name,
            CollapseRuns runs,
            List<Integer> some,
            int token,
            List<Double> times,
            int colour) {
        return new LineChart.Series(
                name,
                LineChart.Style.MEASURED,
                colour,
                times,
                IntStream.range(0, times.size())
                        .mapToObj(i -> runs.meanShare(some, i, token))
                        .toList());
    }

    /// The error of a fit to one run, beside what its information allows.
    private static LineChart errors(OneRunLearning learned, Vocabulary vocabulary) {
        List<Double> times = learned.times().stream().map(t -> (double) t).toList();
        List<LineChart.Series> series = new ArrayList<>();
        for (OneRunLearning.Pair pair : shown(learned)) {
            series.add(
                    new LineChart.Series(
                            name(pair, learned, vocabulary),
                            LineChart.Style.MEASURED,
                            series.size(),
                            times,
                            pair.medianError()));
        }
        return LineChart.of(
                        "How far a fit to a single run is off",
                        "length of the run t",
                        "median |log-odds error|",
                        series)
                .logLog()
                .withNotes(
                        "Gaps: most runs give no estimate. %d runs that %s leads.%s"
                                .formatted(
                                        learned.runs(),
                                        vocabulary.name(learned.winner()),
                                        learned.pairs().size() > MOST_CURVES
                                                ? " The first %d of %d pairs."
                                                        .formatted(
                                                                MOST_CURVES, learned.pairs().size())
                                                : ""));
    }

    private static LineChart information(OneRunLearning learned, Vocabulary vocabulary) {
        List<Double> times = learned.times().stream().map(t -> (double) t).toList();
        List<LineChart.Series> series = new ArrayList<>();
        int colour = 0;
        for (OneRunLearning.Pair pair : shown(learned)) {
            LineChart.Series measured =
                    new LineChart.Series(
                            name(pair, learned, vocabulary),
                            LineChart.Style.MEASURED,
                            colour,
                            times,
                            pair.information());
            series.add(measured);
            if (pair.exponent() > 0) {
                series.add(predicted(pair.exponent(), measured, 0, times.size() - 1, colour));
            }
            colour++;
        }
        return LineChart.of(
                        "Fisher information of a single run",
                        "length of the run t",
                        "Σ p(1-p) over the query's steps",
                        series)
                .logLog()
                .withNotes(
                        "Dashed: the predicted power of t. Without one it stays bounded: the pair"
                                + " is never learned.");
    }

    private static List<OneRunLearning.Pair> shown(OneRunLearning learned) {
        return learned.pairs().subList(0, Math.min(MOST_CURVES, learned.pairs().size()));
    }

    private static String name(
            OneRunLearning.Pair pair, OneRunLearning learned, Vocabulary vocabulary) {
        return "after %s: %s to %s"
                .formatted(
                        vocabulary.name(pair.query()),
                        vocabulary.name(pair.target()),
                        vocabulary.name(learned.winner()));
    }

    /// Who wins, over all rows of two tokens.
    static Drawing phaseDiagram() {
        return new RegionMap(
                        "Two tokens, rows (1-a, a) and (1-b, b): what a long run becomes",
                        List.of("At a = b = 1/2 it is Pólya's urn: a random share."),
                        "a = probability of token 1 after 0",
                        "b = probability of token 1 after 1",
                        List.of(
                                "token 0 takes over",
                                "token 1 takes over",
                                "either takes over, at random",
                                "both stay; each shade is a tenth more of token 1"),
                        (a, b) ->
                                switch (TwoTokenPhase.of(a, b)) {
                                    case TwoTokenPhase.FirstWins() -> new RegionMap.Place(0, 0.7);
                                    case TwoTokenPhase.SecondWins() -> new RegionMap.Place(1, 0.7);
                                    case TwoTokenPhase.RandomWinner() ->
                                            new RegionMap.Place(2, 0.7);
                                    case TwoTokenPhase.Coexistence(double share, _) ->
                                            new RegionMap.Place(3, Math.round(10 * share) / 10.0);
                                    case TwoTokenPhase.Urn(), TwoTokenPhase.Border() ->
                                            new RegionMap.Place(3, 0);
                                },
                        PHASE_CELLS)
                .draw();
    }
}
