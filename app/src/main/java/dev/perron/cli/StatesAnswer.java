package dev.perron.cli;

import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.MetastableChoice;
import dev.perron.chain.spectrum.MetastableStates.Memberships;
import dev.perron.figure.ColourScale;
import dev.perron.figure.Drawing;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;
import dev.perron.figure.Overlay;
import dev.perron.figure.PhotoPanels;
import dev.perron.figure.StatesOverview;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The metastable states of a chain, and how many there could be.
///
/// @param choice the legal numbers of states
/// @param states as many as were asked for
record StatesAnswer(Subject subject, MetastableChoice choice, Memberships states)
        implements Answer {
    private static final int MOST_PANELS = 5;

    static final List<String> COLUMNS =
            List.of(
                    "layer",
                    "head",
                    "token_index",
                    "token",
                    "special",
                    "crisp_state",
                    "state",
                    "membership",
                    "residual");

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public Drawing figure() {
        return subject.source()
                .picture()
                .map(picture -> overview(picture).draw())
                .orElseGet(() -> sorted().draw());
    }

    /// The photograph with its states, and what is known of the number of them.
    private StatesOverview overview(Picture picture) {
        double[] crisp =
                IntStream.range(0, subject.states()).mapToDouble(states::crispState).toArray();
        List<PhotoPanels.Panel> panels = new ArrayList<>();
        panels.add(
                PhotoPanels.Panel.of(
                        "states", new Overlay.Groups(picture.map(subject.tokens(), crisp))));
        for (int j = 0; j < Math.min(states.count(), MOST_PANELS); j++) {
            int state = j;
            double[] memberships =
                    states.memberships().stream().mapToDouble(chi -> chi.mass(state)).toArray();
            panels.add(
                    PhotoPanels.Panel.of(
                            "membership of state " + j,
                            new Overlay.Heat(
                                    picture.map(subject.tokens(), memberships), ColourScale.UNIT)));
        }
        List<Integer> counts = choice.candidates().stream().map(Memberships::count).toList();
        return new StatesOverview(
                new PhotoPanels(
                        "%d metastable states of the patches".formatted(states.count()),
                        List.of(
                                picture.words(),
                                "%s, %s, crispness %s"
                                        .formatted(
                                                subject.model(),
                                                subject.heads(),
                                                Table.number(states.crispness()))),
                        picture.image(),
                        picture.view(),
                        panels,
                        Optional.of(ColourScale.UNIT)),
                choice.candidates().stream()
                        .map(c -> new StatesOverview.Bar(String.valueOf(c.count()), c.crispness()))
                        .toList(),
                counts.indexOf(states.count()),
                states.coarse(),
                Arrays.stream(states.shares().toArray()).boxed().toList(),
                HeadMixing.of(subject).stream()
                        .map(head -> new StatesOverview.Bar(head.name(), head.lambda2()))
                        .toList());
    }

    /// Attention with the tokens of one state side by side.
    private Heatmap sorted() {
        StochasticMatrix matrix = StochasticMatrix.copyOf(subject.transition());
        List<Integer> order = states.crispSets().stream().flatMap(List::stream).toList();
        return Heatmap.of(
                        subject.heads() + ", sorted by state",
                        Label.of(order.stream().map(subject::token).toList()),
                        (i, j) -> matrix.probability(order.get(i), order.get(j)))
                .withNotes(
                        "%s, %d metastable states, crispness %s"
                                .formatted(
                                        subject.model(),
                                        states.count(),
                                        Table.number(states.crispness())));
    }

    private List<String> remarks() {
        Structure structure = Structure.of(subject.transition());
        List<String> remarks = subject.remarks(structure);
        int recurrent = structure.recurrent().size();
        if (recurrent > 1 && states.count() == recurrent) {
            remarks.add(
                    "as many states as recurrent classes: memberships are the probabilities of"
                            + " ending in each");
        }
        if (states.coarse().stream().flatMap(List::stream).anyMatch(p -> p < -1e-12)) {
            remarks.add("states overlap: entries of the coarse chain below 0 are no probabilities");
        }
        return remarks;
    }

    @Override
    public Map<String, Object> document() {
        Map<String, Object> content = subject.description();
        content.put("states", subject.states());
        content.putAll(Labels.structure(Structure.of(subject.transition()), subject));
        content.put("method", "G-PCCA, uniform weights, eigenvalues by modulus");
        content.put("m", states.count());
        content.put("legal", choice.legal());
        content.put(
                "candidates",
                choice.candidates().stream()
                        .map(
                                c ->
                                        Json.object(
                                                "m", c.count(),
                                                "crispness", c.crispness(),
                                                "minChi", c.minChi()))
                        .toList());
        content.put("crispness", states.crispness());
        if (subject.source().picture().isPresent()) {
            content.put(
                    "mixing",
                    HeadMixing.of(subject).stream()
                            .map(
                                    head ->
                                            Json.object(
                                                    "head", head.name(), "lambda2", head.lambda2()))
                            .toList());
        }
        content.put("minChi", states.minChi());
        content.put("clipped", states.clipped());
        content.put("residual", states.residual());
        content.put(
                "eigenvalues",
                states.eigenvalues().stream()
                        .map(
                                e ->
                                        Json.object(
                                                "real", e.real(),
                                                "imaginary", e.imaginary(),
                                                "timescale", e.impliedTimescale()))
                        .toList());
        content.put("shares", Arrays.stream(states.shares().toArray()).boxed().toList());
        content.put("coarse", states.coarse());
        content.put(
                "tokens",
                IntStream.range(0, subject.states())
                        .mapToObj(
                                i ->
                                        subject.entry(
                                                i,
                                                "state",
                                                states.crispState(i),
                                                "memberships",
                                                Arrays.stream(states.memberships().get(i).toArray())
                                                        .boxed()
                                                        .toList()))
                        .toList());
        content.put("remarks", remarks());
        return Json.document("states", content);
    }

    /// One row a token and state.
    @Override
    public void csv(Csv csv) {
        for (int i = 0; i < subject.states(); i++) {
            Map<String, Object> token = subject.entry(i);
            for (int j = 0; j < states.count(); j++) {
                csv.row(
                        subject.layerName(),
                        subject.headName(),
                        token.get("index"),
                        token.get("token"),
                        token.get("special"),
                        states.crispState(i),
                        j,
                        states.memberships().get(i).mass(j),
                        states.residual());
            }
        }
    }

    @Override
    public void text(PrintWriter out) {
        out.println(
                "%s, %s: %d metastable states by G-PCCA, crispness %s, residual %.1e"
                        .formatted(
                                subject.model(),
                                subject.heads(),
                                states.count(),
                                Table.number(states.crispness()),
                                states.residual()));
        out.println(
                choice.candidates().stream()
                        .map(c -> "%d (%s)".formatted(c.count(), Table.number(c.crispness())))
                        .collect(Collectors.joining(", ", "legal m and how crisp: ", "")));
        Eigenvalue last = states.eigenvalues().getLast();
        out.println(
                "least dominant eigenvalue: |λ| = %s, implied timescale %s bounces"
                        .formatted(
                                Table.number(last.modulus()),
                                Table.number(last.impliedTimescale())));
        out.println();
        List<String> header = new ArrayList<>(List.of("state", "share"));
        IntStream.range(0, states.count()).forEach(j -> header.add("to " + j));
        header.add("tokens");
        Table table = new Table(header.toArray(String[]::new));
        List<List<Integer>> sets = states.crispSets();
        for (int j = 0; j < states.count(); j++) {
            List<Object> row = new ArrayList<>(List.of(j, states.shares().mass(j)));
            row.addAll(states.coarse().get(j));
            row.add(
                    sets.get(j).stream()
                            .map(i -> subject.token(i).label())
                            .collect(Collectors.joining(" ")));
            table.row(row.toArray());
        }
        table.print(out);
        List<String> remarks = remarks();
        if (!remarks.isEmpty()) {
            out.println();
            remarks.forEach(out::println);
        }
    }
}
