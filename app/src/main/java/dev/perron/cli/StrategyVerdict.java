package dev.perron.cli;

import dev.perron.figure.LossChart;
import dev.perron.transformer.ContextSolution;
import dev.perron.transformer.Evaluation;
import dev.perron.transformer.Strategy;
import dev.perron.transformer.StrategyDistances.Distance;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/// What a model does in context, where each sequence has a source of its own: which of the
/// strategies it predicts as.
///
/// @param loss on the symbols that followed
/// @param solution the judgement
/// @param distances from all strategies, the best last
record StrategyVerdict(double loss, ContextSolution solution, List<Distance> distances)
        implements Verdict {
    /// Copies the list.
    StrategyVerdict {
        distances = List.copyOf(distances);
    }

    static StrategyVerdict of(Evaluation evaluation) {
        return new StrategyVerdict(
                evaluation.loss(),
                evaluation.contextSolution().orElseThrow(),
                evaluation.strategies());
    }

    @Override
    public String word() {
        return switch (solution) {
            case ContextSolution.Follows(Distance nearest) -> name(nearest.strategy());
            case ContextSolution.Neither _ -> "neither";
        };
    }

    /// `uniform`, `unigram`, `bigram`, `order 2`.
    private static String name(Strategy strategy) {
        return switch (strategy) {
            case Strategy.Uniform() -> "uniform";
            case Strategy.Unigram() -> "unigram";
            case Strategy.AfterContext(int order) -> order == 1 ? "bigram" : "order " + order;
        };
    }

    @Override
    public String sentence() {
        return switch (solution) {
            case ContextSolution.Follows(Distance nearest) ->
                    switch (nearest.strategy()) {
                        case Strategy.Uniform() ->
                                "uniform: it predicts all symbols alike, whatever it has read";
                        case Strategy.Unigram() ->
                                "unigram: it predicts symbols as often as they came in the"
                                        + " sequence";
                        case Strategy.AfterContext(int order) ->
                                "%s: it predicts what came after the same %s in the sequence"
                                        .formatted(
                                                name(nearest.strategy()),
                                                order == 1 ? "symbol" : order + " symbols");
                    };
            case ContextSolution.Neither(Distance nearest) ->
                    "none of the strategies, or not yet; the nearest is "
                            + name(nearest.strategy());
        };
    }

    @Override
    public boolean complete() {
        return solution instanceof ContextSolution.Follows(Distance nearest)
                && nearest.strategy().equals(distances.getLast().strategy());
    }

    @Override
    public List<LossChart.Level> levels() {
        return distances.stream()
                .map(d -> new LossChart.Level(name(d.strategy()), d.loss()))
                .toList();
    }

    @Override
    public Map<String, Object> facts() {
        return Json.object(
                "verdict",
                word(),
                "loss",
                loss,
                "nearest",
                name(solution.nearest().strategy()),
                "strategies",
                distances.stream()
                        .map(
                                d ->
                                        Json.object(
                                                "strategy", name(d.strategy()),
                                                "distance", d.nats(),
                                                "standardError", d.standardError(),
                                                "apart", d.apart(),
                                                "loss", d.loss()))
                        .toList());
    }

    @Override
    public void text(PrintWriter out) {
        out.printf("loss %.4f%n", loss);
        out.println();
        Table table = new Table("strategy", "its loss", "distance", "±", "from the next");
        for (Distance d : distances) {
            table.row(
                    name(d.strategy()),
                    d.loss(),
                    d.nats(),
                    Verdict.uncertainty(d.standardError()),
                    d.apart());
        }
        table.print(out);
        out.println(
                "(distance: mean KL divergence of the model from the strategy, in nats a token)");
    }
}
