package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.HeadCard;
import dev.perron.attention.HeadChain;
import dev.perron.attention.SpecialTokens;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.figure.HeadWall;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// `perron heads`: one row a head.
@Command(
        name = "heads",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "One row a head: |λ₂| and the gap 1-|λ₂| (a small gap: groups of tokens that attention"
                + " seldom leaves), mean entropy of a row in nats, the share of attention that the"
                + " most attended token gets and which it is, mean distance of attention in tokens,"
                + " and the head's weight in a |λ₂|-weighted mean."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  perron heads --text \"The quick brown fox jumps\" --csv > heads.csv",
            "  perron heads --texts sentences.txt --csv -o heads.csv --resume",
            "  perron heads --text - --text-window 512 --text-stride 256 --csv < book.txt"
        })
final class HeadsCommand implements Callable<Integer> {
    private static final List<String> COLUMNS =
            List.of(
                    "layer",
                    "head",
                    "lambda2",
                    "lambda2_real",
                    "lambda2_imaginary",
                    "lambda2_steps",
                    "lambda2_residual",
                    "gap",
                    "timescale",
                    "entropy",
                    "sink_mass",
                    "sink_index",
                    "sink_token",
                    "distance",
                    "causal",
                    "weight");

    @Mixin private LayersOptions input = new LayersOptions();

    @Option(
            names = "--special-tokens",
            defaultValue = "keep",
            paramLabel = "HOW",
            description = "keep (default), drop or censor; see 'perron rank --help'.")
    private SpecialTokens specialTokens = SpecialTokens.KEEP;

    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private BatchOptions batch = new BatchOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    /// A head, what is known of it, and its share.
    private record Row(HeadChain head, HeadCard card, Eigenvalue lambda2, double weight, int sink) {
        Row weighted(double share) {
            return new Row(head, card, lambda2, share, sink);
        }

        double gap() {
            return 1 - lambda2.modulus();
        }

        /// Products with P that λ₂ took, 0 where all eigenvalues were computed.
        int products() {
            return card.spectrum() instanceof Spectrum.Leading leading ? leading.products() : 0;
        }

        double residual() {
            return card.spectrum() instanceof Spectrum.Leading leading ? leading.residual() : 0;
        }
    }

    @Override
    public Integer call() throws IOException {
        output.check();
        batch.check(output, input.folder());
        try (Progress progress = new Progress(spec)) {
            if (batch.given() || input.folder()) {
                all(progress);
                return ExitCode.OK.code();
            }
            LayersOptions.Reading reading = input.read(progress);
            List<Row> rows = rows(reading, progress);
            output.figure(() -> wall(reading, rows).draw());
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                Json.print(out, document(reading, rows));
            } else if (output.csv()) {
                csv(Csv.headed(out, COLUMNS), reading, rows);
            } else {
                out.println(reading.model() + ", " + reading.tokens().size() + " tokens");
                table(out, reading, rows);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    private void all(Progress progress) throws IOException {
        try (TextTable table = batch.table(spec.commandLine().getOut(), COLUMNS)) {
            input.each(
                    batch,
                    table,
                    progress,
                    (reading, csv) -> csv(csv, reading, rows(reading, progress)));
        }
    }

    private List<Row> rows(LayersOptions.Reading reading, Progress progress) {
        AtomicInteger done = new AtomicInteger();
        int heads = reading.heads().size();
        List<Row> unweighted =
                reading.heads().parallelStream()
                        .map(
                                head -> {
                                    Row row = row(head, reading);
                                    progress.at(
                                            "%d of %d heads"
                                                    .formatted(done.incrementAndGet(), heads));
                                    return row;
                                })
                        .toList();
        double total = unweighted.stream().mapToDouble(row -> row.lambda2().modulus()).sum();
        return unweighted.stream()
                .map(row -> row.weighted(total > 0 ? row.lambda2().modulus() / total : 1.0 / heads))
                .toList();
    }

    /// All that is known of a head by itself.
    private Row row(HeadChain head, LayersOptions.Reading reading) {
        AttentionChain.Defined chain =
                HeadOptions.defined(AttentionChain.of(head, reading.tokens(), specialTokens));
        HeadCard card = HeadCard.of(chain.transition());
        return new Row(
                head,
                card,
                lambda2(head.name(), card.spectrum()),
                0,
                chain.positions().get(card.sink()));
    }

    /// A chain of one token has no second eigenvalue; it forgets at once, so 0 stands for it.
    static Eigenvalue lambda2(String head, Spectrum spectrum) {
        return switch (spectrum) {
            case Spectrum.Complete complete -> complete.lambda2().orElse(new Eigenvalue(0, 0));
            case Spectrum.Leading leading -> leading.lambda2();
            case Spectrum.NotConverged(_, _, int products, double residual) ->
                    throw new Failure(
                            ExitCode.NUMERICAL,
                            "%s: |λ₂| not converged, residual %.1e after %d products; look at the other layers with --layer"
                                    .formatted(head, residual, products));
        };
    }

    private static HeadWall wall(LayersOptions.Reading reading, List<Row> rows) {
        int each = reading.each();
        return HeadWall.ofLambda2(
                reading.model() + ", " + reading.tokens().size() + " tokens",
                reading.layers(),
                IntStream.range(0, reading.layers().size())
                        .mapToObj(
                                l ->
                                        rows.subList(l * each, (l + 1) * each).stream()
                                                // Rounding may leave |λ₂| an ulp above 1.
                                                .map(row -> Math.min(1, row.lambda2().modulus()))
                                                .toList())
                        .toList());
    }

    private Map<String, Object> document(LayersOptions.Reading reading, List<Row> rows) {
        Map<String, Object> content = Json.object();
        content.putAll(reading.source().facts());
        content.putAll(
                Json.object(
                        "specialTokens", specialTokens.name().toLowerCase(Locale.ROOT),
                        "tokens", reading.tokens().size(),
                        "worstRow", reading.worstRow()));
        content.put(
                "heads",
                rows.stream()
                        .map(
                                row ->
                                        Json.object(
                                                "layer", row.head().layer(),
                                                "head", row.head().number(),
                                                "lambda2", row.lambda2().modulus(),
                                                "lambda2Real", row.lambda2().real(),
                                                "lambda2Imaginary", row.lambda2().imaginary(),
                                                "lambda2Steps", row.products(),
                                                "lambda2Residual", row.residual(),
                                                "gap", row.gap(),
                                                "timescale", row.lambda2().impliedTimescale(),
                                                "entropy", row.card().entropy(),
                                                "sinkMass", row.card().sinkMass(),
                                                "sinkIndex", row.sink(),
                                                "sinkToken", sink(reading, row),
                                                "distance", row.card().distance(),
                                                "causal", row.head().chain().lowerTriangular(),
                                                "weight", row.weight()))
                        .toList());
        return Json.document("heads", content);
    }

    private static void csv(Csv csv, LayersOptions.Reading reading, List<Row> rows) {
        for (Row row : rows) {
            csv.row(
                    row.head().layer(),
                    row.head().number(),
                    row.lambda2().modulus(),
                    row.lambda2().real(),
                    row.lambda2().imaginary(),
                    row.products(),
                    row.residual(),
                    row.gap(),
                    row.lambda2().impliedTimescale(),
                    row.card().entropy(),
                    row.card().sinkMass(),
                    row.sink(),
                    sink(reading, row),
                    row.card().distance(),
                    row.head().chain().lowerTriangular(),
                    row.weight());
        }
    }

    private static void table(PrintWriter out, LayersOptions.Reading reading, List<Row> rows) {
        Table table =
                new Table(
                        "head",
                        "|λ₂|",
                        "gap",
                        "timescale",
                        "entropy",
                        "sink",
                        "token",
                        "distance",
                        "weight");
        for (Row row : rows) {
            table.row(
                    row.head().name(),
                    row.lambda2().modulus(),
                    row.gap(),
                    Table.number(row.lambda2().impliedTimescale()),
                    row.card().entropy(),
                    row.card().sinkMass(),
                    "#%d %s".formatted(row.sink(), sink(reading, row)),
                    row.card().distance(),
                    row.weight());
        }
        table.print(out);
    }

    private static String sink(LayersOptions.Reading reading, Row row) {
        return reading.tokens().get(row.sink()).label();
    }
}
