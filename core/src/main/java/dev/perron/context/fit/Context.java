package dev.perron.context.fit;

import java.util.Arrays;

/// A multiset of tokens: what a prompt is to the next token, but for its query.
final class Context implements Comparable<Context> {
    private final int[] tokens; // ascending
    private final int[] masses;
    private final int hash;

    private Context(int[] tokens, int[] masses) {
        this.tokens = tokens;
        this.masses = masses;
        this.hash = 31 * Arrays.hashCode(tokens) + Arrays.hashCode(masses);
    }

    /// Of tokens in any order.
    static Context of(int... tokens) {
        int[] sorted = tokens.clone();
        Arrays.sort(sorted);
        int distinct = 0;
        for (int l = 0; l < sorted.length; l++) {
            distinct += l == 0 || sorted[l] != sorted[l - 1] ? 1 : 0;
        }
        int[] kinds = new int[distinct];
        int[] masses = new int[distinct];
        int at = -1;
        for (int l = 0; l < sorted.length; l++) {
            if (l == 0 || sorted[l] != sorted[l - 1]) {
                kinds[++at] = sorted[l];
            }
            masses[at]++;
        }
        return new Context(kinds, masses);
    }

    /// Of counts `[K]`.
    static Context ofCounts(int[] counts) {
        int distinct = 0;
        for (int count : counts) {
            distinct += count > 0 ? 1 : 0;
        }
        int[] kinds = new int[distinct];
        int[] masses = new int[distinct];
        int at = 0;
        for (int k = 0; k < counts.length; k++) {
            if (counts[k] > 0) {
                kinds[at] = k;
                masses[at++] = counts[k];
            }
        }
        return new Context(kinds, masses);
    }

    /// How many different tokens it has.
    int size() {
        return tokens.length;
    }

    /// The place of a token, negative if it isn't there.
    int place(int token) {
        return Arrays.binarySearch(tokens, token);
    }

    void copyInto(int[] token, int[] mass, int from) {
        System.arraycopy(tokens, 0, token, from, tokens.length);
        System.arraycopy(masses, 0, mass, from, masses.length);
    }

    @Override
    public int compareTo(Context other) {
        int byTokens = Arrays.compare(tokens, other.tokens);
        return byTokens != 0 ? byTokens : Arrays.compare(masses, other.masses);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Context that
                && hash == that.hash
                && Arrays.equals(tokens, that.tokens)
                && Arrays.equals(masses, that.masses);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
