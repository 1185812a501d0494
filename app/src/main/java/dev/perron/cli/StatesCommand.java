package dev.perron.cli;

import dev.perron.chain.spectrum.MetastableChoice;
import dev.perron.chain.spectrum.MetastableStates;
import dev.perron.chain.spectrum.MetastableStates.Memberships;
import dev.perron.chain.spectrum.MetastableStates.NotSeparable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;

/// `perron states`: groups of tokens that attention seldom leaves.
@Command(
        name = "states",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Metastable states: groups of tokens that attention seldom leaves, how far each token"
                    + " belongs to each, the coarse chain between them, which numbers of states"
                    + " are legal and how crisp they are (G-PCCA, for chains that need not be"
                    + " reversible)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron states --text \"The quick brown fox jumps\" -m auto",
            "  perron states --image photo.jpg --model vit.onnx --special-tokens censor --figure"
                    + " s.png",
            "  perron states --image photos --model vit.onnx -m 2 --csv -o states.csv --resume"
        })
final class StatesCommand implements Callable<Integer> {
    private static final int MOST = 8;

    @Mixin private ChainOptions chain = new ChainOptions();

    @Option(
            names = "-m",
            defaultValue = "auto",
            paramLabel = "N|auto",
            description =
                    "How many states; auto (default) takes, of the legal numbers up to 8 whose"
                            + " every state is kept with more than an even chance, the crispest.")
    private String count = "auto";

    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private BatchOptions batch = new BatchOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        batch.check(output, chain.folder());
        int wanted = wanted();
        try (Progress progress = new Progress(spec)) {
            if (batch.given() || chain.folder()) {
                all(wanted, progress);
                return ExitCode.OK.code();
            }
            output.show(answer(chain.read(progress), wanted, progress), spec.commandLine().getOut());
            return ExitCode.OK.code();
        }
    }

    /// One after another; one without as many states as asked for ends it, with those before it
    /// written.
    private void all(int wanted, Progress progress) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (BatchSink sink = batch.sink(output, "states", out, StatesAnswer.COLUMNS)) {
            chain.each(batch, sink, progress, subject -> answer(subject, wanted, progress));
        }
    }

    private static StatesAnswer answer(Subject subject, int wanted, Progress progress) {
        progress.at("metastable states of %d tokens".formatted(subject.states()));
        MetastableChoice choice = MetastableChoice.of(subject.transition(), MOST);
        return new StatesAnswer(subject, choice, states(subject, choice, wanted));
    }

    /// @param wanted how many, 0 for auto
    private static Memberships states(Subject subject, MetastableChoice choice, int wanted) {
        MetastableStates outcome =
                wanted == 0 ? choice.crispest() : MetastableStates.of(subject.transition(), wanted);
        return switch (outcome) {
            case Memberships found -> found;
            case NotSeparable(int m, String reason, var legal) ->
                    throw new Failure(
                            ExitCode.NUMERICAL,
                            "-m %s: %s; legal are %s"
                                    .formatted(wanted == 0 ? "auto" : m, reason, legal));
        };
    }

    /// The number after `-m`, 0 for auto.
    private int wanted() {
        if (count.equals("auto")) {
            return 0;
        }
        try {
            int m = Integer.parseInt(count);
            if (m >= 1) {
                return m;
            }
        } catch (NumberFormatException _) {
            // told below, as a number that is too small
        }
        throw new Failure(
                ExitCode.USAGE, "-m %s, must be a number from 1 or auto".formatted(count));
    }
}
