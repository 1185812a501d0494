package dev.perron.transformer;

import dev.perron.chain.Distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sums up what a model predicts on sequences of a source. Not safe to share between threads.
public final class PredictionTally {
    private final KnownSource source;
    private final List<Distribution> next; // [contexts]
    private final double[] sums; // [contexts, S]
    private final double[] squares; // [contexts, S]
    private final long[] counts; // [contexts]
    private long sequences;
    private double losses;
    private double squaredLosses;

    /// A tally of nothing yet.
    public PredictionTally(KnownSource source) {
        this.source = source;
        this.next = new ArrayList<>();
        for (int c = 0; c < source.contexts(); c++) {
            next.add(source.next(c));
        }
        this.sums = new double[source.contexts() * source.symbols()];
        this.squares = new double[sums.length];
        this.counts = new long[source.contexts()];
    }

    /// Adds one sequence. Its first k-1 places, where the context isn't complete, are left out.
    ///
    /// @param tokens where the sequence is, from `at`
    /// @param length of the sequence, at least k
    /// @param predicted `[length, S]` from `predictedAt`: the law of the symbol after each place
    /// @throws IllegalArgumentException if the sequence is shorter than k
    public void add(int[] tokens, int at, int length, double[] predicted, int predictedAt) {
        int order = source.order();
        int symbols = source.symbols();
        if (length < order) {
            throw new IllegalArgumentException(
                    "sequence of %d symbols, must be at least the order %d"
                            .formatted(length, order));
        }
        double loss = 0;
        for (int t = order - 1; t < length; t++) {
            int context = source.contextAt(tokens, at + t);
            int row = predictedAt + t * symbols;
            counts[context]++;
            for (int j = 0; j < symbols; j++) {
                sums[context * symbols + j] += predicted[row + j];
                squares[context * symbols + j] += predicted[row + j] * predicted[row + j];
            }
            loss += Predictions.crossEntropy(next.get(context), predicted, row);
        }
        loss /= length - order + 1;
        sequences++;
        losses += loss;
        squaredLosses += loss * loss;
    }

    /// What was predicted on all sequences so far.
    ///
    /// @throws IllegalStateException if there are none
    public Predictions predictions() {
        if (sequences == 0) {
            throw new IllegalStateException("no sequences, must be at least 1");
        }
        int symbols = source.symbols();
        List<Optional<Distribution>> rows = new ArrayList<>();
        double variance = 0;
        long places = 0;
        double[] row = new double[symbols];
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] == 0) {
                rows.add(Optional.empty());
                continue;
            }
            places += counts[c];
            for (int j = 0; j < symbols; j++) {
                row[j] = sums[c * symbols + j];
                double mean = row[j] / counts[c];
                variance += squares[c * symbols + j] - counts[c] * mean * mean;
            }
            rows.add(Optional.of(Distribution.proportionalTo(row)));
        }
        return new Predictions(
                rows,
                Math.sqrt(Math.max(0, variance) / (places * symbols)),
                Loss.ofSequences(losses / sequences, squaredLosses / sequences, sequences));
    }
}
