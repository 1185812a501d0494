package dev.perron.cli;

import dev.perron.attention.Bounces;
import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.figure.BounceStrip;
import dev.perron.figure.Label;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

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
        footerHeading = "%nExample:%n",
        footer = "  perron bounce --text \"The quick brown fox jumps\" --from fox --steps 5")
final class BounceCommand implements Callable<Integer> {
    private static final int MOST_STEPS = 10_000;

    /// One end of the walk.
    static final class End {
        @Option(
                names = "--from",
                paramLabel = "TOKEN",
                description = "Start at this token (its text, or its position as '#3').")
        private @Nullable String from;

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
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        output.check();
        if (steps < 0 || steps > MOST_STEPS) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--steps %d, must be from 0 to %d".formatted(steps, MOST_STEPS));
        }
        try (Progress progress = new Progress(spec)) {
            Subject subject = chain.read(progress);
            Bounces.Start start = start(subject);
            Bounces bounces = Bounces.of(subject.transition(), start, steps);
            output.figure(() -> strip(start, subject, bounces).draw());
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                Json.print(out, document(subject, bounces));
            } else if (output.csv()) {
                csv(out, subject, bounces);
            } else {
                table(out, subject, bounces);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    private static BounceStrip strip(Bounces.Start start, Subject subject, Bounces bounces) {
        BounceStrip strip =
                BounceStrip.of(title(start, subject), Label.of(subject.tokens()), rows(bounces))
                        .withNotes(subject.model() + ", " + subject.heads());
        return limit(start, subject)
                .map(pi -> strip.withLimit(Arrays.stream(pi.toArray()).boxed().toList()))
                .orElse(strip);
    }

    /// Where a walk from a token or from everywhere tends to, whatever its start: there is such a
    /// law if there is one recurrent class, and that has no period.
    private static Optional<Distribution> limit(Bounces.Start start, Subject subject) {
        Structure structure = Structure.of(subject.transition());
        if (start instanceof Bounces.Start.To || structure.recurrent().getFirst().period() != 1) {
            return Optional.empty();
        }
        return switch (StationaryDistribution.of(subject.transition(), structure)) {
            case StationaryDistribution.Unique(var pi, _, _) -> Optional.of(pi);
            case StationaryDistribution.OnePerClass _ -> Optional.empty();
        };
    }

    private Bounces.Start start(Subject subject) {
        if (end.from != null) {
            return new Bounces.Start.From(TokenChoice.state("--from", end.from, subject));
        }
        if (end.to != null) {
            return new Bounces.Start.To(TokenChoice.state("--to", end.to, subject));
        }
        return new Bounces.Start.FromUniform();
    }

    private static String title(Bounces.Start start, Subject subject) {
        return switch (start) {
            case Bounces.Start.From(int state) -> "Attention from " + subject.named(state);
            case Bounces.Start.To(int state) -> "Attention to " + subject.named(state);
            case Bounces.Start.FromUniform() -> "Attention from everywhere";
        };
    }

    private static List<List<Double>> rows(Bounces bounces) {
        return IntStream.rangeClosed(0, bounces.bounces())
                .mapToObj(k -> Arrays.stream(bounces.after(k)).boxed().toList())
                .toList();
    }

    private static Map<String, Object> document(Subject subject, Bounces bounces) {
        Map<String, Object> content = subject.description();
        content.putAll(Labels.structure(Structure.of(subject.transition()), subject));
        content.put(
                "start",
                switch (bounces.start()) {
                    case Bounces.Start.From(int state) -> Json.object("from", subject.entry(state));
                    case Bounces.Start.To(int state) -> Json.object("to", subject.entry(state));
                    case Bounces.Start.FromUniform() -> "uniform";
                });
        content.put(
                "tokens", IntStream.range(0, subject.states()).mapToObj(subject::entry).toList());
        content.put("bounces", rows(bounces));
        return Json.document("bounce", content);
    }

    private static void csv(PrintWriter out, Subject subject, Bounces bounces) {
        Csv csv =
                new Csv(out, "layer", "head", "bounce", "token_index", "token", "special", "value");
        for (int k = 0; k <= bounces.bounces(); k++) {
            double[] values = bounces.after(k);
            for (int i = 0; i < values.length; i++) {
                Map<String, Object> token = subject.entry(i);
                csv.row(
                        subject.layerName(),
                        subject.headName(),
                        k,
                        token.get("index"),
                        token.get("token"),
                        token.get("special"),
                        values[i]);
            }
        }
    }

    private static void table(PrintWriter out, Subject subject, Bounces bounces) {
        out.println(
                subject.model() + ", " + subject.heads() + ": " + title(bounces.start(), subject));
        List<String> header = new ArrayList<>(List.of("#", "token"));
        int shown = Math.min(bounces.bounces(), 8);
        for (int k = 0; k <= shown; k++) {
            header.add("n=" + (k == shown ? bounces.bounces() : k));
        }
        Table table = new Table(header.toArray(String[]::new));
        for (int i = 0; i < subject.states(); i++) {
            List<Object> row = new ArrayList<>();
            row.add(subject.chain().positions().get(i));
            row.add(subject.token(i).label());
            for (int k = 0; k <= shown; k++) {
                row.add(bounces.after(k == shown ? bounces.bounces() : k)[i]);
            }
            table.row(row.toArray());
        }
        table.print(out);
        List<String> remarks = subject.remarks(Structure.of(subject.transition()));
        if (!remarks.isEmpty()) {
            out.println();
            remarks.forEach(out::println);
        }
    }
}
