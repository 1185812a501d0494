package dev.perron.cli;

import dev.perron.chain.CommunicatingClass;
import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
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
import dev.perron.figure.Drawing;
import dev.perron.figure.Heatmap;
import dev.perron.figure.Label;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        Optional<Reversibility> reversibility)
        implements Answer {
    static final List<String> COLUMNS =
            List.of(
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
    @Override
    public Map<String, Object> document() {
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

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    /// One row a token.
    @Override
    public void csv(Csv csv) {
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

    @Override
    public void text(PrintWriter out) {
        new ChainCardWords(this).print(out);
    }

    @Override
    public Drawing figure() {
        StochasticMatrix matrix = StochasticMatrix.copyOf(chain);
        return Heatmap.of(subject.heads(), Label.of(subject.tokens()), matrix::probability)
                .withNotes(subject.model() + ", alpha " + alpha)
                .draw();
    }

    /// @throws Failure if λ₂ isn't good enough
    void requireConverged() {
        if (spectrum instanceof Spectrum.NotConverged(_, _, int products, double residual)) {
            throw new Failure(
                    ExitCode.NUMERICAL,
                    "λ₂ not converged: residual %.1e after %d products; the rest of the card holds"
                            .formatted(residual, products));
        }
    }
}
