package dev.perron.cli;

import dev.perron.attention.Bounces;
import dev.perron.attention.Token;
import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.figure.BounceStrip;
import dev.perron.figure.ColourScale;
import dev.perron.figure.Drawing;
import dev.perron.figure.Label;
import dev.perron.figure.Overlay;
import dev.perron.figure.PhotoPanels;
import dev.perron.vision.PatchMap;
import dev.perron.vision.SinkPatches;

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
import java.util.stream.Stream;

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

    private static final List<String> COLUMNS =
            List.of("layer", "head", "bounce", "token_index", "token", "special", "value");

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
    private Optional<ClassChoice.Found> evidence = Optional.empty();

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
            Optional<ChainOptions.Evident> evident =
                    classOf(end.from).map(choice -> chain.read(choice, progress));
            evidence = evident.map(ChainOptions.Evident::evidence);
            Subject subject =
                    evident.map(ChainOptions.Evident::subject)
                            .orElseGet(() -> chain.read(progress));
            Bounces.Start start = start(subject);
            Bounces bounces = Bounces.of(subject.transition(), start, steps);
            output.figure(() -> figure(start, subject, bounces));
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                Json.print(out, document(subject, bounces));
            } else if (output.csv()) {
                csv(Csv.headed(out, COLUMNS), subject, bounces);
            } else {
                table(out, subject, bounces);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    /// With a photograph, a class may be named; in a text, `class` is a token.
    private Optional<ClassChoice> classOf(@Nullable String named) {
        return named != null && chain.image() ? ClassChoice.of(named) : Optional.empty();
    }

    /// One after another, each from its own token of that name.
    private void all(Progress progress) throws IOException {
        try (TextTable table = batch.table(spec.commandLine().getOut(), COLUMNS)) {
            if (classOf(end.from).isPresent()) {
                throw new Failure(
                        ExitCode.USAGE, "--from class takes one photograph, not a folder or texts");
            }
            chain.each(
                    batch,
                    table,
                    progress,
                    (subject, csv) ->
                            csv(
                                    csv,
                                    subject,
                                    Bounces.of(subject.transition(), start(subject), steps)));
        }
    }

    private Drawing figure(Bounces.Start start, Subject subject, Bounces bounces) {
        return subject.source()
                .picture()
                .map(picture -> panels(picture, start, subject, bounces).draw())
                .orElseGet(() -> strip(start, subject, bounces).draw());
    }

    /// The photograph once for each bounce. Bounce 0 is all on one token and would drown the
    /// others, so the colours are of those after it.
    private PhotoPanels panels(
            Picture picture, Bounces.Start start, Subject subject, Bounces bounces) {
        SinkPatches sinks = picture.sinks(subject);
        List<PatchMap> whole =
                rows(bounces).stream()
                        .map(
                                row ->
                                        picture.map(
                                                subject.tokens(),
                                                row.stream().mapToDouble(v -> v).toArray()))
                        .toList();
        List<PatchMap> maps = whole.stream().map(sinks::filled).toList();
        ColourScale scale =
                Picture.scale(maps.stream().skip(maps.size() > 1 ? 1 : 0).toArray(PatchMap[]::new));
        List<PhotoPanels.Panel> panels = new ArrayList<>();
        for (int k = 0; k < maps.size(); k++) {
            List<Overlay> overlays = new ArrayList<>();
            overlays.add(new Overlay.Heat(maps.get(k), scale));
            overlays.add(Picture.crosses(sinks));
            state(start)
                    .filter(state -> subject.token(state) instanceof Token.Patch)
                    .ifPresent(
                            state ->
                                    overlays.add(
                                            new Overlay.Frame(
                                                    picture.grid(),
                                                    (Token.Patch) subject.token(state))));
            panels.add(new PhotoPanels.Panel("n = " + k, overlays));
        }
        return new PhotoPanels(
                title(start, subject),
                Stream.concat(
                                Stream.of(
                                        picture.words(),
                                        subject.model() + ", " + subject.heads(),
                                        "Indirect attention after n bounces."),
                                Picture.sinkNote(sinks, whole.getLast()).stream())
                        .toList(),
                picture.image(),
                picture.view(),
                panels,
                Optional.of(scale));
    }

    private static Optional<Integer> state(Bounces.Start start) {
        return switch (start) {
            case Bounces.Start.From(int state) -> Optional.of(state);
            case Bounces.Start.To(int state) -> Optional.of(state);
            case Bounces.Start.FromUniform(), Bounces.Start.FromLaw _ -> Optional.empty();
        };
    }

    private BounceStrip strip(Bounces.Start start, Subject subject, Bounces bounces) {
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
        if (evidence.isPresent()) {
            return new Bounces.Start.FromLaw(evidence.get().start());
        }
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

    private String title(Bounces.Start start, Subject subject) {
        return switch (start) {
            case Bounces.Start.From(int state) -> "Attention from " + subject.named(state);
            case Bounces.Start.To(int state) -> "Attention to " + subject.named(state);
            case Bounces.Start.FromUniform() -> "Attention from everywhere";
            case Bounces.Start.FromLaw _ ->
                    "Attention from " + evidence.map(ClassChoice.Found::words).orElse("a law");
        };
    }

    private static List<List<Double>> rows(Bounces bounces) {
        return IntStream.rangeClosed(0, bounces.bounces())
                .mapToObj(k -> Arrays.stream(bounces.after(k)).boxed().toList())
                .toList();
    }

    private Map<String, Object> document(Subject subject, Bounces bounces) {
        Map<String, Object> content = subject.description();
        content.putAll(Labels.structure(Structure.of(subject.transition()), subject));
        content.put(
                "start",
                switch (bounces.start()) {
                    case Bounces.Start.From(int state) -> Json.object("from", subject.entry(state));
                    case Bounces.Start.To(int state) -> Json.object("to", subject.entry(state));
                    case Bounces.Start.FromUniform() -> "uniform";
                    case Bounces.Start.FromLaw _ ->
                            evidence.map(ClassChoice.Found::facts).orElseGet(Map::of);
                });
        content.put(
                "tokens", IntStream.range(0, subject.states()).mapToObj(subject::entry).toList());
        content.put("bounces", rows(bounces));
        return Json.document("bounce", content);
    }

    private static void csv(Csv csv, Subject subject, Bounces bounces) {
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

    private void table(PrintWriter out, Subject subject, Bounces bounces) {
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
