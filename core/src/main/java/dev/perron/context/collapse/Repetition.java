package dev.perron.context.collapse;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How much a sequence repeats itself.
///
/// @param distinct1 different tokens, as a share of all
/// @param distinct2 different pairs in a row, as a share of all pairs
/// @param distinct3 different triples in a row, as a share of all triples
/// @param topShare the share of the most frequent token
public record Repetition(double distinct1, double distinct2, double distinct3, double topShare) {
    /// Of a sequence.
    ///
    /// @throws IllegalArgumentException if it has fewer than three tokens
    public static Repetition of(int... tokens) {
        if (tokens.length < 3) {
            throw new IllegalArgumentException(
                    "%d tokens, must be at least 3".formatted(tokens.length));
        }
        Map<Integer, Integer> times = new HashMap<>();
        for (int token : tokens) {
            times.merge(token, 1, Integer::sum);
        }
        int most = times.values().stream().mapToInt(n -> n).max().orElse(0);
        return new Repetition(
                distinct(tokens, 1),
                distinct(tokens, 2),
                distinct(tokens, 3),
                (double) most / tokens.length);
    }

    private static double distinct(int[] tokens, int n) {
        Set<List<Integer>> seen = new HashSet<>();
        int all = tokens.length - n + 1;
        for (int i = 0; i < all; i++) {
            seen.add(Arrays.stream(tokens, i, i + n).boxed().toList());
        }
        return (double) seen.size() / all;
    }
}
