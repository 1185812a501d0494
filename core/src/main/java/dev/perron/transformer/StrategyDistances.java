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
    /// @param standardError of that mean, from how the sequences differ; NaN of one sequence, from
    ///   which it can't be known
    /// @param apart mean of KL(strategy ‖ other) for the nearest other strategy, on the same places
    /// @param loss of the strategy itself on the symbols that followed, mean in nats a token
    public record Distance(
            Strategy strategy, double nats, double standardError, double apart, double loss) {}

    private final int symbols;
    private final double concentration;
    private final List<Strategy> strategies;
    private final double[] sums;
    private final double[] squares;
    private final double[][] apart; // [strategy][other]
    private final double[] losses;
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
        this.apart = new double[all.size()][all.size()];
        this.losses = new double[all.size()];
    }

    /// Adds one sequence.
    ///
    /// @param tokens where the sequence is, from `at`: `length` symbols, and the one after them
    /// @param predicted `[length, S]` from `predictedAt`: the law of the symbol after each place
    public void add(int[] tokens, int at, int length, double[] predicted, int predictedAt) {
        double[][] laws = new double[sums.length][length * symbols];
        for (int s = 0; s < sums.length; s++) {
            strategies.get(s).predict(symbols, concentration, tokens, at, length, laws[s]);
            double distance = divergence(laws[s], predicted, predictedAt) / length;
            sums[s] += distance;
            squares[s] += distance * distance;
            double loss = 0;
            for (int t = 0; t < length; t++) {
                loss -= Math.log(laws[s][t * symbols + tokens[at + t + 1]]);
            }
            losses[s] += loss / length;
        }
        for (int s = 0; s < sums.length; s++) {
            for (int other = 0; other < sums.length; other++) {
                apart[s][other] += divergence(laws[s], laws[other], 0) / length;
            }
        }
        sequences++;
    }

    /// KL(law ‖ other), summed over places.
    private static double divergence(double[] law, double[] other, int at) {
        double sum = 0;
        for (int i = 0; i < law.length; i++) {
            sum += law[i] * Math.log(law[i] / other[at + i]);
        }
        return sum;
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
            double error = Loss.standardError(mean, squares[s] / sequences, sequences);
            double nearest = Double.POSITIVE_INFINITY;
            for (int other = 0; other < sums.length; other++) {
                if (other != s) {
                    nearest = Math.min(nearest, apart[s][other] / sequences);
                }
            }
            distances.add(
                    new Distance(strategies.get(s), mean, error, nearest, losses[s] / sequences));
        }
        return distances;
    }
}
