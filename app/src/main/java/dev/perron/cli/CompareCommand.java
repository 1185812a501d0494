package dev.perron.cli;

import dev.perron.attention.Direction;
import dev.perron.attention.HeadComparison;
import dev.perron.attention.TokenRank;
import dev.perron.chain.Teleporting;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `perron compare`: two chains side by side, or all heads with each other.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Two heads, layers, models or files of attention to the same tokens: how differently"
                + " tokens attend (Jensen-Shannon divergence of rows), how alike TokenRanks are"
                + " (Spearman's rho with its interval, Kendall's tau, first tokens in common), and"
                + " how differently long the chains remember (spectral gap, metastability).",
            "With --each-head: how far all heads are from each other, and which are alike."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron compare before.npz after.npz --layer 5 --head 3",
            "  perron compare --text \"The quick brown fox\" --layer 5 --head 3 --with-head 7"
                    + " --figure difference.svg",
            "  perron compare --text \"The quick brown fox\" --with-model int8.onnx --fail-if"
                    + " 'js>0.05'",
            "  perron compare --text \"The quick brown fox\" --each-head --layer all --figure"
                    + " heads.svg",
            "",
            "Metrics for --fail-if: js, js-largest, rank-js, l1, rho, tau, overlap, gap,"
                    + " metastability (differences without sign); with --each-head and a second"
                    + " input js and js-mean, over heads of the same place. Divergences are in"
                    + " nats, at most log 2 = 0.693."
        })
final class CompareCommand implements Callable<Integer> {
    private static final List<String> OF_RANKS = List.of("--alpha", "--personalize", "--top");

    @Mixin private ChainOptions chain = new ChainOptions();
    @Mixin private OtherOptions other = new OtherOptions();
    @Mixin private RestartOptions restart = new RestartOptions();

    @Option(
            names = "--each-head",
            description =
                    "Compare every head of --layer with every other, and find those that are"
                            + " alike.")
    private boolean eachHead;

    @Option(
            names = "--clusters",
            paramLabel = "K",
            description =
                    "With --each-head: into how many clusters; by default as many, up to 12, as"
                            + " have the largest mean silhouette, two of them of two heads or"
                            + " more.")
    private @Nullable Integer clusters;

    @Option(
            names = "--common-tokens",
            description =
                    "Where the tokens aren't the same: compare on those that both have, in order,"
                            + " rows renormalised.")
    private boolean commonTokens;

    @Option(
            names = "--top",
            defaultValue = "10",
            paramLabel = "N",
            description = "How many first tokens are compared (default 10).")
    private int top = 10;

    @Option(
            names = "--fail-if",
            paramLabel = "CHECK",
            description =
                    "Exit with 5 if this holds, as 'js>0.05'; may be repeated. The metrics are"
                            + " below.")
    private List<String> failIf = new ArrayList<>();

    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        List<Check> checks = check();
        try (Progress progress = new Progress(spec)) {
            if (eachHead) {
                each(checks, progress);
            } else {
                pair(checks, progress);
            }
        }
        return ExitCode.OK.code();
    }

    /// Refuses what is wrong by itself, before anything is read.
    private List<Check> check() {
        output.check();
        restart.check();
        other.check();
        if (top < 1) {
            throw new Failure(ExitCode.USAGE, "--top %d, must be at least 1".formatted(top));
        }
        if (!eachHead && !other.given()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "nothing to compare with; give a second file, --with-model, --with-layer or"
                            + " --with-head, or --each-head");
        }
        if (!eachHead && clusters != null) {
            throw new Failure(ExitCode.USAGE, "--clusters needs --each-head; give both or none");
        }
        if (clusters != null && clusters < 1) {
            throw new Failure(
                    ExitCode.USAGE, "--clusters %d, must be at least 1".formatted(clusters));
        }
        if (eachHead && (other.head().isPresent() || other.layer().isPresent())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--each-head takes the heads of --layer; leave out --with-layer and"
                            + " --with-head");
        }
        for (String option : OF_RANKS) {
            if (eachHead && spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--each-head compares rows of attention, not ranks, so %s says nothing; leave it out"
                                .formatted(option));
            }
        }
        if (eachHead && !other.given() && !failIf.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--fail-if with --each-head needs a second input; give a second file or"
                            + " --with-model");
        }
        return Check.parse(failIf, eachHead ? HeadGroups.METRICS : ComparedPair.METRICS);
    }

    private void pair(List<Check> checks, Progress progress) throws IOException {
        ChainOptions second = chain.other(other);
        Subject one = chain.read(progress);
        Subject two = second.read(progress);
        CommonTokens common = common(one, two);
        one = CommonTokens.restricted(one, common.one());
        two = CommonTokens.restricted(two, common.other());
        progress.at("comparing %d tokens".formatted(one.states()));
        ComparedPair compared =
                new ComparedPair(
                        one, two, HeadComparison.of(side(one), side(two), top), restart, checks);
        output.figure(() -> compared.figure().draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, compared.document());
        } else if (output.csv()) {
            compared.csv(out);
        } else {
            compared.table(out);
        }
        out.flush();
        Check.require(checks, compared.values());
    }

    private void each(List<Check> checks, Progress progress) throws IOException {
        ChainOptions second = chain.other(other);
        List<Subject> ones = chain.readEach(progress);
        List<Subject> twos = other.given() ? second.readEach(progress) : List.of();
        List<Subject> all = new ArrayList<>();
        if (!twos.isEmpty()) {
            CommonTokens common = common(ones.getFirst(), twos.getFirst());
            ones.forEach(head -> all.add(CommonTokens.restricted(head, common.one())));
            twos.forEach(head -> all.add(CommonTokens.restricted(head, common.other())));
        } else {
            all.addAll(ones);
        }
        if (clusters != null && clusters > all.size()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--clusters %d, must be at most the %d heads that there are"
                            .formatted(clusters, all.size()));
        }
        for (Subject head : all) {
            CommonTokens.all(all.getFirst(), head);
        }
        progress.at("comparing %d heads".formatted(all.size()));
        HeadGroups groups = HeadGroups.of(all, ones.size(), Optional.ofNullable(clusters), checks);
        output.figure(() -> groups.figure().draw());
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, groups.document());
        } else if (output.csv()) {
            groups.csv(out);
        } else {
            groups.table(out);
        }
        out.flush();
        Check.require(checks, groups.values());
    }

    private CommonTokens common(Subject one, Subject two) {
        return commonTokens ? CommonTokens.longest(one, two) : CommonTokens.all(one, two);
    }

    private HeadComparison.Side side(Subject subject) {
        Teleporting chained =
                new Teleporting(
                        subject.transition(), restart.alpha(), restart.distribution(subject));
        return switch (TokenRank.of(chained, Direction.INCOMING)) {
            case TokenRank.Ranked ranked -> new HeadComparison.Side(subject.transition(), ranked);
            case TokenRank.NotConverged(_, var certificate) ->
                    throw new Failure(
                            ExitCode.NUMERICAL,
                            "%s, %s: TokenRank not converged, error at most %.1e; lower --alpha"
                                    .formatted(
                                            subject.model(),
                                            subject.heads(),
                                            certificate.errorBound()));
            case TokenRank.NotUnique(var several) ->
                    throw new Failure(
                            ExitCode.NUMERICAL,
                            "%s, %s: TokenRank not unique, there are %d recurrent classes; give an --alpha below 1"
                                    .formatted(
                                            subject.model(),
                                            subject.heads(),
                                            several.extremes().size()));
            case TokenRank.Undefined(int state) ->
                    throw new Failure(
                            ExitCode.NUMERICAL,
                            "%s, %s: TokenRank is not defined at token %s; give an --alpha below 1"
                                    .formatted(
                                            subject.model(),
                                            subject.heads(),
                                            subject.named(state)));
        };
    }
}
