package dev.perron.cli;

import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.MetastableChoice;
import dev.perron.chain.spectrum.MetastableStates;
import dev.perron.chain.spectrum.MetastableStates.Memberships;
import dev.perron.chain.spectrum.MetastableStates.NotSeparable;
import dev.perron.figure.ColourScale;
import dev.perron.figure.Drawing;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;
import dev.perron.figure.Overlay;
import dev.perron.figure.PhotoPanels;
import dev.perron.figure.StatesOverview;

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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    private static final int MOST_PANELS = 5;

    private static final List<String> COLUMNS =
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
            Subject subject = chain.read(progress);
            progress.at("metastable states of %d tokens".formatted(subject.states()));
            MetastableChoice choice = MetastableChoice.of(subject.transition(), MOST);
            Memberships states = states(subject, choice, wanted);
            output.figure(() -> figure(subject, choice, states));
            PrintWriter out = spec.commandLine().getOut();
            if (output.json()) {
                Json.print(out, document(subject, choice, states));
            } else if (output.csv()) {
                csv(Csv.headed(out, COLUMNS), subject, states);
            } else {
                text(out, subject, choice, states);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    /// One after another; one without as many states as asked for ends it, with those before it
    /// written.
    private void all(int wanted, Progress progress) throws IOException {
        try (TextTable table = batch.table(spec.commandLine().getOut(), COLUMNS)) {
            chain.each(
                    batch,
                    table,
                    progress,
                    (subject, csv) ->
                            csv(
                                    csv,
                                    subject,
                                    states(
                                            subject,
                                            MetastableChoice.of(subject.transition(), MOST),
                                            wanted)));
        }
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

    private static Drawing figure(Subject subject, MetastableChoice choice, Memberships states) {
        return subject.source()
                .picture()
                .map(picture -> overview(picture, subject, choice, states).draw())
                .orElseGet(() -> sorted(subject, states).draw());
    }

    /// The photograph with its states, and what is known of the number of them.
    private static StatesOverview overview(
            Picture picture, Subject subject, MetastableChoice choice, Memberships states) {
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
    private static Heatmap sorted(Subject subject, Memberships states) {
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

    private static List<String> remarks(Subject subject, Memberships states) {
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

    private static Map<String, Object> document(
            Subject subject, MetastableChoice choice, Memberships states) {
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
        content.put("remarks", remarks(subject, states));
        return Json.document("states", content);
    }

    /// One row a token and state.
    private static void csv(Csv csv, Subject subject, Memberships states) {
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

    private static void text(
            PrintWriter out, Subject subject, MetastableChoice choice, Memberships states) {
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
        List<String> remarks = remarks(subject, states);
        if (!remarks.isEmpty()) {
            out.println();
            remarks.forEach(out::println);
        }
    }
}
