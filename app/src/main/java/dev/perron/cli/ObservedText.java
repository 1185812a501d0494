package dev.perron.cli;

import dev.perron.chain.path.Trajectory;
import dev.perron.context.collapse.Observation;
import dev.perron.context.collapse.Repetition;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a language model wrote at one temperature, held against the law.
///
/// @param temperature 0 for the likeliest token
/// @param tokens numbered by first appearance
/// @param given how many of them were the prompt
/// @param names of the tokens
/// @param words the text itself
/// @param seen how far the law explains it
record ObservedText(
        double temperature,
        Trajectory tokens,
        int given,
        List<String> names,
        String words,
        Observation seen) {
    private static final List<Measure> MEASURES =
            List.of(
                    new Measure("distinct1", "different tokens", Repetition::distinct1),
                    new Measure("distinct2", "different pairs", Repetition::distinct2),
                    new Measure("distinct3", "different triples", Repetition::distinct3),
                    new Measure("topShare", "most frequent token", Repetition::topShare));

    private record Measure(String name, String words, ToDoubleFunction<Repetition> of) {}

    /// Copies the list.
    ObservedText {
        names = List.copyOf(names);
    }

    /// How it was written, for people.
    String manner() {
        return temperature == 0 ? "greedy" : "temperature " + temperature;
    }

    private int written() {
        return tokens.steps() + 1 - given;
    }

    Map<String, Object> document() {
        return Json.object(
                "temperature",
                temperature,
                "text",
                words,
                "prompt",
                given,
                "written",
                written(),
                "tokens",
                names.size(),
                "newTokens",
                seen.newTokens(),
                "logLoss",
                Json.object(
                        "contextConditioned",
                        value(seen.logLoss(Observation.Law.CONTEXT_CONDITIONED)),
                        "counts",
                        value(seen.logLoss(Observation.Law.COUNTS)),
                        "pairs",
                        value(seen.logLoss(Observation.Law.PAIRS))),
                "repetition",
                MEASURES.stream()
                        .map(
                                m ->
                                        Json.object(
                                                "measure",
                                                m.name(),
                                                "observed",
                                                m.of().applyAsDouble(seen.observed()),
                                                "predicted",
                                                seen.predicted(m.of(), 0.5),
                                                "predictedInterval",
                                                List.of(
                                                        seen.predicted(m.of(), 0.05),
                                                        seen.predicted(m.of(), 0.95))))
                        .toList(),
                "winner",
                names.get(seen.winner()),
                "winnerShare",
                seen.winnerShare().stream()
                        .map(
                                share ->
                                        Json.object(
                                                "t",
                                                share.length(),
                                                "observed",
                                                share.observed(),
                                                "predicted",
                                                share.predicted(),
                                                "predictedInterval",
                                                List.of(share.low(), share.high())))
                        .toList(),
                "misfit",
                misfit());
    }

    private static Object value(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : Double.NaN;
    }

    /// One row a measure, the temperature first.
    void csv(Csv csv) {
        for (Measure m : MEASURES) {
            csv.row(
                    temperature,
                    m.name(),
                    m.of().applyAsDouble(seen.observed()),
                    seen.predicted(m.of(), 0.5),
                    seen.predicted(m.of(), 0.05),
                    seen.predicted(m.of(), 0.95));
        }
    }

    void text(PrintWriter out) {
        out.println(
                "%s, %d tokens after %d, %d different:"
                        .formatted(manner(), written(), given, names.size()));
        out.println(words.strip());
        out.println();
        Table table = new Table("second half", "observed", "predicted", "5 %", "95 %");
        for (Measure m : MEASURES) {
            table.row(
                    m.words(),
                    m.of().applyAsDouble(seen.observed()),
                    seen.predicted(m.of(), 0.5),
                    seen.predicted(m.of(), 0.05),
                    seen.predicted(m.of(), 0.95));
        }
        table.print(out);
        out.println(
                "loss in nats of the %d repeated tokens: context-conditioned %s, counts alone %s, pairs alone %s"
                        .formatted(
                                seen.repeats(),
                                loss(seen.logLoss(Observation.Law.CONTEXT_CONDITIONED)),
                                loss(seen.logLoss(Observation.Law.COUNTS)),
                                loss(seen.logLoss(Observation.Law.PAIRS))));
        List<Observation.WinnerShare> shares = seen.winnerShare();
        out.println(
                "share of '%s', which leads the first half: %s"
                        .formatted(
                                names.get(seen.winner()),
                                Stream.of(
                                                shares.getFirst(),
                                                shares.get(shares.size() / 2),
                                                shares.getLast())
                                        .map(ObservedText::words)
                                        .collect(Collectors.joining(", "))));
        misfit().forEach(out::println);
        out.println();
    }

    private static String words(Observation.WinnerShare share) {
        return "t %d %s (predicted %s)"
                .formatted(
                        share.length(),
                        Table.number(share.observed()),
                        Table.number(share.predicted()));
    }

    private static String loss(OptionalDouble loss) {
        return loss.isPresent() ? Table.number(loss.getAsDouble()) : "none";
    }

    /// What the law doesn't explain, in sentences.
    private List<String> misfit() {
        List<String> found = new ArrayList<>();
        if (seen.newTokens() > 0) {
            found.add(
                    "%.1f %% of the second half are tokens that weren't there before: the law gives them none"
                            .formatted(100 * seen.newTokens()));
        }
        for (Measure m : MEASURES) {
            double observed = m.of().applyAsDouble(seen.observed());
            if (observed < seen.predicted(m.of(), 0.05)
                    || observed > seen.predicted(m.of(), 0.95)) {
                found.add(
                        "%s: %s than nearly all simulated continuations"
                                .formatted(
                                        m.words(),
                                        observed < seen.predicted(m.of(), 0.05)
                                                ? "fewer"
                                                : "more"));
            }
        }
        double own = seen.logLoss(Observation.Law.CONTEXT_CONDITIONED).orElse(0);
        String better =
                Stream.of(Observation.Law.COUNTS, Observation.Law.PAIRS)
                        .filter(law -> seen.logLoss(law).orElse(0) < own)
                        .map(law -> law == Observation.Law.COUNTS ? "counts alone" : "pairs alone")
                        .collect(Collectors.joining(" and "));
        if (!better.isEmpty()) {
            found.add(better + " predict the second half better than the fitted chain");
        }
        return found;
    }
}
