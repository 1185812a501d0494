package dev.perron.cli;

import dev.perron.attention.HeadComparison;
import dev.perron.attention.Persistence;
import dev.perron.attention.RankAgreement;
import dev.perron.attention.RankCorrelation;
import dev.perron.attention.RowDivergence;
import dev.perron.figure.Label;
import dev.perron.figure.PairMap;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/// Two chains side by side, in the forms that `perron compare` shows them in.
///
/// @param one the first
/// @param other the second, on as many tokens
/// @param found how they differ
/// @param restart of both TokenRanks
/// @param checks that were asked for
record ComparedPair(
        Subject one,
        Subject other,
        HeadComparison found,
        RestartOptions restart,
        List<Check> checks) {
    /// The metrics that there are, and what they mean.
    static final SequencedMap<String, String> METRICS = metrics();

    private static SequencedMap<String, String> metrics() {
        LinkedHashMap<String, String> metrics = new LinkedHashMap<>();
        metrics.put("js", "rows, Jensen-Shannon divergence, mean");
        metrics.put("js-largest", "rows, Jensen-Shannon divergence, largest");
        metrics.put("rank-js", "TokenRanks, Jensen-Shannon divergence");
        metrics.put("l1", "TokenRanks, L1 distance");
        metrics.put("rho", "TokenRanks, Spearman's rho");
        metrics.put("tau", "TokenRanks, Kendall's tau-b");
        metrics.put("overlap", "TokenRanks, first tokens in common");
        metrics.put("gap", "spectral gaps 1-|λ₂|, difference");
        metrics.put("metastability", "metastabilities, difference");
        return Collections.unmodifiableSequencedMap(metrics);
    }

    /// What each metric is here; differences without sign.
    Map<String, OptionalDouble> values() {
        return Map.of(
                "js", OptionalDouble.of(found.rows().mean()),
                "js-largest", OptionalDouble.of(found.rows().largest()),
                "rank-js", OptionalDouble.of(found.rankDivergence()),
                "l1", OptionalDouble.of(found.agreement().l1Distance()),
                "rho", found.correlation().rho(),
                "tau", found.agreement().kendallTau(),
                "overlap", OptionalDouble.of(found.agreement().topOverlap()),
                "gap", size(found.gapDifference()),
                "metastability", size(found.metastabilityDifference()));
    }

    private static OptionalDouble size(OptionalDouble difference) {
        return difference.stream().map(x -> Math.abs(x)).findFirst();
    }

    /// The first matrix less the second.
    PairMap figure() {
        double[][] differences = new double[one.states()][];
        double[] subtracted = new double[one.states()];
        for (int i = 0; i < differences.length; i++) {
            double[] row = new double[one.states()];
            one.transition().row(i, row);
            other.transition().row(i, subtracted);
            for (int j = 0; j < row.length; j++) {
                row[j] -= subtracted[j];
            }
            differences[i] = row;
        }
        return PairMap.ofDifferences(
                one.heads().equals(other.heads())
                        ? one.heads() + ", the first less the second"
                        : one.heads() + " less " + other.heads(),
                Label.of(one.tokens()),
                (i, j) -> differences[i][j],
                names(),
                "Row: the token that attends (query, dest). Column: the token attended to (key,"
                        + " src). Blue: more attention in the first, orange: more in the second.",
                "Jensen-Shannon divergence of rows: mean %s nats, largest %s at %s."
                        .formatted(
                                Table.number(found.rows().mean()),
                                Table.number(found.rows().largest()),
                                one.named(found.rows().row())));
    }

    /// `before.npz less after.npz`, or one name for both.
    private String names() {
        return one.model().equals(other.model())
                ? one.model()
                : one.model() + " less " + other.model();
    }

    void table(PrintWriter out) {
        out.println("one:   %s, %s".formatted(one.model(), one.heads()));
        out.println("other: %s, %s".formatted(other.model(), other.heads()));
        out.println("%d tokens; %s".formatted(one.states(), restart.words()));
        for (String remark : CommonTokens.remarks(one, other)) {
            out.println(remark);
        }
        out.println();
        RowDivergence rows = found.rows();
        RankAgreement agreement = found.agreement();
        Table table = new Table("metric", "", "value", "");
        line(table, "js", OptionalDouble.of(rows.mean()), share(rows.mean()));
        line(
                table,
                "js-largest",
                OptionalDouble.of(rows.largest()),
                share(rows.largest()) + ", row " + one.named(rows.row()));
        line(
                table,
                "rank-js",
                OptionalDouble.of(found.rankDivergence()),
                share(found.rankDivergence()));
        line(table, "l1", OptionalDouble.of(agreement.l1Distance()), "of at most 2");
        line(table, "rho", found.correlation().rho(), interval());
        line(table, "tau", agreement.kendallTau(), "");
        line(
                table,
                "overlap",
                OptionalDouble.of(agreement.topOverlap()),
                "of the first " + agreement.top());
        line(
                table,
                "gap",
                found.gapDifference(),
                "|λ₂| %s and %s".formatted(lambda2(found.one()), lambda2(found.other())));
        line(
                table,
                "metastability",
                found.metastabilityDifference(),
                "%s and %s".formatted(states(found.one()), states(found.other())));
        table.print(out);
    }

    private static void line(Table table, String metric, OptionalDouble value, String more) {
        table.row(
                metric,
                METRICS.getOrDefault(metric, ""),
                value.isPresent() ? Table.number(value.getAsDouble()) : "-",
                more);
    }

    private static String share(double nats) {
        return "nats, %.1f%% of log 2".formatted(100 * nats / RowDivergence.MOST);
    }

    private String interval() {
        return found.correlation()
                .interval()
                .map(
                        interval ->
                                "95%% from %s to %s (Fisher's z, Bonett and Wright)"
                                        .formatted(
                                                Table.number(interval.low()),
                                                Table.number(interval.high())))
                .orElse("no interval");
    }

    private static String lambda2(Persistence side) {
        return side.lambda2().isPresent()
                ? "%s (residual %.0e)"
                        .formatted(Table.number(side.lambda2().getAsDouble()), side.residual())
                : "not converged (residual %.0e)".formatted(side.residual());
    }

    private static String states(Persistence side) {
        return side.metastability().isPresent()
                ? "%s of %d states"
                        .formatted(Table.number(side.metastability().getAsDouble()), side.count())
                : "no states that last";
    }

    Map<String, Object> document() {
        RankAgreement agreement = found.agreement();
        Map<String, Object> content =
                Json.object(
                        "one", side(one, found.one()),
                        "other", side(other, found.other()),
                        "tokens", one.states(),
                        "remarks", CommonTokens.remarks(one, other));
        content.putAll(restart.description());
        content.put(
                "rows",
                Json.object(
                        "js", found.rows().mean(),
                        "jsShare", found.rows().meanShare(),
                        "jsLargest", found.rows().largest(),
                        "largestRow", one.entry(found.rows().row())));
        RankCorrelation correlation = found.correlation();
        content.put(
                "rank",
                Json.object(
                        "js",
                        found.rankDivergence(),
                        "l1",
                        agreement.l1Distance(),
                        "rho",
                        orNull(correlation.rho()),
                        "rho95",
                        correlation
                                .interval()
                                .map(i -> List.of(i.low(), i.high()))
                                .orElse(List.of()),
                        "rho95Method",
                        "Fisher's z with the variance of Bonett and Wright",
                        "tau",
                        orNull(agreement.kendallTau()),
                        "overlap",
                        agreement.topOverlap(),
                        "top",
                        agreement.top()));
        content.putAll(
                Json.object(
                        "gapDifference", orNull(found.gapDifference()),
                        "metastabilityDifference", orNull(found.metastabilityDifference()),
                        "checks", checked(checks, values())));
        return Json.document("compare", content);
    }

    /// What was checked, as a document says it.
    static List<Map<String, Object>> checked(
            List<Check> checks, Map<String, OptionalDouble> values) {
        return checks.stream()
                .map(
                        check -> {
                            OptionalDouble value =
                                    values.getOrDefault(check.metric(), OptionalDouble.empty());
                            return Json.object(
                                    "failIf",
                                    check.text(),
                                    "value",
                                    orNull(value),
                                    "failed",
                                    value.isPresent()
                                            && check.relation()
                                                    .holds(value.getAsDouble(), check.number()));
                        })
                .toList();
    }

    private static Map<String, Object> side(Subject subject, Persistence persistence) {
        Map<String, Object> side = subject.description();
        side.putAll(
                Json.object(
                        "lambda2", orNull(persistence.lambda2()),
                        "lambda2Residual", persistence.residual(),
                        "metastability", orNull(persistence.metastability()),
                        "metastableStates", persistence.count()));
        return side;
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    void csv(PrintWriter out) {
        Csv csv = new Csv(out, "metric", "value");
        Map<String, OptionalDouble> values = values();
        METRICS.forEach(
                (metric, _) ->
                        csv.row(
                                metric,
                                orNull(values.getOrDefault(metric, OptionalDouble.empty()))));
        found.correlation()
                .interval()
                .ifPresent(
                        interval -> {
                            csv.row("rho-low", interval.low());
                            csv.row("rho-high", interval.high());
                        });
    }
}
