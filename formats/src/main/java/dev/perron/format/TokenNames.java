package dev.perron.format;

import dev.perron.attention.Token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What the keys of a file stand for.
final class TokenNames {
    /// The names that models give to what isn't text. `<0x0A>` is a byte of text.
    private static final Pattern SPECIAL =
            Pattern.compile(
                    "\\[(CLS|SEP|PAD|MASK|BOS|EOS|REG[0-9]*)]|</?s>|<(pad|mask|cls|sep|bos|eos)>|<\\|.+\\|>");

    private TokenNames() {}

    /// @param given names, before those of the sidecar
    /// @param said what else the user says, which is in the sidecar too
    /// @throws FormatException if there are more or fewer than keys
    static List<Token> of(
            List<String> given, Sidecar said, Sidecar sidecar, int keys, String where) {
        boolean patches = given.isEmpty() && said.grid().isPresent();
        List<String> names = given.isEmpty() ? sidecar.tokens() : given;
        Set<Integer> special = special(given.isEmpty() ? sidecar : said, keys, where);
        if (!names.isEmpty() && !patches) {
            if (names.size() != keys) {
                throw FormatException.of(
                        where,
                        "%d tokens for %d keys".formatted(names.size(), keys),
                        "one a key",
                        "give the tokens of this text, special ones too, with --tokens");
            }
            boolean known = (given.isEmpty() ? sidecar : said).special().isPresent();
            return named(names, known ? Optional.of(special) : Optional.empty());
        }
        int prefix = sidecar.prefix().orElse(0);
        List<Token> tokens = new ArrayList<>();
        if (sidecar.grid().isPresent()) {
            Sidecar.Grid grid = sidecar.grid().get();
            if (prefix + grid.rows() * grid.columns() != keys) {
                throw FormatException.of(
                        where,
                        "%d keys for %d tokens of prefix and a grid of %d x %d"
                                .formatted(keys, prefix, grid.rows(), grid.columns()),
                        "%d keys".formatted(prefix + grid.rows() * grid.columns()),
                        "correct prefix and grid in the sidecar");
            }
            addPrefix(prefix, tokens);
            for (int row = 0; row < grid.rows(); row++) {
                for (int column = 0; column < grid.columns(); column++) {
                    tokens.add(new Token.Patch(row, column));
                }
            }
            return tokens;
        }
        if (prefix > keys) {
            throw FormatException.of(
                    where,
                    "a prefix of %d for %d keys".formatted(prefix, keys),
                    "at most as many",
                    "correct prefix in the sidecar");
        }
        addPrefix(prefix, tokens);
        for (int i = prefix; i < keys; i++) {
            String number = String.valueOf(i);
            tokens.add(special.contains(i) ? new Token.Special(number) : new Token.Piece(number));
        }
        return tokens;
    }

    private static Set<Integer> special(Sidecar said, int keys, String where) {
        List<Integer> positions = said.special().orElse(List.of());
        for (int position : positions) {
            if (position < 0 || position >= keys) {
                throw FormatException.of(
                        where,
                        "a special token at position %d".formatted(position),
                        "positions from 0 to %d".formatted(keys - 1),
                        "correct the special tokens");
            }
        }
        return Set.copyOf(positions);
    }

    /// A class token first, then registers.
    private static void addPrefix(int prefix, List<Token> tokens) {
        for (int i = 0; i < prefix; i++) {
            tokens.add(new Token.Special(i == 0 ? "[CLS]" : "[REG%d]".formatted(i)));
        }
    }

    private static List<Token> named(List<String> names, Optional<Set<Integer>> special) {
        if (special.isEmpty()) {
            return names.stream().map(TokenNames::token).toList();
        }
        Set<Integer> added = special.get();
        return IntStream.range(0, names.size())
                .mapToObj(
                        i ->
                                added.contains(i)
                                        ? (Token) new Token.Special(names.get(i))
                                        : new Token.Piece(names.get(i)))
                .toList();
    }

    private static Token token(String name) {
        return SPECIAL.matcher(name).matches() ? new Token.Special(name) : new Token.Piece(name);
    }
}
