package dev.perron.cli;

import dev.perron.context.collapse.Observation;
import dev.perron.figure.Drawing;
import dev.perron.figure.LineChart;
import dev.perron.figure.SequenceStrip;
import dev.perron.figure.StackedCharts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `perron context observe` draws: the texts token by token, the share of the token that leads
/// each, observed and predicted, and how the losses of the laws settle.
final class ObservationFigure {
    private ObservationFigure() {}

    static Drawing of(String model, List<ObservedText> texts) {
        return new StackedCharts(
                        "What %s wrote, held against the law".formatted(model),
                        Optional.of(strips(model, texts)),
                        List.of(shares(texts), losses(texts)))
                .draw();
    }

    /// One vocabulary for all texts, so that a token has one colour.
    private static SequenceStrip strips(String model, List<ObservedText> texts) {
        List<String> names = new ArrayList<>();
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<SequenceStrip.Row> rows = new ArrayList<>();
        for (ObservedText text : texts) {
            List<Integer> row = new ArrayList<>();
            for (int t = 0; t <= text.tokens().steps(); t++) {
                String name = text.names().get(text.tokens().state(t));
                row.add(
                        numbers.computeIfAbsent(
                                name,
                                n -> {
                                    names.add(n);
                                    return names.size() - 1;
                                }));
            }
            rows.add(new SequenceStrip.Row(text.manner(), row, text.given()));
        }
        return new SequenceStrip(
                "What a language model wrote, token by token", List.of(model), names, rows);
    }

    private static LineChart shares(List<ObservedText> texts) {
        List<LineChart.Series> series = new ArrayList<>();
        int colour = 0;
        for (ObservedText text : texts) {
            List<Observation.WinnerShare> shares = text.seen().winnerShare();
            List<Double> t = shares.stream().map(s -> (double) s.length()).toList();
            String who =
                    "%s, '%s'"
                            .formatted(
                                    text.manner(), text.names().get(text.seen().winner()).strip());
            series.add(
                    new LineChart.Series(
                            who,
                            LineChart.Style.MEASURED,
                            colour,
                            t,
                            shares.stream().map(Observation.WinnerShare::observed).toList()));
            series.add(
                    new LineChart.Series(
                            "predicted",
                            LineChart.Style.PREDICTED,
                            colour,
                            t,
                            shares.stream().map(Observation.WinnerShare::predicted).toList()));
            series.add(
                    new LineChart.Series(
                            "",
                            LineChart.Style.PREDICTED,
                            colour,
                            t,
                            shares.stream().map(Observation.WinnerShare::low).toList()));
            series.add(
                    new LineChart.Series(
                            "",
                            LineChart.Style.PREDICTED,
                            colour,
                            t,
                            shares.stream().map(Observation.WinnerShare::high).toList()));
            colour++;
        }
        return LineChart.of(
                        "Share of the token that leads the first half",
                        "length of the context t",
                        "share",
                        series)
                .withNotes(
                        "Dashed: mean, 5 % and 95 % of continuations that the fitted chain makes"
                                + " of the first half.");
    }

    private static LineChart losses(List<ObservedText> texts) {
        List<LineChart.Series> series = new ArrayList<>();
        int colour = 0;
        for (ObservedText text : texts) {
            for (Observation.Law law : Observation.Law.values()) {
                List<Observation.LossSoFar> known =
                        text.seen().lossSoFar().stream()
                                .filter(loss -> loss.logLoss().containsKey(law))
                                .toList();
                series.add(
                        new LineChart.Series(
                                "%s, %s".formatted(text.manner(), words(law)),
                                law == Observation.Law.CONTEXT_CONDITIONED
                                        ? LineChart.Style.MEASURED
                                        : LineChart.Style.PLAIN,
                                colour++,
                                known.stream().map(loss -> (double) loss.length()).toList(),
                                known.stream()
                                        .map(loss -> loss.logLoss().getOrDefault(law, 0.0))
                                        .toList()));
            }
        }
        return LineChart.of(
                        "Mean loss of the repeated tokens, from the half to t",
                        "length of the context t",
                        "nats",
                        series)
                .withNotes("Squares: the fitted context-conditioned chain.");
    }

    private static String words(Observation.Law law) {
        return switch (law) {
            case CONTEXT_CONDITIONED -> "fitted chain";
            case COUNTS -> "counts alone";
            case PAIRS -> "pairs alone";
        };
    }
}
