package dev.perron.attention.model;

import dev.perron.attention.Token;

import java.util.ArrayList;
import java.util.Comparator;
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

    /// How many of them the text doesn't have: special ones.
    public int special() {
        return (int) tokens.stream().filter(TextInput::isSpecial).count();
    }

    /// The first tokens of the text, `most` in all: tokens are dropped from the end, those that the
    /// text doesn't have are kept.
    ///
    /// @throws IllegalArgumentException if not one token of the text would be left
    public TextInput truncatedTo(int most) {
        return between(positions(true), positions(false), 0, room(most));
    }

    /// The text in parts of at most `most` tokens each, special ones included, which every part has
    /// all of. The last part is the first one that reaches the end of the text, and may be shorter.
    ///
    /// @param stride tokens of the text from the start of a part to that of the next
    /// @throws IllegalArgumentException if not one token of the text has room in a part, or tokens
    ///   would be left out between parts
    public List<TextWindow> windows(int most, int stride) {
        int room = room(most);
        if (stride < 1 || stride > room) {
            throw new IllegalArgumentException(
                    "parts %d tokens apart, must be from 1 to %d, what a part has of the text"
                            .formatted(stride, room));
        }
        List<Integer> special = positions(true);
        List<Integer> own = positions(false);
        List<TextWindow> windows = new ArrayList<>();
        int start = 0;
        do {
            windows.add(new TextWindow(windows.size(), start, between(special, own, start, room)));
            start += stride;
        } while (start - stride + room < own.size());
        return windows;
    }

    /// How many tokens of the text a part of so many tokens has.
    private int room(int most) {
        int special = special();
        if (most <= special) {
            throw new IllegalArgumentException(
                    "room for %d tokens, must be at least %d: %d are special"
                            .formatted(most, special + 1, special));
        }
        return most - special;
    }

    private List<Integer> positions(boolean special) {
        return IntStream.range(0, size())
                .filter(i -> isSpecial(tokens.get(i)) == special)
                .boxed()
                .toList();
    }

    /// `count` tokens of the text from its token `start` on, as far as there are, and all special
    /// ones.
    private TextInput between(List<Integer> special, List<Integer> own, int start, int count) {
        List<Integer> kept = new ArrayList<>(special);
        kept.addAll(own.subList(start, Math.min(start + count, own.size())));
        kept.sort(Comparator.naturalOrder());
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
}
