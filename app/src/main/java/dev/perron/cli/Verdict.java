package dev.perron.cli;

import dev.perron.figure.LossChart;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/// What a model has learned, judged from what it predicts.
sealed interface Verdict permits RowVerdict, StrategyVerdict {
    /// In a word: `bigram`, `unigram`, `neither`, ...
    String word();

    /// In a sentence.
    String sentence();

    /// The loss that it was judged by, in nats a token.
    double loss();

    /// Whether there is nothing more to learn.
    boolean complete();

    /// Losses that mean something.
    List<LossChart.Level> levels();

    /// What a document says of it, the loss among it.
    Map<String, Object> facts();

    /// What a person reads below the sentence, in the end a table.
    void text(PrintWriter out);

    /// Two standard errors in a text.
    static String uncertainty(double standardError) {
        return Double.isNaN(standardError) ? "unknown" : "%.4f".formatted(2 * standardError);
    }
}
