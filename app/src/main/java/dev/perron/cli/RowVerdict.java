package dev.perron.cli;

import dev.perron.chain.Distribution;
import dev.perron.figure.LossChart;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.KnownSource;
import dev.perron.transformer.LearnedDirections;
import dev.perron.transformer.Loss;
import dev.perron.transformer.Predictions;
import dev.perron.transformer.Solution;
import dev.perron.transformer.TextSource;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a model has learned of the rows of a source: those that are known, or those that were
/// counted in a text.
///
/// @param source whose rows they are
/// @param predictions of the model
/// @param solution the judgement
/// @param symbols what they are called
/// @param entropies of a text, of a symbol given the 0, 1, ... before it; empty for a source
record RowVerdict(
        KnownSource source,
        Predictions predictions,
        Solution solution,
        List<String> symbols,
        List<Double> entropies)
        implements Verdict {
    /// Rows of the table at most, and symbols.
    private static final int ROWS = 32;

    private static final int COLUMNS = 8;

    /// Copies the lists.
    RowVerdict {
        symbols = List.copyOf(symbols);
        entropies = List.copyOf(entropies);
    }

    static RowVerdict of(KnownSource source, Evaluation evaluation, List<String> symbols) {
        Predictions found = evaluation.predictions().orElseThrow();
        return new RowVerdict(source, found, Solution.of(source, found), symbols, List.of());
    }

    /// The loss is that on what is held out: a text's laws aren't known.
    static RowVerdict ofText(
            TextSource text, Evaluation evaluation, List<String> symbols, List<Double> entropies) {
        Predictions found = evaluation.predictions().orElseThrow();
        KernelSource counted = text.chain();
        Predictions measured =
                new Predictions(found.rows(), found.spread(), Loss.exact(evaluation.loss()));
        return new RowVerdict(
                counted, measured, Solution.of(counted, measured), symbols, entropies);
    }

    private boolean ofText() {
        return !entropies.isEmpty();
    }

    /// Whether it predicts a text better than one who knows one symbol back.
    private boolean beyond() {
        double gap = source.unigramEntropy() - source.entropyRate();
        return ofText() && loss() < source.entropyRate() - Solution.TOLERANCE * gap;
    }

    @Override
    public String word() {
        return switch (solution) {
            case Solution.Bigram _ -> beyond() ? "neither" : "bigram";
            case Solution.Unigram _ -> "unigram";
            case Solution.Neither _ -> "neither";
            case Solution.Indistinguishable _ -> "indistinguishable";
        };
    }

    @Override
    public String sentence() {
        if (beyond()) {
            return "better than the bigram: it has learned of more than the last symbol";
        }
        return switch (solution) {
            case Solution.Bigram _ ->
                    "bigram: it has learned how the next symbol depends on its context";
            case Solution.Unigram _ ->
                    "unigram: it has learned how frequent symbols are, and no more";
            case Solution.Neither _ -> "neither bigram nor unigram";
            case Solution.Indistinguishable(_, boolean learned) ->
                    "%s, so bigram and unigram are the same; %s"
                            .formatted(
                                    alike(),
                                    learned ? "it has learned them" : "it hasn't learned them");
        };
    }

    /// Why bigram and unigram are the same.
    private String alike() {
        boolean all =
                IntStream.range(0, source.contexts())
                        .allMatch(
                                c ->
                                        source.next(c).distanceTo(source.unigram())
                                                <= Distribution.TOLERANCE);
        if (!all) {
            return "contexts that occur in the long run all have the same row";
        }
        return "the rows of this source are all alike"
                + (symbols.size() == 2 && source.order() == 1 ? " (p + q = 1)" : "");
    }

    @Override
    public double loss() {
        return solution.evidence().loss().mean();
    }

    @Override
    public boolean complete() {
        return switch (solution) {
            case Solution.Bigram _ -> !ofText();
            case Solution.Indistinguishable(_, boolean learned) -> learned && !ofText();
            case Solution.Unigram _, Solution.Neither _ -> false;
        };
    }

    @Override
    public List<LossChart.Level> levels() {
        if (!ofText()) {
            return List.of(
                    new LossChart.Level("entropy rate", source.entropyRate()),
                    new LossChart.Level("unigram entropy", source.unigramEntropy()));
        }
        return IntStream.range(0, entropies.size())
                .mapToObj(k -> new LossChart.Level("entropy after " + k, entropies.get(k)))
                .toList();
    }

    @Override
    public Map<String, Object> facts() {
        Solution.Evidence evidence = solution.evidence();
        Map<String, Object> facts =
                Json.object(
                        "verdict", word(),
                        "loss", loss(),
                        "lossStandardError",
                                ofText() ? Double.NaN : evidence.loss().standardError(),
                        "entropyRate", source.entropyRate(),
                        "unigramEntropy", source.unigramEntropy(),
                        "distanceToBigram", evidence.toBigram(),
                        "distanceToUnigram", evidence.toUnigram(),
                        "directionsLearned",
                                evidence.directions().map(LearnedDirections::learned).orElse(null),
                        "directions",
                                evidence.directions().map(LearnedDirections::all).orElse(null),
                        "learned", learned(predictions),
                        "source",
                                IntStream.range(0, source.contexts())
                                        .mapToObj(c -> boxed(source.next(c)))
                                        .toList());
        if (ofText()) {
            facts.put("conditionalEntropies", entropies);
        }
        return facts;
    }

    /// The rows that a model predicts; an empty one where it was never asked.
    static List<List<Double>> learned(Predictions predictions) {
        return predictions.rows().stream()
                .map(row -> row.map(RowVerdict::boxed).orElse(List.of()))
                .toList();
    }

    static List<Double> boxed(Distribution law) {
        return Arrays.stream(law.toArray()).boxed().toList();
    }

    @Override
    public void text(PrintWriter out) {
        Solution.Evidence evidence = solution.evidence();
        if (ofText()) {
            out.printf("loss %.4f on what was held out%n", loss());
            for (int k = 0; k < entropies.size(); k++) {
                out.printf("entropy given the %d before, as counted: %.4f%n", k, entropies.get(k));
            }
        } else {
            out.printf(
                    "loss %.4f ± %s; entropy rate %.4f, unigram entropy %.4f%n",
                    loss(),
                    Verdict.uncertainty(evidence.loss().standardError()),
                    source.entropyRate(),
                    source.unigramEntropy());
        }
        out.printf(
                "mean distance of its rows from the source's %.4f, from π %.4f%n",
                evidence.toBigram(), evidence.toUnigram());
        evidence.directions()
                .ifPresent(
                        d ->
                                out.printf(
                                        "%d of %d eigen-directions learned%n",
                                        d.learned(), d.all()));
        out.println();
        table(out);
    }

    private void table(PrintWriter out) {
        List<Integer> columns = first(source.unigram(), COLUMNS);
        List<String> header = new ArrayList<>(List.of("context", "π"));
        for (int j : columns) {
            header.add("learned " + symbols.get(j));
            header.add((ofText() ? "counted " : "true ") + symbols.get(j));
        }
        Table table = new Table(header.toArray(String[]::new));
        for (int c : first(source.contextLaw(), ROWS)) {
            List<Object> cells = new ArrayList<>(List.of(context(c), source.contextLaw().mass(c)));
            Optional<Distribution> row = predictions.rows().get(c);
            for (int j : columns) {
                cells.add(row.<Object>map(law -> law.mass(j)).orElse(""));
                cells.add(source.next(c).mass(j));
            }
            table.row(cells.toArray());
        }
        table.print(out);
        if (source.contexts() > ROWS || symbols.size() > COLUMNS) {
            out.println("(more with --json)");
        }
    }

    /// What there is room for in a table: of a text the most frequent.
    private List<Integer> first(Distribution law, int most) {
        Stream<Integer> all = IntStream.range(0, law.states()).boxed();
        return (ofText() ? all.sorted(Comparator.comparingDouble(i -> -law.mass(i))) : all)
                .limit(most)
                .toList();
    }

    /// The symbols of a context, the latest last.
    private String context(int number) {
        StringBuilder text = new StringBuilder();
        int rest = number;
        for (long seen = 1; seen < source.contexts(); seen *= symbols.size()) {
            text.insert(0, symbols.get(rest % symbols.size()) + (text.isEmpty() ? "" : " "));
            rest /= symbols.size();
        }
        return text.toString();
    }
}
