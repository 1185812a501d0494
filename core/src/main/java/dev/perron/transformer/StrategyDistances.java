package dev.perron.transformer;

import java.util.ArrayList;
import java.util.List;

/// How far a model's predictions are from each strategy in context: the mean over places and
/// sequences of KL(strategy ‖ model) in nats. Not safe to share between threads.
public final class StrategyDistances {
    /// One of the distances.
    ///
    /// @param strategy that the model is compared with
    /// @param nats mean of KL(strategy ‖ model); infinite where the model has no mass and the
    ///   strategy has
    /// @param standardError of that mean, from how the sequences differ
    public record Distance(Strategy strategy, double nats, double standardError) {}

    private final int symbols;
    private final double concentration;
    private final List<Strategy> strategies;
    private final double[] sums;
    private final double[] squares;
    private long sequences;

    /// Distances from uniform, unigram and the strategies of order 1 to `order`.
    ///
    /// @param symbols S
    /// @param order the longest context, at least 1
    /// @param concentration that the strategies add to each count: that of the source
    public StrategyDistances(int symbols, int order, double concentration) {
        this.symbols = symbols;
        this.concentration = concentration;
        List<Strategy> all =
                new ArrayList<>(List.of(new Strategy.Uniform(), new Strategy.Unigram()));
        for (int k = 1; k <= order; k++) {
            all.add(new Strategy.AfterContext(k));
        }
        this.strategies = List.copyOf(all);
        this.sums = new double[all.size()];
        this.squares = new double[all.size()];
    }

    /// Adds one sequence.
    ///
    /// @param tokens where the sequence is, from `at`
    /// @param predicted `[length, S]` from `predictedAt`: the law of the symbol after each place
    public void add(int[] tokens, int at, int length, double[] predicted, int predictedAt) {
        double[] law = new double[length * symbols];
        for (int s = 0; s < sums.length; s++) {
            strategies.get(s).predict(symbols, concentration, tokens, at, length, law);
            double sum = 0;
            for (int i = 0; i < law.length; i++) {
                sum += law[i] * Math.log(law[i] / predicted[predictedAt + i]);
            }
            sums[s] += sum / length;
            squares[s] += sum / length * (sum / length);
        }
        sequences++;
    }

    /// The distances so far, in the order uniform, unigram, order 1, 2, ...
    ///
    /// @throws IllegalStateException if there are no sequences
    public List<Distance> distances() {
        if (sequences == 0) {
            throw new IllegalStateException("no sequences, must be at least 1");
        }
        List<Distance> distances = new ArrayList<>();
        for (int s = 0; s < sums.length; s++) {
            double mean = sums[s] / sequences;
            double variance = Math.max(0, squares[s] / sequences - mean * mean);
            double error = Math.sqrt(variance / Math.max(1, sequences - 1));
            distances.add(new Distance(strategies.get(s), mean, error));
        }
        return distances;
    }
}
