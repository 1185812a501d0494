package dev.perron.cli;

import dev.perron.attention.HeadCard;
import dev.perron.attention.HeadChain;
import dev.perron.attention.SpecialTokens;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.figure.Drawing;
import dev.perron.figure.HeadWall;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// One row a head, in the forms that `perron heads` shows them in.
///
/// @param reading what was asked about
/// @param specialTokens what became of special tokens
/// @param rows layer by layer
record HeadsAnswer(LayersOptions.Reading reading, SpecialTokens specialTokens, List<Row> rows)
        implements Answer {
    static final List<String> COLUMNS =
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

    /// A head, what is known of it, and its share.
    record Row(HeadChain head, HeadCard card, Eigenvalue lambda2, double weight, int sink) {
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
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public Drawing figure() {
        int each = reading.each();
        return HeadWall.ofLambda2(
                        reading.model() + ", " + reading.tokens().size() + " tokens",
                        reading.layers(),
                        IntStream.range(0, reading.layers().size())
                                .mapToObj(
                                        l ->
                                                rows.subList(l * each, (l + 1) * each).stream()
                                                        // Rounding may leave |λ₂| an ulp above 1.
                                                        .map(
                                                                row ->
                                                                        Math.min(
                                                                                1,
                                                                                row.lambda2()
                                                                                        .modulus()))
                                                        .toList())
                                .toList())
                .draw();
    }

    @Override
    public Map<String, Object> document() {
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
                                                "sinkToken", sink(row),
                                                "distance", row.card().distance(),
                                                "causal", row.head().chain().lowerTriangular(),
                                                "weight", row.weight()))
                        .toList());
        return Json.document("heads", content);
    }

    @Override
    public void csv(Csv csv) {
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
                    sink(row),
                    row.card().distance(),
                    row.head().chain().lowerTriangular(),
                    row.weight());
        }
    }

    @Override
    public void text(PrintWriter out) {
        out.println(reading.model() + ", " + reading.tokens().size() + " tokens");
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
                    "#%d %s".formatted(row.sink(), sink(row)),
                    row.card().distance(),
                    row.weight());
        }
        table.print(out);
    }

    private String sink(Row row) {
        return reading.tokens().get(row.sink()).label();
    }
}
