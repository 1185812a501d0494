package dev.perron.cli;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.Eigenvalue;
import dev.perron.chain.EntropyRate;
import dev.perron.chain.Reversibility;
import dev.perron.chain.Spectrum;
import dev.perron.chain.StationaryDistribution;
import dev.perron.chain.StationaryDistribution.OnePerClass;
import dev.perron.chain.StationaryDistribution.Unique;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Structure;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `perron chain`: the card of one chain.
@Command(
        name = "chain",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "What kind of chain a head is: communicating classes, which are recurrent, absorbing"
                    + " tokens, period, |λ₂| and gap, the stationary distribution of each recurrent"
                    + " class, and, where that is unique, entropy rate and reversibility."
        },
        footerHeading = "%nExample:%n",
        footer = "  perron chain --text \"The quick brown fox jumps\" --layer 2 --head 3")
final class ChainCommand implements Callable<Integer> {
    private static final int SHOWN = 8;

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
    @Spec private CommandSpec spec = CommandSpec.create();

    /// All that the card shows.
    private record Card(
            Subject subject,
            Transition chain,
            double alpha,
            Structure structure,
            StationaryDistribution stationary,
            Spectrum spectrum,
            Optional<EntropyRate> entropyRate,
            Optional<Reversibility> reversibility) {
        static Card of(Subject subject, double alpha) {
            Transition chain =
                    alpha == 1
                            ? subject.transition()
                            : new Teleporting(
                                    subject.transition(),
                                    alpha,
                                    Distribution.uniform(subject.states()));
            Structure structure = Structure.of(chain);
            StationaryDistribution stationary = StationaryDistribution.of(chain, structure);
            Optional<Distribution> pi =
                    switch (stationary) {
                        case Unique unique -> Optional.of(unique.pi());
                        case OnePerClass _ -> Optional.empty();
                    };
            return new Card(
                    subject,
                    chain,
                    alpha,
                    structure,
                    stationary,
                    Spectrum.of(chain),
                    pi.map(p -> EntropyRate.of(chain, p)),
                    pi.map(p -> Reversibility.of(chain, p)));
        }

        List<String> remarks() {
            List<String> remarks = subject.remarks(structure);
            if (stationary instanceof Unique(var pi, _, _)
                    && structure.absorbing().size() == 1
                    && subject.states() > 1) {
                int state = structure.absorbing().getFirst();
                remarks.add(
                        "so the stationary distribution is unique and puts all mass (%s) on %s: that is the mask's doing, not importance; ask 'perron rank' with an --alpha below 1 for that"
                                .formatted(Table.number(pi.mass(state)), subject.named(state)));
            }
            if (stationary instanceof OnePerClass several) {
                remarks.add(
                        "not unique: %d stationary distributions, one for each recurrent class, and every mixture of them"
                                .formatted(several.extremes().size()));
            }
            return remarks;
        }
    }

    @Override
    public Integer call() throws IOException {
        output.check();
        if (!(alpha > 0 && alpha <= 1)) {
            throw new Failure(ExitCode.USAGE, "--alpha %s, must be in (0, 1]".formatted(alpha));
        }
        try (Progress progress = new Progress(spec)) {
            Subject subject = chain.read(progress);
            progress.at("classes and spectrum of %d states".formatted(subject.states()));
            Card card = Card.of(subject, alpha);
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
                Json.print(out, document(card));
            } else if (output.csv()) {
                csv(out, card);
            } else {
                text(out, card);
            }
            out.flush();
            if (card.spectrum() instanceof Spectrum.NotConverged(_, int steps, double residual)) {
                throw new Failure(
                        ExitCode.NUMERICAL,
                        "λ₂ not converged: residual %.1e after %d steps; the rest of the card holds"
                                .formatted(residual, steps));
            }
            return ExitCode.OK.code();
        }
    }

    private static Map<String, Object> document(Card card) {
        Subject subject = card.subject();
        Map<String, Object> content = subject.description();
        content.put("alpha", card.alpha());
        content.put("states", subject.states());
        content.putAll(Labels.structure(card.structure(), subject));
        content.put(
                "classes",
                card.structure().classes().stream()
                        .map(
                                c ->
                                        Json.object(
                                                "states",
                                                c.states().stream()
                                                        .map(subject.chain().positions()::get)
                                                        .toList(),
                                                "recurrent",
                                                c.recurrent(),
                                                "period",
                                                c.period()))
                        .toList());
        content.put("zeroThreshold", card.structure().threshold());
        content.putAll(spectrum(card.spectrum()));
        content.put("unique", card.stationary() instanceof Unique);
        content.putAll(
                switch (card.stationary()) {
                    case Unique(_, double residual, double bound) ->
                            Json.object("residual", residual, "errorBound", bound);
                    case OnePerClass several ->
                            Json.object(
                                    "residual", several.residual(),
                                    "errorBound", several.errorBound());
                });
        card.entropyRate().ifPresent(h -> content.put("entropyRate", h.nats()));
        card.reversibility()
                .ifPresent(
                        worst -> content.put("detailedBalanceViolation", worst.largestViolation()));
        content.put(
                "tokens",
                IntStream.range(0, subject.states())
                        .mapToObj(i -> subject.entry(i, laws(card, i)))
                        .toList());
        content.put("remarks", card.remarks());
        return Json.document("chain", content);
    }

    /// A token's stationary mass, or one for each class with the probabilities of ending there.
    private static Object[] laws(Card card, int state) {
        return switch (card.stationary()) {
            case Unique(var pi, _, _) -> new Object[] {"stationary", pi.mass(state)};
            case OnePerClass several ->
                    new Object[] {
                        "stationary",
                        several.extremes().stream().map(pi -> pi.mass(state)).toList(),
                        "absorption",
                        IntStream.range(0, several.extremes().size())
                                .mapToObj(c -> several.absorption().get(state).mass(c))
                                .toList()
                    };
        };
    }

    private static Map<String, Object> spectrum(Spectrum spectrum) {
        return switch (spectrum) {
            case Spectrum.Complete complete ->
                    complete.lambda2()
                            .map(lambda2 -> eigenvalue(lambda2, true, 0, 0))
                            .orElse(Map.of());
            case Spectrum.Leading(var lambda2, int steps, double residual) ->
                    eigenvalue(lambda2, true, steps, residual);
            case Spectrum.NotConverged(var ritz, int steps, double residual) ->
                    eigenvalue(ritz, false, steps, residual);
        };
    }

    private static Map<String, Object> eigenvalue(
            Eigenvalue lambda2, boolean converged, int steps, double residual) {
        return Json.object(
                "lambda2",
                lambda2.modulus(),
                "lambda2Real",
                lambda2.real(),
                "lambda2Imaginary",
                lambda2.imaginary(),
                "gap",
                1 - lambda2.modulus(),
                "lambda2Converged",
                converged,
                "lambda2Steps",
                steps,
                "lambda2Residual",
                residual);
    }

    private static void csv(PrintWriter out, Card card) {
        Csv csv =
                new Csv(
                        out,
                        "token_index",
                        "token",
                        "special",
                        "class",
                        "recurrent",
                        "period",
                        "stationary_of_class",
                        "stationary");
        List<CommunicatingClass> classes = card.structure().classes();
        for (int c = 0; c < classes.size(); c++) {
            int recurrent = card.structure().recurrent().indexOf(classes.get(c));
            for (int state : classes.get(c).states()) {
                Map<String, Object> token = card.subject().entry(state);
                csv.row(
                        token.get("index"),
                        token.get("token"),
                        token.get("special"),
                        c,
                        classes.get(c).recurrent(),
                        classes.get(c).period(),
                        recurrent < 0 ? "" : recurrent,
                        switch (card.stationary()) {
                            case Unique(var pi, _, _) -> pi.mass(state);
                            case OnePerClass several ->
                                    recurrent < 0
                                            ? 0.0
                                            : several.extremes().get(recurrent).mass(state);
                        });
            }
        }
    }

    private static void text(PrintWriter out, Card card) {
        Subject subject = card.subject();
        out.println(subject.model() + ", " + subject.heads() + ", alpha " + card.alpha());
        Table table = new Table("", "");
        table.row("states", subject.states() + " tokens");
        table.row("classes", classes(card.structure(), subject));
        table.row(
                "period",
                card.structure().recurrent().stream()
                        .map(c -> String.valueOf(c.period()))
                        .collect(Collectors.joining(", ")));
        table.row("|λ₂|", lambda2(card.spectrum()));
        card.entropyRate()
                .ifPresent(h -> table.row("entropy rate", Table.number(h.nats()) + " nats"));
        card.reversibility()
                .ifPresent(worst -> table.row("reversible", reversible(worst, subject)));
        table.row("stationary", stationary(card));
        table.print(out);
        List<String> remarks = card.remarks();
        if (!remarks.isEmpty()) {
            out.println();
            remarks.forEach(out::println);
        }
    }

    private static String classes(Structure structure, Subject subject) {
        String recurrent =
                structure.recurrent().stream()
                        .limit(SHOWN)
                        .map(
                                c ->
                                        c.states().size() == subject.states()
                                                ? "all tokens"
                                                : c.states().stream()
                                                        .limit(SHOWN)
                                                        .map(subject::named)
                                                        .collect(Collectors.joining(" ", "{", "}")))
                        .collect(Collectors.joining(", "));
        return "%d, of which %d recurrent: %s"
                .formatted(structure.classes().size(), structure.recurrent().size(), recurrent);
    }

    private static String lambda2(Spectrum spectrum) {
        return switch (spectrum) {
            case Spectrum.Complete complete ->
                    complete.lambda2().map(ChainCommand::words).orElse("none: one token");
            case Spectrum.Leading(var lambda2, _, double residual) ->
                    words(lambda2) + ", residual %.1e".formatted(residual);
            case Spectrum.NotConverged(var ritz, _, double residual) ->
                    words(ritz) + ", NOT CONVERGED, residual %.1e".formatted(residual);
        };
    }

    private static String words(Eigenvalue lambda2) {
        String pair =
                lambda2.imaginary() == 0
                        ? ""
                        : " (a pair %s ± %si)"
                                .formatted(
                                        Table.number(lambda2.real()),
                                        Table.number(Math.abs(lambda2.imaginary())));
        return "%s%s, gap %s"
                .formatted(
                        Table.number(lambda2.modulus()), pair, Table.number(1 - lambda2.modulus()));
    }

    private static String reversible(Reversibility worst, Subject subject) {
        return worst.largestViolation() <= 1e-12
                ? "yes, detailed balance within %.1e".formatted(worst.largestViolation())
                : "no, detailed balance is off by %s between %s and %s"
                        .formatted(
                                Table.number(worst.largestViolation()),
                                subject.named(worst.from()),
                                subject.named(worst.to()));
    }

    private static String stationary(Card card) {
        return switch (card.stationary()) {
            case Unique(var pi, _, _) -> "unique; most on " + most(pi, card.subject());
            case OnePerClass several ->
                    several.extremes().stream()
                            .limit(SHOWN)
                            .map(pi -> most(pi, card.subject()))
                            .collect(Collectors.joining("; ", "one for each class; most on ", ""));
        };
    }

    private static String most(Distribution pi, Subject subject) {
        return IntStream.range(0, pi.states())
                .boxed()
                .sorted((i, j) -> Double.compare(pi.mass(j), pi.mass(i)))
                .limit(3)
                .filter(i -> pi.mass(i) > 0)
                .map(i -> subject.named(i) + " " + Table.number(pi.mass(i)))
                .collect(Collectors.joining(", "));
    }
}
