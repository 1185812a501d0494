package dev.perron.format;

import dev.perron.attention.RowPolicy;
import dev.perron.attention.SeenKeys;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a file doesn't say, or says wrong. What is given here goes before what the file or its
/// sidecar says.
///
/// @param array which array, or which group of numbered arrays by the text before the number; empty
///   where there is only one
/// @param axes what the axes count
/// @param batch which sample, from 0
/// @param rows what becomes of rows that aren't distributions
/// @param tokens what the keys stand for; empty if not said
/// @param padding positions that are no tokens, and become no states
/// @param said what else is said of the tokens, as a sidecar would: special ones, prefix, grid
/// @param scores which keys a query sees, where the file holds scores before the softmax; empty
///   where it holds attention
public record ReadOptions(
        Optional<String> array,
        Optional<Axes> axes,
        OptionalInt batch,
        RowPolicy rows,
        List<String> tokens,
        List<Integer> padding,
        Sidecar said,
        Optional<SeenKeys> scores) {
    /// Copies the lists.
    public ReadOptions {
        tokens = List.copyOf(tokens);
        padding = List.copyOf(padding);
    }

    /// Nothing is said, and rows must be distributions.
    public static ReadOptions defaults() {
        return new ReadOptions(
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                RowPolicy.STRICT,
                List.of(),
                List.of(),
                Sidecar.empty(),
                Optional.empty());
    }

    /// The same for one array, or one group of arrays.
    public ReadOptions withArray(String name) {
        return new ReadOptions(Optional.of(name), axes, batch, rows, tokens, padding, said, scores);
    }

    /// The same with these axes.
    public ReadOptions withAxes(Axes chosen) {
        return new ReadOptions(
                array, Optional.of(chosen), batch, rows, tokens, padding, said, scores);
    }

    /// The same for one sample of a batch.
    public ReadOptions withBatch(int sample) {
        return new ReadOptions(
                array, axes, OptionalInt.of(sample), rows, tokens, padding, said, scores);
    }

    /// The same with another policy for rows.
    public ReadOptions withRows(RowPolicy policy) {
        return new ReadOptions(array, axes, batch, policy, tokens, padding, said, scores);
    }

    /// The same with these tokens.
    public ReadOptions withTokens(List<String> names) {
        return new ReadOptions(array, axes, batch, rows, names, padding, said, scores);
    }

    /// The same with these positions as padding.
    public ReadOptions withPadding(List<Integer> positions) {
        return new ReadOptions(array, axes, batch, rows, tokens, positions, said, scores);
    }

    /// The same with what a sidecar would say, before what one says.
    public ReadOptions withSaid(Sidecar sidecar) {
        return new ReadOptions(array, axes, batch, rows, tokens, padding, sidecar, scores);
    }

    /// The same of a file of scores before the softmax.
    public ReadOptions withScores(SeenKeys seen) {
        return new ReadOptions(array, axes, batch, rows, tokens, padding, said, Optional.of(seen));
    }
}
