package dev.perron.cli;

import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Prompt;
import dev.perron.context.collapse.Checkpoints;
import dev.perron.context.collapse.CollapseRuns;
import dev.perron.context.collapse.LongRunShare;
import dev.perron.context.collapse.MeanField;
import dev.perron.context.collapse.OneRunLearning;
import dev.perron.context.collapse.Slope;
import dev.perron.context.collapse.TwoTokenPhase;
import dev.perron.context.collapse.UrnLimit;
import dev.perron.context.collapse.Winners;

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

    @Mixin private ThreadOptions threads = new ThreadOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        threads.check();
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
            OutputOptions.draw(phases, CollapseFigures.phaseDiagram());
        }
        CollapseAnswer answer;
        try (Progress progress = new Progress(spec)) {
            progress.at("%d runs of %d tokens".formatted(runs, length));
            answer = threads.call(() -> answer(chain, vocabulary, start, first));
        }
        output.figure(() -> CollapseFigures.of(answer, first));
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, answer.document());
        } else if (output.csv()) {
            answer.csv(out);
        } else {
            answer.text(out);
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private CollapseAnswer answer(
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
        List<CollapseAnswer.Fall> falls = new ArrayList<>();
        for (int winner : winners.possible()) {
            List<Integer> led = simulated.ledBy(winner);
            for (int j = 0; j < chain.tokens(); j++) {
                if (j != winner && !led.isEmpty()) {
                    falls.add(
                            new CollapseAnswer.Fall(
                                    winner,
                                    j,
                                    winners.exponents(winner)[j],
                                    Slope.of(simulated, Slope.Average.MEAN, j, led, first, seed),
                                    Slope.of(simulated, Slope.Average.TYPICAL, j, led, first, seed),
                                    flow.slope(simulated, j, led, first)));
                }
            }
        }
        return new CollapseAnswer(
                base.description(),
                seed,
                chain.base(),
                vocabulary,
                simulated,
                falls,
                longRun(chain, simulated, first),
                urn(chain, start, simulated),
                learn ? Optional.of(learning(chain, start, winners, simulated)) : Optional.empty());
    }

    private static Optional<LongRunShare> longRun(
            ContextConditionedChain chain, CollapseRuns simulated, int first) {
        return chain.tokens() == 2
                        && TwoTokenPhase.of(chain.base())
                                instanceof TwoTokenPhase.Coexistence(_, double exponent)
                ? LongRunShare.of(simulated, 1, exponent, first)
                : Optional.empty();
    }

    /// All entries of an urn's base chain are alike.
    private static Optional<UrnLimit.Agreement> urn(
            ContextConditionedChain chain, Prompt start, CollapseRuns simulated) {
        int tokens = chain.tokens();
        boolean alike =
                IntStream.range(0, tokens * tokens)
                        .allMatch(
                                i ->
                                        chain.base().probability(i / tokens, i % tokens)
                                                == chain.base().probability(0, 0));
        int own = start.counts(tokens)[0];
        int last = simulated.checkpoints().times().size() - 1;
        return alike
                ? Optional.of(
                        new UrnLimit(own, start.length() - own)
                                .agreement(
                                        IntStream.range(0, simulated.runs())
                                                .mapToDouble(r -> simulated.share(r, last, 0))
                                                .toArray()))
                : Optional.empty();
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
}
