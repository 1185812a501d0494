package dev.perron.onnx;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A cache of earlier tokens' keys or values as an input, `[batch, heads, past, d]`, or both
/// stacked, `[2, batch, heads, past, d]`: one text has no earlier tokens, so it is given empty.
final class PastInput {
    private PastInput() {}

    /// Whether exporters call a cache so: `past_key_values.0.key`, `past_0`.
    static boolean isName(String name) {
        return name.startsWith("past");
    }

    /// The shape of an empty one, where the input is a cache of which nothing else is left open.
    static Optional<long[]> emptyShape(TensorDescription input) {
        List<String> axes = input.shape();
        int rank = axes.size();
        if (!isName(input.name()) || (rank != 4 && rank != 5)) {
            return Optional.empty();
        }
        int batch = rank - 4;
        int past = rank - 2;
        boolean open =
                IntStream.range(0, rank)
                        .anyMatch(i -> i != batch && i != past && !isNumber(axes.get(i)));
        if (open || isNumber(axes.get(past))) {
            return Optional.empty();
        }
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++) {
            shape[i] = i == past ? 0 : i == batch ? 1 : Long.parseLong(axes.get(i));
        }
        return Optional.of(shape);
    }

    private static boolean isNumber(String axis) {
        return axis.matches("[0-9]{1,9}");
    }
}
