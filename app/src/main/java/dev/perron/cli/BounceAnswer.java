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
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where attention goes, bounce after bounce.
///
/// @param evidence where the model sees the class that the walk starts at, if it starts at one
record BounceAnswer(Subject subject, Bounces bounces, Optional<ClassChoice.Found> evidence)
        implements Answer {
    static final List<String> COLUMNS =
            List.of("layer", "head", "bounce", "token_index", "token", "special", "value");

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public Drawing figure() {
        return subject.source()
                .picture()
                .map(picture -> panels(picture).draw())
                .orElseGet(() -> strip().draw());
    }

    /// The photograph once for each bounce. Bounce 0 is all on one token and would drown the
    /// others, so the colours are of those after it.
    private PhotoPanels panels(Picture picture) {
        SinkPatches sinks = picture.sinks(subject);
        List<PatchMap> whole =
                rows().stream()
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
            startState()
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
                title(),
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

    private Optional<Integer> startState() {
        return switch (bounces.start()) {
            case Bounces.Start.From(int state) -> Optional.of(state);
            case Bounces.Start.To(int state) -> Optional.of(state);
            case Bounces.Start.FromUniform(), Bounces.Start.FromLaw _ -> Optional.empty();
        };
    }

    private BounceStrip strip() {
        BounceStrip strip =
                BounceStrip.of(title(), Label.of(subject.tokens()), rows())
                        .withNotes(subject.model() + ", " + subject.heads());
        return limit()
                .map(pi -> strip.withLimit(Arrays.stream(pi.toArray()).boxed().toList()))
                .orElse(strip);
    }

    /// Where a walk from a token or from everywhere tends to, whatever its start: there is such a
    /// law if there is one recurrent class, and that has no period.
    private Optional<Distribution> limit() {
        Structure structure = Structure.of(subject.transition());
        if (bounces.start() instanceof Bounces.Start.To || structure.recurrent().getFirst().period() != 1) {
            return Optional.empty();
        }
        return switch (StationaryDistribution.of(subject.transition(), structure)) {
            case StationaryDistribution.Unique(var pi, _, _) -> Optional.of(pi);
            case StationaryDistribution.OnePerClass _ -> Optional.empty();
        };
    }

    private String title() {
        return switch (bounces.start()) {
            case Bounces.Start.From(int state) -> "Attention from " + subject.named(state);
            case Bounces.Start.To(int state) -> "Attention to " + subject.named(state);
            case Bounces.Start.FromUniform() -> "Attention from everywhere";
            case Bounces.Start.FromLaw _ ->
                    "Attention from " + evidence.map(ClassChoice.Found::words).orElse("a law");
        };
    }

    private List<List<Double>> rows() {
        return IntStream.rangeClosed(0, bounces.bounces())
                .mapToObj(k -> Arrays.stream(bounces.after(k)).boxed().toList())
                .toList();
    }

    @Override
    public Map<String, Object> document() {
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
        content.put("bounces", rows());
        return Json.document("bounce", content);
    }

    @Override
    public void csv(Csv csv) {
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

    @Override
    public void text(PrintWriter out) {
        out.println(
                subject.model() + ", " + subject.heads() + ": " + title());
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
