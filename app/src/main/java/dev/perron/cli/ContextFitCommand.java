package dev.perron.cli;

import dev.perron.context.fit.ContextCounts;
import dev.perron.context.fit.Fit;
import dev.perron.context.fit.FitOptions;
import dev.perron.context.fit.PositionFit;
import dev.perron.context.fit.SequenceCounts;
import dev.perron.figure.Drawing;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// `perron context fit`: the base chain that prompts or trajectories speak for.
@Command(
        name = "fit",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Maximum likelihood from prompts (CSV with prompt,next) or trajectories"
                + " (run,step,token), or either as a .npz: transition probabilities with intervals,"
                + " each row with its gradient norm and Newton decrement. What can't be known is"
                + " said first: tokens that no prompt compares, tokens that never come out."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  perron context fit prompts.csv --confidence 0.99",
            "  perron context fit runs.npz --ridge 0.1 --json"
        })
final class ContextFitCommand implements Callable<Integer> {
    @Mixin private SampleOptions input = new SampleOptions();

    @Option(
            names = "--ridge",
            defaultValue = "0",
            paramLabel = "R",
            description =
                    "Precision of a Gaussian prior on the logits: there is always an answer then"
                            + " (default 0, none).")
    private double ridge;

    @Option(
            names = "--positions",
            description =
                    "Fit a weight for each position of the prompts, too, with its interval; needs"
                            + " prompts, not trajectories.")
    private boolean positions;

    @Option(
            names = "--confidence",
            defaultValue = "0.95",
            paramLabel = "C",
            description = "Of the intervals (default 0.95).")
    private double confidence;

    @Mixin private ThreadOptions threads = new ThreadOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        threads.check();
        if (!(confidence > 0 && confidence < 1)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--confidence %s, must be between 0 and 1".formatted(confidence));
        }
        FitOptions options = options();
        try (Progress progress = new Progress(spec)) {
            progress.at("reading " + input.path());
            SampleFile file = input.read();
            Vocabulary vocabulary = input.vocabulary(file);
            Optional<String> objection =
                    positions
                            ? rowsAndPositions(file.sequences(vocabulary), vocabulary, options)
                            : rows(file.counts(vocabulary), vocabulary, options);
            objection.ifPresent(
                    why -> {
                        throw new Failure(ExitCode.NUMERICAL, why);
                    });
            return ExitCode.OK.code();
        }
    }

    private Optional<String> rows(ContextCounts counts, Vocabulary vocabulary, FitOptions options)
            throws IOException {
        FitAnswer answer =
                new FitAnswer(
                        input.path(),
                        vocabulary,
                        counts,
                        threads.call(() -> Fit.of(counts, options)),
                        ridge,
                        confidence);
        print(answer.drawing(), answer::document, answer::csv, answer::text);
        return answer.objection();
    }

    private Optional<String> rowsAndPositions(
            SequenceCounts counts, Vocabulary vocabulary, FitOptions options) throws IOException {
        PositionFitAnswer answer =
                new PositionFitAnswer(
                        input.path(),
                        vocabulary,
                        counts.positions(),
                        threads.call(
                                () ->
                                        IntStream.range(0, vocabulary.size())
                                                .parallel()
                                                .mapToObj(q -> PositionFit.of(counts, q, options))
                                                .toList()),
                        ridge,
                        confidence);
        print(answer.drawing(), answer::document, answer::csv, answer::text);
        return answer.objection();
    }

    /// Without an answer there is no figure; the objection that follows says why.
    private void print(
            Optional<Drawing> drawing,
            Supplier<Map<String, Object>> document,
            Consumer<PrintWriter> csv,
            Consumer<PrintWriter> text)
            throws IOException {
        if (drawing.isPresent()) {
            output.figure(drawing::orElseThrow);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Json.print(out, document.get());
        } else if (output.csv()) {
            csv.accept(out);
        } else {
            text.accept(out);
        }
        out.flush();
    }

    private FitOptions options() {
        try {
            return FitOptions.maximumLikelihood().withRidge(ridge);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--" + e.getMessage());
        }
    }
}
