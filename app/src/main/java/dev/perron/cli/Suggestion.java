package dev.perron.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// What a mistyped word was probably meant to be.
final class Suggestion {
    private static final int MOST_EDITS = 2;

    private Suggestion() {}

    /// The nearest of `known`, if it takes at most two edits of a character to get there.
    static Optional<String> near(String typed, Collection<String> known) {
        return known.stream()
                .filter(word -> edits(typed, word) <= MOST_EDITS)
                .min(Comparator.comparingInt(word -> edits(typed, word)));
    }

    /// Insertions, deletions and replacements of a character between two words.
    private static int edits(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], above[j]));
            }
            above = row;
        }
        return above[to.length()];
    }
}
