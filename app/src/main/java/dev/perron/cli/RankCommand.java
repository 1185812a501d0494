package dev.perron.cli;

import dev.perron.attention.AttentionFlow;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Certificate;
import dev.perron.attention.Direction;
import dev.perron.attention.RankAgreement;
import dev.perron.attention.Rollout;
import dev.perron.attention.TokenRank;
import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// `perron rank`: TokenRank of a text's tokens.
@Command(
        name = "rank",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "TokenRank: how important each token is to the whole, as the stationary distribution"
                    + " of attention read as a Markov chain.",
            "alpha is the probability of following attention rather than restarting (others call"
                    + " it damping and default to 0.85). Incoming rank flows to the tokens that"
                    + " are attended to (sinks), outgoing rank to those that attend (sources)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron rank --text \"The quick brown fox jumps\" --layer 5 --figure rank.svg",
            "  perron rank --queries q.npy --keys k.npy --causal --window 4096",
            "  perron rank scores.npy --scores --causal --head 3",
            "  perron rank --texts sentences.txt --csv -o ranks.csv --resume",
            "  perron rank --text - --text-window 512 --json < book.txt",
            "  perron rank --image photo.jpg --model vit.onnx --figure rank.png",
            "  perron rank --text \"The quick brown fox jumps\" --alpha-sweep --figure sweep.svg"
        })
final class RankCommand implements Callable<Integer> {
    @Mixin private ChainOptions chain = new ChainOptions();
    @Mixin private RestartOptions restart = new RestartOptions();
    @Mixin private SweepOptions sweep = new SweepOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private BatchOptions batch = new BatchOptions();
    @Mixin private RankingOptions options = new RankingOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        RankingOptions.Ranking ranking = options.read();
        restart.check();
        sweep.check();
        batch.check(output, chain.folder());
        requireConsistent(ranking);
        try (Progress progress = new Progress(spec)) {
            if (options.throughLayers()) {
                output.show(throughLayers(ranking, progress), spec.commandLine().getOut());
            } else if (batch.given() || chain.folder()) {
                rankAll(ranking, progress);
            } else {
                Subject subject = chain.read(progress);
                progress.at("ranking %d tokens".formatted(subject.states()));
                RankQuestion question = question(subject, ranking);
                Optional<List<Double>> alphas = sweep.alphas();
                if (alphas.isPresent()) {
                    sweep(question, alphas.get());
                } else {
                    rank(question);
                }
            }
            return ExitCode.OK.code();
        }
    }

    private void requireConsistent(RankingOptions.Ranking ranking) {
        boolean many = batch.given() || chain.folder();
        if (many && sweep.alphas().isPresent()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--texts, --text-window or a folder and --alpha-sweep exclude each other; give"
                            + " one");
        }
        if (options.throughLayers()
                && (many
                        || sweep.alphas().isPresent()
                        || ranking.direction() == Direction.OUTGOING)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--method %s excludes --texts, --text-window, a folder, --alpha-sweep and --direction out"
                            .formatted(ranking.named()));
        }
    }

    private RankQuestion question(Subject subject, RankingOptions.Ranking ranking) {
        return new RankQuestion(
                subject,
                Structure.of(subject.transition()),
                ranking,
                restart.distribution(subject));
    }

    private RankAnswer answer(RankQuestion question, Distribution scores, HowRanked how) {
        return new RankAnswer(question, restart, sweep, scores, how);
    }

    /// A baseline through layers, shown as a ranking.
    private RankAnswer throughLayers(RankingOptions.Ranking ranking, Progress progress) {
        String method = ranking.named();
        InputOptions.Attended reading = chain.readThrough(method, progress);
        AttentionTensor tensor = reading.tensor();
        Rollout rollout = Rollout.of(tensor);
        RankQuestion question =
                question(Subject.through(reading.source(), tensor, rollout), ranking);
        return answer(
                question,
                method.equals("rollout")
                        ? rollout.inputs(question.restart())
                        : flow(tensor, question.restart(), progress),
                new HowRanked.Through(method, tensor.layers()));
    }

    private Distribution flow(AttentionTensor tensor, Distribution outputs, Progress progress) {
        List<Integer> from =
                IntStream.range(0, outputs.states())
                        .filter(token -> outputs.mass(token) > 0)
                        .boxed()
                        .toList();
        if (from.size() != 1) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--method flow goes out from one token; give --personalize TOKEN");
        }
        progress.at("maximum flows to %d tokens".formatted(outputs.states()));
        return Distribution.proportionalTo(AttentionFlow.to(tensor, from.getFirst()));
    }

    /// One after another; one without a ranking ends it.
    private void rankAll(RankingOptions.Ranking ranking, Progress progress) throws IOException {
        try (BatchSink sink =
                batch.sink(output, "rank", spec.commandLine().getOut(), RankAnswer.COLUMNS)) {
            chain.each(
                    batch,
                    sink,
                    progress,
                    subject -> {
                        RankQuestion question = question(subject, ranking);
                        TokenRank rank = question.at(List.of(restart.alpha())).getFirst();
                        if (!(rank instanceof TokenRank.Ranked(var scores, var certificate))) {
                            throw new Failure(
                                    ExitCode.NUMERICAL, question.shortcoming(rank).orElseThrow());
                        }
                        return answer(question, scores, question.how(certificate, true));
                    });
        }
    }

    private void rank(RankQuestion question) throws IOException {
        TokenRank rank = question.at(List.of(restart.alpha())).getFirst();
        switch (rank) {
            case TokenRank.Ranked(var scores, var certificate) ->
                    show(question, scores, certificate, true);
            case TokenRank.NotConverged(var last, var certificate) ->
                    show(question, last, certificate, false);
            case TokenRank.NotUnique _, TokenRank.Undefined _ -> {}
        }
        Optional<String> shortcoming = question.shortcoming(rank);
        if (shortcoming.isPresent()) {
            throw new Failure(ExitCode.NUMERICAL, shortcoming.get());
        }
    }

    private void show(
            RankQuestion question, Distribution scores, Certificate certificate, boolean converged)
            throws IOException {
        output.show(
                answer(question, scores, question.how(certificate, converged)),
                spec.commandLine().getOut());
    }

    /// The ranking at `--alpha` and those of the sweep.
    private void sweep(RankQuestion question, List<Double> alphas) throws IOException {
        List<Double> all = new ArrayList<>(alphas);
        if (!alphas.contains(restart.alpha())) {
            all.add(restart.alpha());
        }
        List<TokenRank> ranks = question.at(all);
        TokenRank reference = ranks.get(all.indexOf(restart.alpha()));
        if (!(reference instanceof TokenRank.Ranked compared)) {
            throw new Failure(ExitCode.NUMERICAL, question.shortcoming(reference).orElseThrow());
        }
        List<AlphaSweep.Point> points = new ArrayList<>();
        List<AlphaSweep.Missing> missing = new ArrayList<>();
        for (int k = 0; k < alphas.size(); k++) {
            if (ranks.get(k) instanceof TokenRank.Ranked ranked) {
                points.add(
                        new AlphaSweep.Point(
                                alphas.get(k),
                                ranked,
                                RankAgreement.of(ranked, compared, sweep.top())));
            } else {
                missing.add(
                        new AlphaSweep.Missing(
                                alphas.get(k), question.shortcoming(ranks.get(k)).orElseThrow()));
            }
        }
        if (points.isEmpty()) {
            throw new Failure(ExitCode.NUMERICAL, missing.getFirst().words());
        }
        output.show(
                new AlphaSweep(
                        question.subject(),
                        question.structure(),
                        question.ranking().direction(),
                        restart,
                        compared,
                        points,
                        missing,
                        sweep.top(),
                        question.ranking().tolerance()),
                spec.commandLine().getOut());
        if (!missing.isEmpty()) {
            throw new Failure(ExitCode.NUMERICAL, missing.getFirst().words());
        }
    }
}
