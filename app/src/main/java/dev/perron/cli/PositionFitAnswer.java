package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.context.fit.FisherInformation;
import dev.perron.context.fit.PositionFit;
import dev.perron.figure.Drawing;
import dev.perron.figure.LineChart;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What `perron context fit --positions` found, in its three forms: rows of the base chain, and how
/// much each position counts.
///
/// @param file that was read
/// @param vocabulary its tokens' names
/// @param positions of the longest prompt
/// @param fits one a query
/// @param ridge that was asked for
/// @param confidence of the intervals
record PositionFitAnswer(
        Path file,
        Vocabulary vocabulary,
        int positions,
        List<PositionFit> fits,
        double ridge,
        double confidence) {
    private static final int MOST_CURVES = 8;

    /// A probability or a weight with its interval.
    ///
    /// @param what `next` or `position`
    private record Entry(
            String what, String name, double value, double error, double low, double high) {
        private Object[] cells(String query) {
            return new Object[] {query, what, name, value, error, low, high};
        }

        private Map<String, Object> document() {
            return Json.object(
                    what,
                    name,
                    what.equals("next") ? "probability" : "weight",
                    value,
                    "standardError",
                    error,
                    "low",
                    low,
                    "high",
                    high);
        }
    }

    /// Copies the list.
    PositionFitAnswer {
        fits = List.copyOf(fits);
    }

    /// Why some rows aren't fitted, if so.
    Optional<String> objection() {
        long failed = fits.stream().filter(fit -> !(fit instanceof PositionFit.Converged)).count();
        return failed == 0
                ? Optional.empty()
                : Optional.of(
                        "%d of %d queries have no fit with position weights; observe more prompts, or give a --ridge"
                                .formatted(failed, fits.size()));
    }

    private List<Entry> transitions(Distribution law, FisherInformation information) {
        double z = StandardNormal.twoSided(confidence);
        return IntStream.range(0, law.states())
                .mapToObj(
                        j -> {
                            var interval = information.interval(j, z);
                            return new Entry(
                                    "next",
                                    vocabulary.name(j),
                                    law.mass(j),
                                    information.standardError(j),
                                    interval.low(),
                                    interval.high());
                        })
                .toList();
    }

    private List<Entry> weights(List<PositionFit.Weight> weights) {
        double z = StandardNormal.twoSided(confidence);
        return IntStream.range(0, weights.size())
                .mapToObj(
                        l -> {
                            PositionFit.Weight weight = weights.get(l);
                            var interval = weight.interval(z);
                            return new Entry(
                                    "position",
                                    String.valueOf(l),
                                    weight.value(),
                                    weight.standardError(),
                                    interval.low(),
                                    interval.high());
                        })
                .toList();
    }

    Map<String, Object> document() {
        return Json.document(
                "context fit",
                Json.object(
                        "file",
                        file.toString(),
                        "tokens",
                        vocabulary.names(),
                        "positions",
                        positions,
                        "ridge",
                        ridge,
                        "confidence",
                        confidence,
                        "queries",
                        fits.stream().map(this::document).toList()));
    }

    private Map<String, Object> document(PositionFit fit) {
        Map<String, Object> document = Json.object("query", vocabulary.name(fit.query()));
        switch (fit) {
            case PositionFit.Converged(
                            _,
                            var law,
                            var information,
                            var weights,
                            var certificate) -> {
                document.put("outcome", "converged");
                document.put(
                        "probabilities",
                        transitions(law, information).stream().map(Entry::document).toList());
                document.put(
                        "positionWeights", weights(weights).stream().map(Entry::document).toList());
                document.putAll(FitAnswer.document(certificate));
            }
            case PositionFit.NotConverged(_, var certificate) -> {
                document.put("outcome", "not converged");
                document.putAll(FitAnswer.document(certificate));
            }
            case PositionFit.NotIdentifiable(_, int free) -> {
                document.put("outcome", "not identifiable");
                document.put("freeDirections", free);
            }
        }
        return document;
    }

    private List<Entry> entries(PositionFit fit) {
        List<Entry> entries = new ArrayList<>();
        if (fit instanceof PositionFit.Converged(_, var law, var information, var weights, _)) {
            entries.addAll(transitions(law, information));
            entries.addAll(weights(weights));
        }
        return entries;
    }

    /// One row a query and next token, or position.
    void csv(PrintWriter out) {
        Csv csv = new Csv(out, "query", "of", "name", "value", "standard_error", "low", "high");
        for (PositionFit fit : fits) {
            for (Entry e : entries(fit)) {
                csv.row(e.cells(vocabulary.name(fit.query())));
            }
        }
    }

    void text(PrintWriter out) {
        out.println("%s: rows and weights of %d positions".formatted(file, positions));
        Table table = new Table("query", "of", "name", "value", "std error", "low", "high");
        for (PositionFit fit : fits) {
            for (Entry e : entries(fit)) {
                table.row(e.cells(vocabulary.name(fit.query())));
            }
        }
        table.print(out);
        out.println();
        fits.forEach(fit -> out.println("after '%s': %s".formatted(name(fit), words(fit))));
    }

    private String name(PositionFit fit) {
        return vocabulary.name(fit.query());
    }

    private static String words(PositionFit fit) {
        return switch (fit) {
            case PositionFit.Converged converged -> FitAnswer.words(converged.certificate());
            case PositionFit.NotConverged(_, var certificate) ->
                    "not converged after %d iterations: a weight may run to 0 or infinity"
                            .formatted(certificate.iterations());
            case PositionFit.NotIdentifiable(_, int free) ->
                    "not identifiable, %d directions of tokens and positions are free"
                            .formatted(free);
        };
    }

    /// The weights over positions, a curve a query with the ends of its interval dashed; nothing if
    /// no row was fitted.
    Optional<Drawing> drawing() {
        List<LineChart.Series> series = new ArrayList<>();
        int colour = 0;
        for (PositionFit fit : fits) {
            if (colour < MOST_CURVES
                    && fit instanceof PositionFit.Converged(_, _, _, var weights, _)) {
                List<Entry> entries = weights(weights);
                List<Double> xs =
                        IntStream.range(0, entries.size()).mapToObj(l -> (double) l).toList();
                series.add(
                        new LineChart.Series(
                                "after " + name(fit),
                                LineChart.Style.MEASURED,
                                colour,
                                xs,
                                entries.stream().map(Entry::value).toList()));
                for (boolean high : new boolean[] {false, true}) {
                    series.add(
                            new LineChart.Series(
                                    "",
                                    LineChart.Style.PREDICTED,
                                    colour,
                                    xs,
                                    entries.stream()
                                            .map(high ? Entry::high : Entry::low)
                                            .toList()));
                }
                colour++;
            }
        }
        return series.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        LineChart.of(
                                        "How much each position of a prompt counts",
                                        "position",
                                        "weight, that of position 0 being 1",
                                        series)
                                .withNotes(
                                        "Dashed: intervals of confidence %s.".formatted(confidence))
                                .draw());
    }
}
