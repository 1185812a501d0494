package dev.perron.cli;

import dev.perron.chain.StochasticMatrix;
import dev.perron.context.collapse.CollapseRuns;
import dev.perron.context.collapse.LongRunShare;
import dev.perron.context.collapse.OneRunLearning;
import dev.perron.context.collapse.Slope;
import dev.perron.context.collapse.TwoTokenPhase;
import dev.perron.context.collapse.UrnLimit;
import dev.perron.context.collapse.Winners;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What `perron context collapse` found, in its three forms.
///
/// @param facts what a document says first: how the base chain was said
/// @param seed of the runs
/// @param base chain that ran
/// @param vocabulary its tokens' names
/// @param runs as they were simulated
/// @param falls of each loser under each token that can win and led some run
/// @param longRun share of token 1 in the long run, where two tokens coexist
/// @param urn how far the last shares are from the urn's law, where the base chain is an urn
/// @param learning what single runs teach, if it was asked for
record CollapseAnswer(
        Map<String, Object> facts,
        long seed,
        StochasticMatrix base,
        Vocabulary vocabulary,
        CollapseRuns runs,
        List<Fall> falls,
        Optional<LongRunShare> longRun,
        Optional<UrnLimit.Agreement> urn,
        Optional<OneRunLearning> learning) {
    private static final double WON = 0.9;

    /// The power of t that a run's own noise falls with.
    private static final double NOISE = -0.5;

    /// How a loser fell in the runs that one token leads.
    ///
    /// @param predicted exponent
    /// @param slope of the mean share
    /// @param typical slope, of the mean logarithm
    /// @param meanField slope that the flow makes of where the runs were
    record Fall(
            int winner,
            int token,
            double predicted,
            Optional<Slope> slope,
            Optional<Slope> typical,
            double meanField) {
        private Map<String, Object> document() {
            Map<String, Object> entry = Json.object("predicted", predicted);
            slope.ifPresent(
                    found -> {
                        entry.put("slope", found.value());
                        entry.put("slopeInterval", List.of(found.low(), found.high()));
                        entry.put("meanField", meanField);
                        entry.put("from", found.from());
                        entry.put("to", found.to());
                    });
            typical.ifPresent(
                    found -> {
                        entry.put("typicalSlope", found.value());
                        entry.put("typicalSlopeInterval", List.of(found.low(), found.high()));
                    });
            return entry;
        }
    }

    /// The loser that falls the slowest under the most frequent winner.
    private Optional<Fall> main() {
        return falls.stream()
                .max(
                        Comparator.comparingInt((Fall f) -> runs.ledBy(f.winner()).size())
                                .thenComparingDouble(Fall::predicted));
    }

    /// What becomes of two tokens, if there are two.
    Optional<TwoTokenPhase> phase() {
        return base.states() == 2 ? Optional.of(TwoTokenPhase.of(base)) : Optional.empty();
    }

    private List<Integer> possible() {
        return Winners.of(base).possible();
    }

    private List<Integer> leaders() {
        return IntStream.range(0, base.states())
                .filter(k -> !runs.ledBy(k).isEmpty())
                .boxed()
                .toList();
    }

    private double lastMeanShare(int token) {
        return runs.meanShare(
                IntStream.range(0, runs.runs()).boxed().toList(),
                runs.checkpoints().times().size() - 1,
                token);
    }

    private String words(TwoTokenPhase phase) {
        return switch (phase) {
            case TwoTokenPhase.FirstWins() -> vocabulary.name(0) + " wins";
            case TwoTokenPhase.SecondWins() -> vocabulary.name(1) + " wins";
            case TwoTokenPhase.RandomWinner() -> "random winner";
            case TwoTokenPhase.Coexistence(double share, _) ->
                    "coexistence, %s keeps %.4f".formatted(vocabulary.name(1), share);
            case TwoTokenPhase.Urn() -> "urn";
            case TwoTokenPhase.Border() -> "border";
        };
    }

    Map<String, Object> document() {
        Map<String, Object> content = Json.object();
        content.putAll(facts);
        content.put("length", runs.checkpoints().last());
        content.put("runs", runs.runs());
        content.put("seed", seed);
        content.put("possibleWinners", vocabulary.names(possible()));
        phase().ifPresent(
                        phase -> {
                            content.put("phase", words(phase));
                            if (phase instanceof TwoTokenPhase.Coexistence(var share, var power)) {
                                content.put("predictedShare", share);
                                content.put("approachExponent", power);
                            }
                        });
        content.put(
                "leaders",
                leaders().stream()
                        .map(
                                k ->
                                        Json.object(
                                                "token",
                                                vocabulary.name(k),
                                                "runs",
                                                runs.ledBy(k).size(),
                                                "runsWon",
                                                runs.wonBy(k, WON).size()))
                        .toList());
        content.put(
                "meanShare",
                IntStream.range(0, base.states()).mapToObj(this::lastMeanShare).toList());
        longRun.ifPresent(
                share -> {
                    content.put("longRunShare", share.value());
                    content.put("longRunShareError", share.standardError());
                });
        main().ifPresent(fall -> content.putAll(fall.document()));
        content.put(
                "losers",
                falls.stream()
                        .map(
                                fall -> {
                                    Map<String, Object> loser =
                                            Json.object(
                                                    "winner",
                                                    vocabulary.name(fall.winner()),
                                                    "token",
                                                    vocabulary.name(fall.token()));
                                    loser.putAll(fall.document());
                                    return loser;
                                })
                        .toList());
        urn.ifPresent(
                found -> {
                    content.put("urnDistance", found.distance());
                    content.put("urnPValue", found.pValue());
                });
        learning.ifPresent(learned -> content.put("learning", document(learned)));
        return Json.document("context collapse", content);
    }

    private Map<String, Object> document(OneRunLearning learned) {
        return Json.object(
                "winner",
                vocabulary.name(learned.winner()),
                "runs",
                learned.runs(),
                "times",
                learned.times(),
                "pairs",
                learned.pairs().stream()
                        .map(
                                pair ->
                                        Json.object(
                                                "query",
                                                vocabulary.name(pair.query()),
                                                "target",
                                                vocabulary.name(pair.target()),
                                                "informationExponent",
                                                pair.exponent(),
                                                "learnable",
                                                pair.learnable(),
                                                "information",
                                                pair.information(),
                                                "medianError",
                                                pair.medianError(),
                                                "noEstimate",
                                                pair.noEstimate()))
                        .toList());
    }

    /// One row a run, time and token.
    void csv(PrintWriter out) {
        Csv csv = new Csv(out, "run", "t", "token", "share");
        List<Integer> times = runs.checkpoints().times();
        for (int r = 0; r < runs.runs(); r++) {
            for (int i = 0; i < times.size(); i++) {
                for (int k = 0; k < base.states(); k++) {
                    csv.row(r, times.get(i), vocabulary.name(k), runs.share(r, i, k));
                }
            }
        }
    }

    void text(PrintWriter out) {
        out.println(
                "%d runs of %d tokens, seed %d; can win: %s"
                        .formatted(
                                runs.runs(),
                                runs.checkpoints().last(),
                                seed,
                                possible().isEmpty() ? "none" : vocabulary.names(possible())));
        phase().ifPresent(phase -> out.println("phase: " + words(phase)));
        Table table = new Table("token", "runs led", "with 0.9", "mean share");
        for (int k : leaders()) {
            table.row(
                    vocabulary.name(k),
                    runs.ledBy(k).size(),
                    runs.wonBy(k, WON).size(),
                    lastMeanShare(k));
        }
        table.print(out);
        if (phase().orElse(null) instanceof TwoTokenPhase.Coexistence(_, double power)) {
            longRun.ifPresent(
                    share ->
                            out.println(
                                    "a run's distance from that level falls like t^%.3f; without it, %s keeps %.4f ± %.4f"
                                            .formatted(
                                                    Math.max(power, NOISE),
                                                    vocabulary.name(1),
                                                    share.value(),
                                                    share.standardError())));
        }
        if (!falls.isEmpty()) {
            out.println();
            text(out, falls);
        }
        urn.ifPresent(
                found ->
                        out.println(
                                "urn: shares of %s are %.4f from their Beta law, p = %.3f"
                                        .formatted(
                                                vocabulary.name(0),
                                                found.distance(),
                                                found.pValue())));
        learning.ifPresent(
                learned -> {
                    out.println();
                    text(out, learned);
                });
    }

    private void text(PrintWriter out, List<Fall> all) {
        Table table =
                new Table(
                        "winner",
                        "loser",
                        "slope of mean",
                        "low",
                        "high",
                        "mean field",
                        "typical run",
                        "predicted");
        for (Fall fall : all) {
            table.row(
                    vocabulary.name(fall.winner()),
                    vocabulary.name(fall.token()),
                    shown(fall.slope().map(Slope::value)),
                    shown(fall.slope().map(Slope::low)),
                    shown(fall.slope().map(Slope::high)),
                    shown(Optional.of(fall.meanField())),
                    shown(fall.typical().map(Slope::value)),
                    fall.predicted());
        }
        table.print(out);
    }

    private void text(PrintWriter out, OneRunLearning learned) {
        Table table =
                new Table(
                        "query",
                        "target",
                        "exponent",
                        "learnable",
                        "t",
                        "information",
                        "median error",
                        "no estimate");
        for (OneRunLearning.Pair pair : learned.pairs()) {
            for (int i = 0; i < learned.times().size(); i++) {
                table.row(
                        vocabulary.name(pair.query()),
                        vocabulary.name(pair.target()),
                        pair.exponent(),
                        pair.learnable() ? "yes" : "no",
                        learned.times().get(i),
                        pair.information().get(i),
                        shown(Optional.of(pair.medianError().get(i))),
                        pair.noEstimate().get(i));
            }
        }
        table.print(out);
    }

    /// A number, or that there is none.
    private static Object shown(Optional<Double> number) {
        return number.filter(Double::isFinite).<Object>map(x -> x).orElse("none");
    }
}
