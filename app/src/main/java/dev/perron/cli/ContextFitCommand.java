package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.context.fit.Certificate;
import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.FisherInformation;
import dev.perron.context.fit.Fit;
import dev.perron.context.fit.FitOptions;
import dev.perron.context.fit.PositionFit;
import dev.perron.context.fit.RowFit;
import dev.perron.context.fit.SequenceCounts;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// `perron context fit`: the base chain that prompts or trajectories speak for.
@Command(
        name = "fit",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Maximum likelihood from prompts (CSV with prompt,next) or trajectories"
                    + " (run,step,token): transition probabilities with intervals, each row with"
                    + " its gradient norm and Newton decrement. What can't be known is said first:"
                    + " tokens that no prompt compares, tokens that never come out."
        },
        footerHeading = "%nExample:%n",
        footer = "  perron context fit prompts.csv --confidence 0.99")
final class ContextFitCommand implements Callable<Integer> {
    @Mixin private SampleOptions input = new SampleOptions();

    @Option(
            names = "--ridge",
            defaultValue = "0",
            paramLabel = "R",
            description =
                    "Precision of a Gaussian prior on the logits: there is always an answer then"
                            + " (default 0, none).")
    private double ridge;

    @Option(
            names = "--positions",
            description = "Fit a weight for each position of the prompts, too.")
    private boolean positions;

    @Option(
            names = "--confidence",
            defaultValue = "0.95",
            paramLabel = "C",
            description = "Of the intervals (default 0.95).")
    private double confidence;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        if (!(confidence > 0 && confidence < 1)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--confidence %s, must be between 0 and 1".formatted(confidence));
        }
        FitOptions options = options();
        try (Progress progress = new Progress(spec)) {
            progress.at("reading " + input.path());
            SampleFile file = input.read();
            Vocabulary vocabulary = input.vocabulary(file);
            if (positions) {
                return fitPositions(file.sequences(vocabulary), vocabulary, options);
            }
            ContextCounts counts = file.counts(vocabulary);
            progress.at("fitting");
            Fit fit = Fit.of(counts, options);
            show(fit, counts, vocabulary, options);
            objection(fit, vocabulary)
                    .ifPresent(
                            why -> {
                                throw new Failure(ExitCode.NUMERICAL, why);
                            });
            return ExitCode.OK.code();
        }
    }

    private FitOptions options() {
        try {
            return FitOptions.maximumLikelihood().withRidge(ridge);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--" + e.getMessage());
        }
    }

    private static String outcome(Fit fit) {
        return switch (fit) {
            case Fit.Converged _ -> "converged";
            case Fit.NotConverged _ -> "not converged";
            case Fit.NotIdentifiable _ -> "not identifiable";
            case Fit.Separated _ -> "separated";
        };
    }

    private static Optional<String> objection(Fit fit, Vocabulary vocabulary) {
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
                        "%d of %d queries have no maximum: after '%s' %s never came out beside others that did, so their weights run to minus infinity; observe more, or give a --ridge"
                                .formatted(
                                        lost.tokens().size(),
                                        vocabulary.size(),
                                        vocabulary.name(first.getKey()),
                                        Components.words(List.of(first.getValue()), vocabulary)));
            }
        };
    }

    private void show(Fit fit, ContextCounts counts, Vocabulary vocabulary, FitOptions options)
            throws IOException {
        if (fit instanceof Fit.Converged(var chain, _, _)) {
            output.figure(
                    () ->
                            Heatmap.of(
                                            "Base chain, fitted to "
                                                    + counts.samples()
                                                    + " samples",
                                            vocabulary.names().stream()
                                                    .map(name -> new Label(name, false))
                                                    .toList(),
                                            chain.base()::probability)
                                    .draw());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Map<String, Object> content =
                    Json.object(
                            "file",
                            input.path().toString(),
                            "outcome",
                            outcome(fit),
                            "tokens",
                            vocabulary.names(),
                            "samples",
                            counts.samples(),
                            "contexts",
                            counts.contexts(),
                            "risk",
                            fit instanceof Fit.Converged(_, double risk, _) ? risk : null,
                            "ridge",
                            options.ridge(),
                            "confidence",
                            confidence,
                            "queries",
                            fit.rows().stream()
                                    .map(row -> document(row, counts, vocabulary))
                                    .toList());
            Json.print(out, Json.document("context fit", content));
        } else if (output.csv()) {
            csv(out, fit, counts, vocabulary);
        } else {
            table(out, fit, counts, vocabulary);
        }
        out.flush();
    }

    /// A transition probability with its interval; NaN where there is none.
    private record Entry(int query, int next, double p, double error, double low, double high) {}

    private List<Entry> entries(int query, Distribution law, ContextCounts counts) {
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

    private List<Entry> entries(RowFit row, ContextCounts counts) {
        return switch (row) {
            case RowFit.Converged(int query, Distribution law, _) -> entries(query, law, counts);
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

    private Map<String, Object> document(RowFit row, ContextCounts counts, Vocabulary vocabulary) {
        Map<String, Object> document = Json.object("query", vocabulary.name(row.query()));
        switch (row) {
            case RowFit.Converged(_, _, Certificate certificate) -> {
                document.put("outcome", "converged");
                certificate(document, certificate);
            }
            case RowFit.NotConverged(_, _, Certificate certificate) -> {
                document.put("outcome", "not converged");
                certificate(document, certificate);
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
                entries(row, counts).stream()
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

    private static void certificate(Map<String, Object> document, Certificate certificate) {
        document.put("samples", certificate.samples());
        document.put("contexts", certificate.contexts());
        document.put("risk", certificate.risk());
        document.put("gradientNorm", certificate.gradientNorm());
        document.put("newtonDecrement", certificate.newtonDecrement());
        document.put("iterations", certificate.iterations());
    }

    private void csv(PrintWriter out, Fit fit, ContextCounts counts, Vocabulary vocabulary) {
        Csv csv = new Csv(out, "query", "next", "probability", "standard_error", "low", "high");
        for (RowFit row : fit.rows()) {
            for (Entry e : entries(row, counts)) {
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

    private void table(PrintWriter out, Fit fit, ContextCounts counts, Vocabulary vocabulary) {
        out.println(
                "%s: %d samples, %d distinct contexts, %s"
                        .formatted(
                                input.path(), counts.samples(), counts.contexts(), outcome(fit)));
        Table table = new Table("query", "next", "probability", "std error", "low", "high");
        List<String> remarks = new ArrayList<>();
        for (RowFit row : fit.rows()) {
            for (Entry e : entries(row, counts)) {
                table.row(
                        vocabulary.name(e.query()),
                        vocabulary.name(e.next()),
                        e.p(),
                        shown(e.error()),
                        shown(e.low()),
                        shown(e.high()));
            }
            String query = vocabulary.name(row.query());
            remarks.add(
                    switch (row) {
                        case RowFit.Converged(_, _, Certificate c) ->
                                "after '%s': risk %.6f, gradient %.1e, Newton decrement %.1e, %d iterations, %d samples"
                                        .formatted(
                                                query,
                                                c.risk(),
                                                c.gradientNorm(),
                                                c.newtonDecrement(),
                                                c.iterations(),
                                                c.samples());
                        case RowFit.NotConverged(_, _, Certificate c) ->
                                "after '%s': not converged, Newton decrement %.1e after %d iterations"
                                        .formatted(query, c.newtonDecrement(), c.iterations());
                        case RowFit.NotIdentifiable(_, var components) ->
                                "after '%s': not identifiable, no prompt compares %s"
                                        .formatted(query, Components.words(components, vocabulary));
                        case RowFit.Separated(_, var tokens) ->
                                "after '%s': no maximum, %s never came out beside others that did"
                                        .formatted(
                                                query,
                                                Components.words(List.of(tokens), vocabulary));
                    });
        }
        table.print(out);
        out.println();
        remarks.forEach(out::println);
    }

    private static Object missing(double value) {
        return Double.isFinite(value) ? (Object) value : "";
    }

    private static Object shown(double value) {
        return Double.isFinite(value) ? (Object) value : "none";
    }

    private int fitPositions(SequenceCounts counts, Vocabulary vocabulary, FitOptions options)
            throws IOException {
        if (output.csv() || output.drawn()) {
            throw new Failure(
                    ExitCode.USAGE, "--positions has a table and --json; leave out the rest");
        }
        List<PositionFit> fits =
                IntStream.range(0, vocabulary.size())
                        .parallel()
                        .mapToObj(q -> PositionFit.of(counts, q, options))
                        .toList();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(
                    out,
                    Json.document(
                            "context fit",
                            Json.object(
                                    "file",
                                    input.path().toString(),
                                    "tokens",
                                    vocabulary.names(),
                                    "positions",
                                    counts.positions(),
                                    "queries",
                                    fits.stream().map(fit -> document(fit, vocabulary)).toList())));
        } else {
            fits.forEach(fit -> out.println(words(fit, vocabulary)));
        }
        out.flush();
        long failed = fits.stream().filter(fit -> !(fit instanceof PositionFit.Converged)).count();
        if (failed > 0) {
            throw new Failure(
                    ExitCode.NUMERICAL,
                    "%d of %d queries have no fit with position weights; observe more prompts, or give a --ridge"
                            .formatted(failed, fits.size()));
        }
        return ExitCode.OK.code();
    }

    private static Map<String, Object> document(PositionFit fit, Vocabulary vocabulary) {
        Map<String, Object> document = Json.object("query", vocabulary.name(fit.query()));
        switch (fit) {
            case PositionFit.Converged(_, var law, var weights, var certificate) -> {
                document.put("outcome", "converged");
                document.put(
                        "probabilities", java.util.Arrays.stream(law.toArray()).boxed().toList());
                document.put("positionWeights", weights);
                certificate(document, certificate);
            }
            case PositionFit.NotConverged(_, var certificate) -> {
                document.put("outcome", "not converged");
                certificate(document, certificate);
            }
            case PositionFit.NotIdentifiable(_, int free) -> {
                document.put("outcome", "not identifiable");
                document.put("freeDirections", free);
            }
        }
        return document;
    }

    private static String words(PositionFit fit, Vocabulary vocabulary) {
        String query = vocabulary.name(fit.query());
        return switch (fit) {
            case PositionFit.Converged(_, var law, var weights, var certificate) ->
                    "after '%s': P %s, positions %s, Newton decrement %.1e"
                            .formatted(
                                    query,
                                    java.util.Arrays.stream(law.toArray())
                                            .mapToObj(Table::number)
                                            .toList(),
                                    weights.stream().map(Table::number).toList(),
                                    certificate.newtonDecrement());
            case PositionFit.NotConverged(_, var certificate) ->
                    "after '%s': not converged after %d iterations"
                            .formatted(query, certificate.iterations());
            case PositionFit.NotIdentifiable(_, int free) ->
                    "after '%s': not identifiable, %d directions of tokens and positions are free"
                            .formatted(query, free);
        };
    }
}
