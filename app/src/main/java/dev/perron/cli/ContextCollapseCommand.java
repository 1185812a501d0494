package dev.perron.cli;

import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Prompt;
import dev.perron.context.collapse.Checkpoints;
import dev.perron.context.collapse.CollapseRuns;
import dev.perron.context.collapse.MeanField;
import dev.perron.context.collapse.OneRunLearning;
import dev.perron.context.collapse.Slope;
import dev.perron.context.collapse.TwoTokenPhase;
import dev.perron.context.collapse.UrnLimit;
import dev.perron.context.collapse.Winners;
import dev.perron.figure.LineChart;
import dev.perron.figure.RegionMap;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// `perron context collapse`: who takes over, how fast, and what one run teaches.
@Command(
        name = "collapse",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs a context-conditioned chain for long. Which tokens can win (their row's largest"
                    + " entry is their own), the power of t by which each loser's share falls,"
                    + " predicted and simulated, and with --learn what a single run teaches."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron context collapse --q 0.2 --length 100000 --runs 400 --seed 1 --figure s.svg",
            "  perron context collapse --a 0.3 --b 0.7 --phase-diagram phases.svg"
        })
final class ContextCollapseCommand implements Callable<Integer> {
    private static final int PER_DECADE = 10;
    private static final int PHASE_CELLS = 180;
    private static final double WON = 0.9;

    @Mixin private BaseChainOptions base = new BaseChainOptions();

    @Option(
            names = "--length",
            defaultValue = "100000",
            paramLabel = "T",
            description = "Tokens of a run, the prompt among them (default 100000).")
    private int length;

    @Option(names = "--runs", defaultValue = "400", paramLabel = "N", description = "Default 400.")
    private int runs;

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "Slopes are from here to the end (default: the last two decades).")
    private @Nullable Integer from;

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            description = "Where runs begin (default: each token once).")
    private @Nullable String prompt;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default 1.")
    private long seed;

    @Option(
            names = "--learn",
            description =
                    "Fit each run, too: Fisher information and error of each row as a run goes on.")
    private boolean learn;

    @Option(
            names = "--phase-diagram",
            paramLabel = "FILE",
            description = "Draw who wins for all rows of two tokens, as .svg or .png.")
    private @Nullable Path phases;

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    /// How a loser fell in the runs that one token leads.
    private record Fall(
            int winner,
            int token,
            double predicted,
            Optional<Slope> slope,
            Optional<Slope> typical,
            double meanField) {}

    /// All that was found.
    private record Answer(
            ContextConditionedChain chain,
            Vocabulary vocabulary,
            Prompt prompt,
            CollapseRuns runs,
            List<Fall> falls,
            Optional<UrnLimit.Agreement> urn,
            Optional<OneRunLearning> learning) {
        Winners winners() {
            return Winners.of(chain.base());
        }

        /// The loser that falls the slowest under the most frequent winner.
        Optional<Fall> main() {
            return falls.stream()
                    .max(
                            Comparator.comparingInt((Fall f) -> runs.ledBy(f.winner()).size())
                                    .thenComparingDouble(Fall::predicted));
        }
    }

    @Override
    public Integer call() throws IOException {
        output.check();
        ContextConditionedChain chain = base.read(seed);
        Vocabulary vocabulary = base.vocabulary(chain.tokens());
        Prompt start =
                Prompt.of(
                        prompt == null
                                ? IntStream.range(0, chain.tokens()).toArray()
                                : vocabulary.parse("--prompt", prompt));
        int[] counts = start.counts(chain.tokens());
        for (int token = 0; token < chain.tokens(); token++) {
            if (counts[token] == 0) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--prompt lacks token %s, which then never comes and can't win; name each token, or leave it out of the base chain"
                                .formatted(vocabulary.name(token)));
            }
        }
        int first = from == null ? Math.max(start.length(), length / 100) : from;
        if (runs < 2 || length <= 2 * start.length() || first < start.length() || first >= length) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--runs %d, --length %d, --from %d: must be at least 2 runs, longer than twice the prompt (%d tokens), from within"
                            .formatted(runs, length, first, start.length()));
        }
        if (phases != null) {
            OutputOptions.draw(phases, phaseDiagram().draw());
        }
        Answer answer;
        try (Progress progress = new Progress(spec)) {
            progress.at("%d runs of %d tokens".formatted(runs, length));
            answer = answer(chain, vocabulary, start, first);
        }
        output.figure(() -> chart(answer, first).draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, Json.document("context collapse", document(answer)));
        } else if (output.csv()) {
            csv(out, answer);
        } else {
            table(out, answer);
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private Answer answer(
            ContextConditionedChain chain, Vocabulary vocabulary, Prompt start, int first) {
        CollapseRuns simulated =
                CollapseRuns.simulate(
                        chain,
                        start,
                        Checkpoints.logarithmic(start.length(), length, PER_DECADE),
                        runs,
                        seed);
        Winners winners = Winners.of(chain.base());
        MeanField flow = MeanField.of(chain.base());
        List<Fall> falls = new ArrayList<>();
        for (int winner : winners.possible()) {
            List<Integer> led = simulated.ledBy(winner);
            for (int j = 0; j < chain.tokens(); j++) {
                if (j != winner && !led.isEmpty()) {
                    falls.add(
                            new Fall(
                                    winner,
                                    j,
                                    winners.exponents(winner)[j],
                                    Slope.of(simulated, Slope.Average.MEAN, j, led, first, seed),
                                    Slope.of(simulated, Slope.Average.TYPICAL, j, led, first, seed),
                                    flow.slope(simulated, j, led, first)));
                }
            }
        }
        int tokens = chain.tokens();
        boolean urn =
                IntStream.range(0, tokens * tokens)
                        .allMatch(
                                i ->
                                        chain.base().probability(i / tokens, i % tokens)
                                                == chain.base().probability(0, 0));
        int own = start.counts(tokens)[0];
        int last = simulated.checkpoints().times().size() - 1;
        Optional<UrnLimit.Agreement> agreement =
                urn && own > 0 && own < start.length()
                        ? Optional.of(
                                new UrnLimit(own, start.length() - own)
                                        .agreement(
                                                IntStream.range(0, runs)
                                                        .mapToDouble(
                                                                r -> simulated.share(r, last, 0))
                                                        .toArray()))
                        : Optional.empty();
        return new Answer(
                chain,
                vocabulary,
                start,
                simulated,
                falls,
                agreement,
                learn ? Optional.of(learning(chain, start, winners, simulated)) : Optional.empty());
    }

    private OneRunLearning learning(
            ContextConditionedChain chain, Prompt start, Winners winners, CollapseRuns simulated) {
        int winner =
                winners.possible().stream()
                        .max(Comparator.comparingInt(k -> simulated.ledBy(k).size()))
                        .filter(k -> !simulated.ledBy(k).isEmpty())
                        .orElseThrow(
                                () ->
                                        new Failure(
                                                ExitCode.INPUT,
                                                "--learn needs a token that can win; this base"
                                                        + " chain has none"));
        return OneRunLearning.simulate(
                chain,
                winner,
                start,
                Checkpoints.logarithmic(
                        Math.min(length / 2, Math.max(start.length() + 1, length / 1000)),
                        length,
                        2),
                runs,
                seed);
    }

    private static String words(TwoTokenPhase phase, Vocabulary vocabulary) {
        return switch (phase) {
            case TwoTokenPhase.FirstWins() -> vocabulary.name(0) + " wins";
            case TwoTokenPhase.SecondWins() -> vocabulary.name(1) + " wins";
            case TwoTokenPhase.RandomWinner() -> "random winner";
            case TwoTokenPhase.Coexistence(double share) ->
                    "coexistence, %s keeps %.4f".formatted(vocabulary.name(1), share);
            case TwoTokenPhase.Urn() -> "urn";
            case TwoTokenPhase.Border() -> "border";
        };
    }

    private Map<String, Object> document(Answer answer) {
        Map<String, Object> content = base.description();
        Vocabulary vocabulary = answer.vocabulary();
        Winners winners = answer.winners();
        int tokens = answer.chain().tokens();
        int last = answer.runs().checkpoints().times().size() - 1;
        List<Integer> all = IntStream.range(0, runs).boxed().toList();
        content.put("length", length);
        content.put("runs", runs);
        content.put("seed", seed);
        content.put("possibleWinners", vocabulary.names(winners.possible()));
        if (tokens == 2) {
            TwoTokenPhase phase = TwoTokenPhase.of(answer.chain().base());
            content.put("phase", words(phase, vocabulary));
            if (phase instanceof TwoTokenPhase.Coexistence(double share)) {
                content.put("predictedShare", share);
            }
        }
        content.put(
                "leaders",
                IntStream.range(0, tokens)
                        .filter(k -> !answer.runs().ledBy(k).isEmpty())
                        .mapToObj(
                                k ->
                                        Json.object(
                                                "token",
                                                vocabulary.name(k),
                                                "runs",
                                                answer.runs().ledBy(k).size(),
                                                "runsWon",
                                                answer.runs().wonBy(k, WON).size()))
                        .toList());
        content.put(
                "meanShare",
                IntStream.range(0, tokens)
                        .mapToObj(k -> answer.runs().meanShare(all, last, k))
                        .toList());
        answer.main()
                .ifPresent(
                        fall -> {
                            content.putAll(slope(fall));
                        });
        content.put(
                "losers",
                answer.falls().stream()
                        .map(
                                fall -> {
                                    Map<String, Object> loser =
                                            Json.object(
                                                    "winner",
                                                    vocabulary.name(fall.winner()),
                                                    "token",
                                                    vocabulary.name(fall.token()));
                                    loser.putAll(slope(fall));
                                    return loser;
                                })
                        .toList());
        answer.urn()
                .ifPresent(
                        urn -> {
                            content.put("urnDistance", urn.distance());
                            content.put("urnPValue", urn.pValue());
                        });
        answer.learning()
                .ifPresent(learned -> content.put("learning", document(learned, vocabulary)));
        return content;
    }

    private static Map<String, Object> slope(Fall fall) {
        Map<String, Object> entry = Json.object("predicted", fall.predicted());
        fall.slope()
                .ifPresent(
                        slope -> {
                            entry.put("slope", slope.value());
                            entry.put("slopeInterval", List.of(slope.low(), slope.high()));
                            entry.put("meanField", fall.meanField());
                            entry.put("from", slope.from());
                            entry.put("to", slope.to());
                        });
        fall.typical()
                .ifPresent(
                        slope -> {
                            entry.put("typicalSlope", slope.value());
                            entry.put("typicalSlopeInterval", List.of(slope.low(), slope.high()));
                        });
        return entry;
    }

    private static Map<String, Object> document(OneRunLearning learned, Vocabulary vocabulary) {
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

    private static void csv(PrintWriter out, Answer answer) {
        Csv csv = new Csv(out, "run", "t", "token", "share");
        for (int r = 0; r < answer.runs().runs(); r++) {
            List<Integer> times = answer.runs().checkpoints().times();
            for (int i = 0; i < times.size(); i++) {
                for (int k = 0; k < answer.chain().tokens(); k++) {
                    csv.row(
                            r,
                            times.get(i),
                            answer.vocabulary().name(k),
                            answer.runs().share(r, i, k));
                }
            }
        }
    }

    private void table(PrintWriter out, Answer answer) {
        Vocabulary vocabulary = answer.vocabulary();
        out.println(
                "%d runs of %d tokens, seed %d; can win: %s"
                        .formatted(
                                runs,
                                length,
                                seed,
                                answer.winners().possible().isEmpty()
                                        ? "none"
                                        : vocabulary.names(answer.winners().possible())));
        if (answer.chain().tokens() == 2) {
            out.println("phase: " + words(TwoTokenPhase.of(answer.chain().base()), vocabulary));
        }
        int last = answer.runs().checkpoints().times().size() - 1;
        List<Integer> all = IntStream.range(0, runs).boxed().toList();
        Table leaders = new Table("token", "runs led", "with 0.9", "mean share");
        for (int k = 0; k < answer.chain().tokens(); k++) {
            if (!answer.runs().ledBy(k).isEmpty()) {
                leaders.row(
                        vocabulary.name(k),
                        answer.runs().ledBy(k).size(),
                        answer.runs().wonBy(k, WON).size(),
                        answer.runs().meanShare(all, last, k));
            }
        }
        leaders.print(out);
        if (!answer.falls().isEmpty()) {
            out.println();
            Table falls =
                    new Table(
                            "winner",
                            "loser",
                            "slope of mean",
                            "low",
                            "high",
                            "mean field",
                            "typical run",
                            "predicted");
            for (Fall fall : answer.falls()) {
                falls.row(
                        vocabulary.name(fall.winner()),
                        vocabulary.name(fall.token()),
                        shown(fall.slope().map(Slope::value)),
                        shown(fall.slope().map(Slope::low)),
                        shown(fall.slope().map(Slope::high)),
                        shown(Optional.of(fall.meanField())),
                        shown(fall.typical().map(Slope::value)),
                        fall.predicted());
            }
            falls.print(out);
        }
        answer.urn()
                .ifPresent(
                        urn ->
                                out.println(
                                        "urn: shares of %s are %.4f from their Beta law, p = %.3f"
                                                .formatted(
                                                        vocabulary.name(0),
                                                        urn.distance(),
                                                        urn.pValue())));
        answer.learning()
                .ifPresent(
                        learned -> {
                            out.println();
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
                        });
    }

    /// A number, or that there is none.
    private static Object shown(Optional<Double> number) {
        return number.filter(Double::isFinite).<Object>map(x -> x).orElse("none");
    }

    private LineChart chart(Answer answer, int first) {
        CollapseRuns all = answer.runs();
        List<Integer> everyone = IntStream.range(0, runs).boxed().toList();
        List<Double> times = all.checkpoints().times().stream().map(t -> (double) t).toList();
        List<LineChart.Series> series = new ArrayList<>();
        int colour = 0;
        if (answer.falls().isEmpty()) {
            for (int k = 0; k < answer.chain().tokens(); k++) {
                series.add(shares(answer, "", everyone, k, times, colour++));
            }
        }
        for (Fall fall : answer.falls()) {
            List<Integer> led = all.ledBy(fall.winner());
            LineChart.Series measured =
                    shares(
                            answer,
                            ", %s ahead".formatted(answer.vocabulary().name(fall.winner())),
                            led,
                            fall.token(),
                            times,
                            colour);
            series.add(measured);
            int begin = (int) times.stream().filter(t -> t < first).count();
            series.add(
                    new LineChart.Series(
                            "t^%.3f".formatted(fall.predicted()),
                            LineChart.Style.PREDICTED,
                            colour++,
                            times.subList(begin, times.size()),
                            times.subList(begin, times.size()).stream()
                                    .map(
                                            t ->
                                                    measured.ys().get(begin)
                                                            * Math.pow(
                                                                    t / times.get(begin),
                                                                    fall.predicted()))
                                    .toList()));
        }
        return LineChart.of(
                        "Mean shares of the context",
                        "length of the context t",
                        "mean share",
                        series)
                .logLog()
                .withNotes("%d runs, seed %d.".formatted(runs, seed));
    }

    private static LineChart.Series shares(
            Answer answer,
            String after,
            List<Integer> led,
            int token,
            List<Double> times,
            int colour) {
        return new LineChart.Series(
                answer.vocabulary().name(token) + after,
                LineChart.Style.MEASURED,
                colour,
                times,
                IntStream.range(0, times.size())
                        .mapToObj(i -> answer.runs().meanShare(led, i, token))
                        .toList());
    }

    private static RegionMap phaseDiagram() {
        return new RegionMap(
                "Two tokens, rows (1-a, a) and (1-b, b): what a long run becomes",
                List.of("At a = b = 1/2 it is Pólya's urn: a random share."),
                "a = probability of token 1 after 0",
                "b = probability of token 1 after 1",
                List.of(
                        "token 0 takes over",
                        "token 1 takes over",
                        "either takes over, at random",
                        "both stay; darker: more of token 1"),
                (a, b) ->
                        switch (TwoTokenPhase.of(a, b)) {
                            case TwoTokenPhase.FirstWins() -> new RegionMap.Place(0, 0.7);
                            case TwoTokenPhase.SecondWins() -> new RegionMap.Place(1, 0.7);
                            case TwoTokenPhase.RandomWinner() -> new RegionMap.Place(2, 0.7);
                            case TwoTokenPhase.Coexistence(double share) ->
                                    new RegionMap.Place(3, share);
                            case TwoTokenPhase.Urn(), TwoTokenPhase.Border() ->
                                    new RegionMap.Place(3, 0);
                        },
                PHASE_CELLS);
    }
}
