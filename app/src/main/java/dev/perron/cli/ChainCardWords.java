package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;
import dev.perron.chain.mixing.MixingTime;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.Reversibility;
import dev.perron.chain.stationary.StationaryDistribution.OnePerClass;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The card of one chain in words.
///
/// @param card what they are about
record ChainCardWords(ChainCard card) {
    private static final int SHOWN = 8;

    /// All of it.
    void print(PrintWriter out) {
        Subject subject = card.subject();
        Structure structure = card.structure();
        out.println(subject.model() + ", " + subject.heads() + ", alpha " + card.alpha());
        Table table = new Table("", "");
        table.row("states", subject.states() + " tokens");
        table.row("classes", classes(structure, subject));
        table.row(
                "period",
                structure.recurrent().stream()
                        .map(c -> String.valueOf(c.period()))
                        .collect(Collectors.joining(", ")));
        table.row("|λ₂|", lambda2(card.spectrum()));
        table.row("mixing time", mixingWords());
        table.row(
                "Kemeny",
                Double.isInfinite(card.kemeny().steps())
                        ? "infinite: some tokens are never reached"
                        : Table.number(card.kemeny().steps())
                                + " bounces to a token drawn from the stationary law");
        card.entropyRate()
                .ifPresent(h -> table.row("entropy rate", Table.number(h.nats()) + " nats"));
        card.reversibility()
                .ifPresent(worst -> table.row("reversible", reversible(worst, subject)));
        table.row("stationary", stationaryWords());
        table.row("", certificate());
        table.print(out);
        List<String> remarks = card.remarks();
        if (!remarks.isEmpty()) {
            out.println();
            remarks.forEach(out::println);
        }
    }

    private String mixingWords() {
        return switch (card.mixingTime()) {
            case MixingTime.Mixed(long steps, double epsilon, _, int worstStart) ->
                    "%d bounce%s to within %s of the stationary law, whatever the start; slowest from %s"
                            .formatted(
                                    steps,
                                    steps == 1 ? "" : "s",
                                    epsilon,
                                    card.subject().named(worstStart));
            case MixingTime.NotWithin(long limit, double epsilon, double distance) ->
                    "more than %d bounces to within %s, still %s away"
                            .formatted(limit, epsilon, Table.number(distance));
            case MixingTime.Never(int recurrentClasses, int period) ->
                    recurrentClasses > 1
                            ? "never: %d recurrent classes".formatted(recurrentClasses)
                            : "never: period %d".formatted(period);
        };
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
                    complete.lambda2().map(ChainCardWords::words).orElse("none: one token");
            case Spectrum.Leading leading ->
                    words(leading.lambda2())
                            + ", residual %.1e after %d products"
                                    .formatted(leading.residual(), leading.products());
            case Spectrum.NotConverged(_, var ritz, int products, double residual) ->
                    words(ritz)
                            + ", NOT CONVERGED, residual %.1e after %d products"
                                    .formatted(residual, products);
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
        double timescale = lambda2.impliedTimescale();
        return "%s%s, gap %s, implied timescale %s"
                .formatted(
                        Table.number(lambda2.modulus()),
                        pair,
                        Table.number(1 - lambda2.modulus()),
                        Double.isInfinite(timescale)
                                ? "infinite"
                                : Table.number(timescale) + " bounces");
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

    private String stationaryWords() {
        return switch (card.stationary()) {
            case Unique(var pi, _, _) -> "unique; most on " + most(pi, card.subject());
            case OnePerClass several ->
                    several.extremes().stream()
                            .limit(SHOWN)
                            .map(pi -> most(pi, card.subject()))
                            .collect(Collectors.joining("; ", "one for each class; most on ", ""));
        };
    }

    private String certificate() {
        String words = "exact by elimination, residual %.1e, L1 error at most %.1e";
        return switch (card.stationary()) {
            case Unique(_, double residual, double bound) -> words.formatted(residual, bound);
            case OnePerClass several ->
                    words.formatted(several.residual(), several.errorBound()) + " for each class";
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
