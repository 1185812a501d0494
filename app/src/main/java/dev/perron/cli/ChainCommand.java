package dev.perron.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.concurrent.Callable;

/// `perron chain`: the card of one chain.
@Command(
        name = "chain",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "What kind of chain a head is: communicating classes, which are recurrent, absorbing"
                + " tokens, period, |λ₂| and gap, mixing time, Kemeny's constant, the stationary"
                + " distribution of each recurrent class, and, where that is unique, entropy rate"
                + " and reversibility."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron chain --text \"The quick brown fox jumps\" --layer 2 --head 3",
            "  perron chain --text - --text-window 512 --layer 2 --head 3 --json < book.txt"
        })
final class ChainCommand implements Callable<Integer> {
    @Mixin private ChainOptions chain = new ChainOptions();

    @Option(
            names = "--alpha",
            defaultValue = "1",
            paramLabel = "A",
            description =
                    "Probability of following attention rather than restarting anywhere, in (0, 1]"
                            + " (default 1: attention as it is).")
    private double alpha = 1;

    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private BatchOptions batch = new BatchOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        batch.check(output, chain.folder());
        if (!(alpha > 0 && alpha <= 1)) {
            throw new Failure(ExitCode.USAGE, "--alpha %s, must be in (0, 1]".formatted(alpha));
        }
        batch.check(output, chain.folder());
        try (Progress progress = new Progress(spec)) {
            if (batch.given() || chain.folder()) {
                all(progress);
                return ExitCode.OK.code();
            }
            ChainCard card = card(chain.read(progress), progress);
            output.show(card, spec.commandLine().getOut());
            card.requireConverged();
            return ExitCode.OK.code();
        }
    }

    private ChainCard card(Subject subject, Progress progress) {
        subject.requireMatrix(
                subject.states(), "its card", "ask rank or heads, which make rows one by one");
        progress.at("classes and spectrum of %d states".formatted(subject.states()));
        return ChainCard.of(subject, alpha);
    }

    /// One after another; one whose spectrum isn't found ends it.
    private void all(Progress progress) throws IOException {
        try (BatchSink sink =
                batch.sink(output, "chain", spec.commandLine().getOut(), ChainCard.COLUMNS)) {
            chain.each(
                    batch,
                    sink,
                    progress,
                    subject -> {
                        ChainCard card = card(subject, progress);
                        card.requireConverged();
                        return card;
                    });
        }
    }
}
