package dev.perron.cli;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.Structure;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.chain.mixing.EntropyRate;
import dev.perron.chain.mixing.MixingTime;
import dev.perron.chain.passage.KemenyConstant;
import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.Reversibility;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.OnePerClass;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The card of one chain: all that `perron chain` shows, in the three forms that it shows it in.
///
/// @param subject what was asked about
/// @param chain its chain, with restarts if there are any
/// @param alpha probability of not restarting
/// @param structure of `chain`
/// @param stationary of `chain`
/// @param spectrum of `chain`
/// @param mixingTime to a total variation distance of ¼ from every start
/// @param kemeny of `chain`
/// @param entropyRate where the stationary distribution is unique
/// @param reversibility where the stationary distribution is unique
record ChainCard(
        Subject subject,
        Transition chain,
        double alpha,
        Structure structure,
        StationaryDistribution stationary,
        Spectrum spectrum,
        MixingTime mixingTime,
        KemenyConstant kemeny,
        Optional<EntropyRate> entropyRate,
        Optional<Reversibility> reversibility) {
    private static final int SHOWN = 8;

    static ChainCard of(Subject subject, double alpha) {
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
        return new ChainCard(
                subject,
                chain,
                alpha,
                structure,
                stationary,
                Spectrum.of(chain),
                MixingTime.of(chain),
                KemenyConstant.of(chain),
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

    /// The document of `--json`.
    Map<String, Object> document() {
        Map<String, Object> content = subject.description();
        content.put("alpha", alpha);
        content.put("states", subject.states());
        content.putAll(Labels.structure(structure, subject));
        content.put(
                "classes",
                structure.classes().stream()
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
        content.put("zeroThreshold", structure.threshold());
        content.putAll(spectrum(spectrum));
        content.put("unique", stationary instanceof Unique);
        content.putAll(
                switch (stationary) {
                    case Unique(_, double residual, double bound) ->
                            Json.object(
                                    "method", "elimination",
                                    "residual", residual,
                                    "errorBound", bound);
                    case OnePerClass several ->
                            Json.object(
                                    "method", "elimination",
                                    "residual", several.residual(),
                                    "errorBound", several.errorBound());
                });
        content.put("mixingTime", mixing());
        content.put("kemenyConstant", kemeny.steps());
        entropyRate.ifPresent(h -> content.put("entropyRate", h.nats()));
        reversibility.ifPresent(
                worst -> content.put("detailedBalanceViolation", worst.largestViolation()));
        content.put(
                "tokens",
                IntStream.range(0, subject.states())
                        .mapToObj(i -> subject.entry(i, laws(i)))
                        .toList());
        content.put("remarks", remarks());
        return Json.document("chain", content);
    }

    /// A token's stationary mass, or one for each class with the probabilities of ending there.
    private Object[] laws(int state) {
        return switch (stationary) {
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

    private Map<String, Object> mixing() {
        return switch (mixingTime) {
            case MixingTime.Mixed(long steps, double epsilon, double distance, int worstStart) ->
                    Json.object(
                            "steps", steps,
                            "epsilon", epsilon,
                            "distance", distance,
                            "worstStart", subject.entry(worstStart));
            case MixingTime.NotWithin(long limit, double epsilon, double distance) ->
                    Json.object(
                            "steps", null,
                            "notWithin", limit,
                            "epsilon", epsilon,
                            "distance", distance);
            case MixingTime.Never(int recurrentClasses, int period) ->
                    Json.object(
                            "steps",
                            null,
                            "never",
                            true,
                            "recurrentClasses",
                            recurrentClasses,
                            "period",
                            period);
        };
    }

    private String mixingWords() {
        return switch (mixingTime) {
            case MixingTime.Mixed(long steps, double epsilon, _, int worstStart) ->
                    "%d bounce%s to within %s of the stationary law, whatever the start; slowest from %s"
                            .formatted(
                                    steps,
                                    steps == 1 ? "" : "s",
                                    epsilon,
                                    subject.named(worstStart));
            case MixingTime.NotWithin(long limit, double epsilon, double distance) ->
                    "more than %d bounces to within %s, still %s away"
                            .formatted(limit, epsilon, Table.number(distance));
            case MixingTime.Never(int recurrentClasses, int period) ->
                    recurrentClasses > 1
                            ? "never: %d recurrent classes".formatted(recurrentClasses)
                            : "never: period %d".formatted(period);
        };
    }

    private static Map<String, Object> spectrum(Spectrum spectrum) {
        return switch (spectrum) {
            case Spectrum.Complete complete ->
                    complete.lambda2()
                            .map(lambda2 -> eigenvalue(lambda2, true, 0, 0))
                            .orElse(Map.of());
            case Spectrum.Leading leading ->
                    eigenvalue(leading.lambda2(), true, leading.products(), leading.residual());
            case Spectrum.NotConverged(_, var ritz, int products, double residual) ->
                    eigenvalue(ritz, false, products, residual);
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
                "timescale",
                lambda2.impliedTimescale(),
                "lambda2Converged",
                converged,
                "lambda2Steps",
                steps,
                "lambda2Residual",
                residual);
    }

    /// One row a token.
    void csv(PrintWriter out) {
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
                        "stationary",
                        "residual",
                        "error_bound");
        double residual =
                switch (stationary) {
                    case Unique unique -> unique.residual();
                    case OnePerClass several -> several.residual();
                };
        double bound =
                switch (stationary) {
                    case Unique unique -> unique.errorBound();
                    case OnePerClass several -> several.errorBound();
                };
        List<CommunicatingClass> classes = structure.classes();
        for (int c = 0; c < classes.size(); c++) {
            int recurrent = structure.recurrent().indexOf(classes.get(c));
            for (int state : classes.get(c).states()) {
                Map<String, Object> token = subject.entry(state);
                csv.row(
                        token.get("index"),
                        token.get("token"),
                        token.get("special"),
                        c,
                        classes.get(c).recurrent(),
                        classes.get(c).period(),
                        recurrent < 0 ? "" : recurrent,
                        switch (stationary) {
                            case Unique(var pi, _, _) -> pi.mass(state);
                            case OnePerClass several ->
                                    recurrent < 0
                                            ? 0.0
                                            : several.extremes().get(recurrent).mass(state);
                        },
                        residual,
                        bound);
            }
        }
    }

    /// For people.
    void text(PrintWriter out) {
        out.println(subject.model() + ", " + subject.heads() + ", alpha " + alpha);
        Table table = new Table("", "");
        table.row("states", subject.states() + " tokens");
        table.row("classes", classes(structure, subject));
        table.row(
                "period",
                structure.recurrent().stream()
                        .map(c -> String.valueOf(c.period()))
                        .collect(Collectors.joining(", ")));
        table.row("|λ₂|", lambda2(spectrum));
        table.row("mixing time", mixingWords());
        table.row(
                "Kemeny",
                Double.isInfinite(kemeny.steps())
                        ? "infinite: some tokens are never reached"
                        : Table.number(kemeny.steps())
                                + " bounces to a token drawn from the stationary law");
        entropyRate.ifPresent(h -> table.row("entropy rate", Table.number(h.nats()) + " nats"));
        reversibility.ifPresent(worst -> table.row("reversible", reversible(worst, subject)));
        table.row("stationary", stationaryWords());
        table.row("", certificate());
        table.print(out);
        List<String> remarks = remarks();
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
                    complete.lambda2().map(ChainCard::words).orElse("none: one token");
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
        return switch (stationary) {
            case Unique(var pi, _, _) -> "unique; most on " + most(pi, subject);
            case OnePerClass several ->
                    several.extremes().stream()
                            .limit(SHOWN)
                            .map(pi -> most(pi, subject))
                            .collect(Collectors.joining("; ", "one for each class; most on ", ""));
        };
    }

    private String certificate() {
        String words = "exact by elimination, residual %.1e, L1 error at most %.1e";
        return switch (stationary) {
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
