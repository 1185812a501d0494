package dev.perron.cli;

import dev.perron.attention.Bounces;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `perron bounce`: indirect attention from a token, to a token, or from everywhere.
@Command(
        name = "bounce",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Indirect attention: where attention goes in 0, 1, 2, ... steps. From a token, row of"
                    + " the power of attention; to a token, column; from neither, starting"
                    + " everywhere alike."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron bounce --text \"The quick brown fox jumps\" --from fox --steps 5",
            "  perron bounce --image photo.jpg --model vit.onnx --from 7,7 --figure strip.png",
            "  perron bounce --image photo.jpg --model vit.onnx --from class --figure strip.png",
            "  perron bounce --image photos --model vit.onnx --from CLS --csv -o bounces.csv"
        })
final class BounceCommand implements Callable<Integer> {
    private static final int MOST_STEPS = 10_000;

    /// One end of the walk.
    static final class End {
        @Option(
                names = "--from",
                paramLabel = "TOKEN",
                description =
                        "Start at this token: its text, its position as '#3', a patch's row and"
                                + " column as 7,7, or CLS. Or at a class, 'class' for the one that"
                                + " the model names or 'class:555': on each patch by how much the"
                                + " class's logit falls without it.")
        private @Nullable String from;

        @Option(
                names = "--from-pixel",
                paramLabel = "X,Y",
                description = "Start at the patch that this pixel of the --image lies in.")
        private @Nullable String fromPixel;

        @Option(names = "--to", paramLabel = "TOKEN", description = "End at this token.")
        private @Nullable String to;
    }

    @Mixin private ChainOptions chain = new ChainOptions();
    @ArgGroup private End end = new End();

    @Option(
            names = "--steps",
            defaultValue = "5",
            paramLabel = "N",
            description = "How many bounces (default 5).")
    private int steps;

    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private BatchOptions batch = new BatchOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        if (steps < 0 || steps > MOST_STEPS) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--steps %d, must be from 0 to %d".formatted(steps, MOST_STEPS));
        }
        batch.check(output, chain.folder());
        try (Progress progress = new Progress(spec)) {
            if (batch.given() || chain.folder()) {
                all(progress);
                return ExitCode.OK.code();
            }
            Optional<ClassChoice> named = classOf(end.from);
            BounceAnswer answer =
                    named.isPresent()
                            ? fromClass(chain.read(named.get(), progress))
                            : fromToken(chain.read(progress));
            output.show(answer, spec.commandLine().getOut());
            return ExitCode.OK.code();
        }
    }

    /// With a photograph, a class may be named; in a text, `class` is a token.
    private Optional<ClassChoice> classOf(@Nullable String named) {
        return named != null && chain.image() ? ClassChoice.of(named) : Optional.empty();
    }

    /// One after another, each from its own token of that name.
    private void all(Progress progress) throws IOException {
        if (classOf(end.from).isPresent()) {
            throw new Failure(
                    ExitCode.USAGE, "--from class takes one photograph, not a folder or texts");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (BatchSink sink = batch.sink(output, "bounce", out, BounceAnswer.COLUMNS)) {
            chain.each(batch, sink, progress, this::fromToken);
        }
    }

    private BounceAnswer fromClass(ModelSubjects.Evident seen) {
        Bounces.Start start = new Bounces.Start.FromLaw(seen.evidence().start());
        return new BounceAnswer(
                seen.subject(),
                Bounces.of(seen.subject().transition(), start, steps),
                Optional.of(seen.evidence()));
    }

    private BounceAnswer fromToken(Subject subject) {
        return new BounceAnswer(
                subject, Bounces.of(subject.transition(), start(subject), steps), Optional.empty());
    }

    private Bounces.Start start(Subject subject) {
        if (end.from != null) {
            return new Bounces.Start.From(TokenChoice.state("--from", end.from, subject));
        }
        if (end.fromPixel != null) {
            return new Bounces.Start.From(
                    TokenChoice.atPixel("--from-pixel", end.fromPixel, subject));
        }
        if (end.to != null) {
            return new Bounces.Start.To(TokenChoice.state("--to", end.to, subject));
        }
        return new Bounces.Start.FromUniform();
    }
}
