package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.context.fit.Certificate;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.FisherInformation;
import dev.perron.context.fit.Fit;
import dev.perron.context.fit.RowFit;
import dev.perron.figure.Drawing;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What `perron context fit` found, in its three forms.
///
/// @param file that was read
/// @param vocabulary its tokens' names
/// @param counts of its samples
/// @param fit of the base chain
/// @param ridge that was asked for
/// @param confidence of the intervals
record FitAnswer(
        Path file,
        Vocabulary vocabulary,
        ContextCounts counts,
        Fit fit,
        double ridge,
        double confidence) {
    /// Why there is no base chain, if there is none.
    Optional<String> objection() {
        return switch (fit) {
            case Fit.Converged _ -> Optional.empty();
            case Fit.NotConverged late ->
                    Optional.of(
                            "queries %s: not converged; give a --ridge"
                                    .formatted(vocabulary.names(late.notConverged())));
            case Fit.NotIdentifiable unknown -> {
                var first = unknown.components().firstEntry();
                yield Optional.of(
                        "%d of %d queries can't be identified: after '%s' no prompt compares %s; add the prompts of 'perron context identify', or give a --ridge"
                                .formatted(
                                        unknown.components().size(),
                                        vocabulary.size(),
                                        vocabulary.name(first.getKey()),
                                        Components.words(first.getValue(), vocabulary)));
            }
            case Fit.Separated lost -> {
                var first = lost.tokens().firstEntry();
                yield Optional.of(
                        "%d of %d queries have no maximum: after '%s' %s never came out beside others that did, so their weights run to minus infinity; add the prompts of 'perron context identify', or give a --ridge"
                                .formatted(
                                        lost.tokens().size(),
                                        vocabulary.size(),
                                        vocabulary.name(first.getKey()),
                                        Components.words(List.of(first.getValue()), vocabulary)));
            }
        };
    }

    /// The base chain as a picture, if there is one.
    Optional<Drawing> drawing() {
        return fit instanceof Fit.Converged(var chain, _, _)
                ? Optional.of(
                        Heatmap.of(
                                        "Base chain, fitted to " + counts.samples() + " samples",
                                        vocabulary.names().stream()
                                                .map(name -> new Label(name, false))
                                                .toList(),
                                        chain.base()::probability)
                                .draw())
                : Optional.empty();
    }

    private String outcome() {
        return switch (fit) {
            case Fit.Converged _ -> "converged";
            case Fit.NotConverged _ -> "not converged";
            case Fit.NotIdentifiable _ -> "not identifiable";
            case Fit.Separated _ -> "separated";
        };
    }

    Map<String, Object> document() {
        return Json.document(
                "context fit",
                Json.object(
                        "file",
                        file.toString(),
                        "outcome",
                        outcome(),
                        "tokens",
                        vocabulary.names(),
                        "samples",
                        counts.samples(),
                        "contexts",
                        counts.contexts(),
                        "risk",
                        fit instanceof Fit.Converged(_, double risk, _) ? risk : null,
                        "ridge",
                        ridge,
                        "confidence",
                        confidence,
                        "queries",
                        fit.rows().stream().map(this::document).toList()));
    }

    private Map<String, Object> document(RowFit row) {
        Map<String, Object> document = Json.object("query", vocabulary.name(row.query()));
        switch (row) {
            case RowFit.Converged(_, _, Certificate certificate) -> {
                document.put("outcome", "converged");
                document.putAll(document(certificate));
            }
            case RowFit.NotConverged(_, _, Certificate certificate) -> {
                document.put("outcome", "not converged");
                document.putAll(document(certificate));
            }
            case RowFit.NotIdentifiable(_, var components) -> {
                document.put("outcome", "not identifiable");
                document.put("components", components.stream().map(vocabulary::names).toList());
            }
            case RowFit.Separated(_, var tokens) -> {
                document.put("outcome", "separated");
                document.put("separated", vocabulary.names(tokens));
            }
        }
        document.put(
                "probabilities",
                entries(row).stream()
                        .map(
                                e ->
                                        Json.object(
                                                "next",
                                                vocabulary.name(e.next()),
                                                "probability",
                                                e.p(),
                                                "standardError",
                                                e.error(),
                                                "low",
                                                e.low(),
                                                "high",
                                                e.high()))
                        .toList());
        return document;
    }

    /// The numbers that say how good a row is.
    static Map<String, Object> document(Certificate certificate) {
        return Json.object(
                "samples", certificate.samples(),
                "contexts", certificate.contexts(),
                "risk", certificate.risk(),
                "penalty", certificate.penalty(),
                "gradientNorm", certificate.gradientNorm(),
                "newtonDecrement", certificate.newtonDecrement(),
                "iterations", certificate.iterations());
    }

    /// A transition probability with its interval; NaN where there is none.
    private record Entry(int query, int next, double p, double error, double low, double high) {}

    private List<Entry> entries(int query, Distribution law) {
        Optional<FisherInformation> information =
                counts.row(query).samples() == 0
                        ? Optional.empty()
                        : FisherInformation.of(counts.row(query), law, ridge);
        double z = StandardNormal.twoSided(confidence);
        return IntStream.range(0, law.states())
                .mapToObj(
                        j ->
                                information
                                        .map(
                                                known -> {
                                                    var interval = known.interval(j, z);
                                                    return new Entry(
                                                            query,
                                                            j,
                                                            law.mass(j),
                                                            known.standardError(j),
                                                            interval.low(),
                                                            interval.high());
                                                })
                                        .orElseGet(
                                                () ->
                                                        new Entry(
                                                                query,
                                                                j,
                                                                law.mass(j),
                                                                Double.NaN,
                                                                Double.NaN,
                                                                Double.NaN)))
                .toList();
    }

    private List<Entry> entries(RowFit row) {
        return switch (row) {
            case RowFit.Converged(int query, Distribution law, _) -> entries(query, law);
            case RowFit.NotConverged(int query, Distribution last, _) ->
                    IntStream.range(0, last.states())
                            .mapToObj(
                                    j ->
                                            new Entry(
                                                    query,
                                                    j,
                                                    last.mass(j),
                                                    Double.NaN,
                                                    Double.NaN,
                                                    Double.NaN))
                            .toList();
            case RowFit.NotIdentifiable _, RowFit.Separated _ -> List.of();
        };
    }

    /// One row a query and next token.
    void csv(PrintWriter out) {
        Csv csv = new Csv(out, "query", "next", "probability", "standard_error", "low", "high");
        for (RowFit row : fit.rows()) {
            for (Entry e : entries(row)) {
                csv.row(
                        vocabulary.name(e.query()),
                        vocabulary.name(e.next()),
                        e.p(),
                        missing(e.error()),
                        missing(e.low()),
                        missing(e.high()));
            }
        }
    }

    void text(PrintWriter out) {
        out.println(
                "%s: %d samples, %d distinct contexts, %s"
                        .formatted(file, counts.samples(), counts.contexts(), outcome()));
        Table table = new Table("query", "next", "probability", "std error", "low", "high");
        List<String> remarks = new ArrayList<>();
        for (RowFit row : fit.rows()) {
            for (Entry e : entries(row)) {
                table.row(
                        vocabulary.name(e.query()),
                        vocabulary.name(e.next()),
                        e.p(),
                        shown(e.error()),
                        shown(e.low()),
                        shown(e.high()));
            }
            remarks.add("after '%s': %s".formatted(vocabulary.name(row.query()), words(row)));
        }
        table.print(out);
        out.println();
        remarks.forEach(out::println);
    }

    private String words(RowFit row) {
        return switch (row) {
            case RowFit.Converged(_, _, Certificate c) -> words(c);
            case RowFit.NotConverged(_, _, Certificate c) ->
                    "not converged, Newton decrement %.1e after %d iterations"
                            .formatted(c.newtonDecrement(), c.iterations());
            case RowFit.NotIdentifiable(_, var components) ->
                    "not identifiable, no prompt compares %s"
                            .formatted(Components.words(components, vocabulary));
            case RowFit.Separated(_, var tokens) ->
                    "no maximum, %s never came out beside others that did"
                            .formatted(Components.words(List.of(tokens), vocabulary));
        };
    }

    /// The same in words.
    static String words(Certificate c) {
        return "risk %.6f%s, gradient %.1e, Newton decrement %.1e, %d iterations, %d samples"
                .formatted(
                        c.risk(),
                        c.penalty() > 0 ? ", penalty %.6f".formatted(c.penalty()) : "",
                        c.gradientNorm(),
                        c.newtonDecrement(),
                        c.iterations(),
                        c.samples());
    }

    private static Object missing(double value) {
        return Double.isFinite(value) ? (Object) value : "";
    }

    private static Object shown(double value) {
        return Double.isFinite(value) ? (Object) value : "none";
    }
}
