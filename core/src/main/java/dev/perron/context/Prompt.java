package dev.perron.context;

import java.util.Arrays;

/// A prompt: tokens in order, at least one. The last one is the query. Immutable.
public final class Prompt {
    private final int[] tokens;

    private Prompt(int[] tokens) {
        this.tokens = tokens;
    }

    /// The prompt of these tokens.
    ///
    /// @throws IllegalArgumentException if there are none, or one is negative
    public static Prompt of(int... tokens) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("the prompt is empty, must have at least one token");
        }
        for (int l = 0; l < tokens.length; l++) {
            if (tokens[l] < 0) {
                throw new IllegalArgumentException(
                        "token %d at position %d, must be at least 0".formatted(tokens[l], l));
            }
        }
        return new Prompt(tokens.clone());
    }

    /// L, the number of tokens.
    public int length() {
        return tokens.length;
    }

    /// The token at a position, from 0.
    public int token(int position) {
        return tokens[position];
    }

    /// The last token.
    public int query() {
        return tokens[tokens.length - 1];
    }

    /// The tokens, a copy.
    public int[] toArray() {
        return tokens.clone();
    }

    /// The same prompt with one token more, which is then the query.
    ///
    /// @throws IllegalArgumentException if the token is negative
    public Prompt followedBy(int token) {
        int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
        longer[tokens.length] = token;
        return of(longer);
    }

    /// How often each of `vocabulary` tokens stands in it.
    ///
    /// @throws IllegalArgumentException if one of its tokens isn't among them
    public int[] counts(int vocabulary) {
        requireWithin(vocabulary);
        int[] counts = new int[vocabulary];
        for (int token : tokens) {
            counts[token]++;
        }
        return counts;
    }

    /// Checks that all tokens are among 0, ..., `vocabulary` - 1.
    ///
    /// @throws IllegalArgumentException if one isn't
    public void requireWithin(int vocabulary) {
        for (int l = 0; l < tokens.length; l++) {
            if (tokens[l] >= vocabulary) {
                throw new IllegalArgumentException(
                        "token %d at position %d, must be from 0 to %d"
                                .formatted(tokens[l], l, vocabulary - 1));
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prompt that && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(tokens);
    }

    @Override
    public String toString() {
        return Arrays.toString(tokens);
    }
}
