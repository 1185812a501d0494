package dev.perron.onnx;

import dev.perron.attention.Token;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// One text as a model takes it: n tokens, in order.
///
/// @param ids token ids, at least 0
/// @param typeIds which of two sentences a token is in, mostly 0
/// @param tokens what to call them
/// @param spans where in the text each token lies
public record TextInput(
        List<Integer> ids, List<Integer> typeIds, List<Token> tokens, List<Span> spans) {

    /// Characters `start` to `end`, exclusive, of a text, as a [String] counts them. Empty for a
    /// token that the text doesn't have.
    ///
    /// @param start the first character
    /// @param end the one after the last
    public record Span(int start, int end) {
        /// A stretch of text.
        ///
        /// @throws IllegalArgumentException if it starts before the text, or ends before its start
        public Span {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException(
                        "span %d to %d, must be 0 <= start <= end".formatted(start, end));
            }
        }
    }

    /// Checked, immutable copies.
    ///
    /// @throws IllegalArgumentException if there are no tokens, the lists differ in length, or an
    ///   id is negative
    public TextInput {
        ids = List.copyOf(ids);
        typeIds = List.copyOf(typeIds);
        tokens = List.copyOf(tokens);
        spans = List.copyOf(spans);
        int n = ids.size();
        if (n == 0) {
            throw new IllegalArgumentException("no tokens, must be at least 1");
        }
        if (typeIds.size() != n || tokens.size() != n || spans.size() != n) {
            throw new IllegalArgumentException(
                    "%d ids, %d type ids, %d tokens, %d spans, must be as many"
                            .formatted(n, typeIds.size(), tokens.size(), spans.size()));
        }
        for (int i = 0; i < n; i++) {
            if (ids.get(i) < 0) {
                throw new IllegalArgumentException(
                        "token %d has id %d, must be >= 0".formatted(i, ids.get(i)));
            }
        }
    }

    /// How many tokens there are.
    public int size() {
        return ids.size();
    }

    /// The first tokens of the text, `most` in all: tokens are dropped from the end, those that the
    /// text doesn't have are kept.
    ///
    /// @throws IllegalArgumentException if not one token of the text would be left
    public TextInput truncatedTo(int most) {
        long special = tokens.stream().filter(TextInput::isSpecial).count();
        if (most <= special) {
            throw new IllegalArgumentException(
                    "truncated to %d tokens, must be at least %d: %d are special"
                            .formatted(most, special + 1, special));
        }
        List<Integer> kept = new ArrayList<>();
        long room = most - special;
        for (int i = 0; i < size(); i++) {
            if (isSpecial(tokens.get(i)) || --room >= 0) {
                kept.add(i);
            }
        }
        return new TextInput(
                kept.stream().map(ids::get).toList(),
                kept.stream().map(typeIds::get).toList(),
                kept.stream().map(tokens::get).toList(),
                kept.stream().map(spans::get).toList());
    }

    /// The same with one token more at the end, which the text doesn't have.
    ///
    /// @throws IllegalArgumentException if the id is negative
    public TextInput followedBy(int id, Token token) {
        return new TextInput(
                appended(ids, id),
                appended(typeIds, typeIds.getLast()),
                appended(tokens, token),
                appended(spans, new Span(0, 0)));
    }

    private static <T> List<T> appended(List<T> list, T last) {
        List<T> longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }

    /// Whether a token is in the model's input but not in the text.
    private static boolean isSpecial(Token token) {
        return switch (token) {
            case Token.Special _ -> true;
            case Token.Piece _, Token.Patch _ -> false;
        };
    }

    static List<Integer> numbers(long[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> Math.toIntExact(values[i])).toList();
    }
}
