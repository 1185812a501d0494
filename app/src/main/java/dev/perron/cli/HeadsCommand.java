package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.HeadCard;
import dev.perron.attention.HeadChain;
import dev.perron.attention.SpecialTokens;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

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
            output.show(answer(reading, progress), spec.commandLine().getOut());
            return ExitCode.OK.code();
        }
    }

    private void all(Progress progress) throws IOException {
        try (BatchSink sink =
                batch.sink(output, "heads", spec.commandLine().getOut(), HeadsAnswer.COLUMNS)) {
            input.each(batch, sink, progress, reading -> answer(reading, progress));
        }
    }

    private HeadsAnswer answer(LayersOptions.Reading reading, Progress progress) {
        return new HeadsAnswer(reading, specialTokens, rows(reading, progress));
    }

    private List<HeadsAnswer.Row> rows(LayersOptions.Reading reading, Progress progress) {
        AtomicInteger done = new AtomicInteger();
        int heads = reading.heads().size();
        List<HeadsAnswer.Row> unweighted =
                reading.heads().parallelStream()
                        .map(
                                head -> {
                                    HeadsAnswer.Row row = row(head, reading);
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
    private HeadsAnswer.Row row(HeadChain head, LayersOptions.Reading reading) {
        AttentionChain.Defined chain =
                HeadOptions.defined(AttentionChain.of(head, reading.tokens(), specialTokens));
        HeadCard card = HeadCard.of(chain.transition());
        return new HeadsAnswer.Row(
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
}
