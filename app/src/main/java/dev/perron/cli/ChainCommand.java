package dev.perron.cli;

import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
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
        footerHeading = "%nExample:%n",
        footer = "  perron chain --text \"The quick brown fox jumps\" --layer 2 --head 3")
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
        if (!(alpha > 0 && alpha <= 1)) {
            throw new Failure(ExitCode.USAGE, "--alpha %s, must be in (0, 1]".formatted(alpha));
        }
        batch.check(output, chain.folder());
        try (Progress progress = new Progress(spec)) {
            if (batch.given() || chain.folder()) {
                all(progress);
                return ExitCode.OK.code();
            }
            Subject subject = chain.read(progress);
            progress.at("classes and spectrum of %d states".formatted(subject.states()));
            ChainCard card = ChainCard.of(subject, alpha);
            StochasticMatrix matrix = StochasticMatrix.copyOf(card.chain());
            output.figure(
                    () ->
                            Heatmap.of(
                                            subject.heads(),
                                            Label.of(subject.tokens()),
                                            matrix::probability)
                                    .withNotes(subject.model() + ", alpha " + alpha)
                                    .draw());
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                Json.print(out, card.document());
            } else if (output.csv()) {
                card.csv(Csv.headed(out, ChainCard.COLUMNS));
            } else {
                card.text(out);
            }
            out.flush();
            requireConverged(card);
            return ExitCode.OK.code();
        }
    }

    private static void requireConverged(ChainCard card) {
        if (card.spectrum() instanceof Spectrum.NotConverged(_, _, int products, double residual)) {
            throw new Failure(
                    ExitCode.NUMERICAL,
                    "λ₂ not converged: residual %.1e after %d products; the rest of the card holds"
                            .formatted(residual, products));
        }
    }

    /// One after another; what is in the rows holds whether λ₂ converged or not.
    private void all(Progress progress) throws IOException {
        try (TextTable table = batch.table(spec.commandLine().getOut(), ChainCard.COLUMNS)) {
            chain.each(
                    batch,
                    table,
                    progress,
                    (subject, csv) -> ChainCard.of(subject, alpha).csv(csv));
        }
    }
}
