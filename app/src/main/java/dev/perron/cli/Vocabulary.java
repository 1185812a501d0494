package dev.perron.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// What tokens are called, by their numbers.
final class Vocabulary {
    private final List<String> names;
    private final Map<String, Integer> numbers = new HashMap<>();

    private Vocabulary(List<String> names) {
        this.names = List.copyOf(names);
        for (int i = 0; i < names.size(); i++) {
            numbers.put(names.get(i), i);
        }
    }

    /// Tokens of these names.
    ///
    /// @throws Failure if a name is there twice, or empty
    static Vocabulary of(List<String> names) {
        if (new HashSet<>(names).size() < names.size() || names.contains("")) {
            throw new Failure(
                    ExitCode.USAGE,
                    "vocabulary %s, names must differ and not be empty".formatted(names));
        }
        return new Vocabulary(names);
    }

    /// Tokens 0, 1, ..., called by their numbers.
    static Vocabulary ofNumbers(int tokens) {
        return new Vocabulary(IntStream.range(0, tokens).mapToObj(String::valueOf).toList());
    }

    int size() {
        return names.size();
    }

    String name(int token) {
        return names.get(token);
    }

    List<String> names() {
        return names;
    }

    /// The names of some tokens.
    List<String> names(List<Integer> tokens) {
        return tokens.stream().map(names::get).toList();
    }

    /// A token's number, if there is one of that name.
    OptionalInt number(String name) {
        Integer number = numbers.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /// The numbers of tokens separated by spaces.
    ///
    /// @param where it was said, for messages
    /// @throws Failure if there are none, or one is unknown
    int[] parse(String where, String text) {
        if (text.isBlank()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s: the prompt is empty, must have at least one token; give tokens separated"
                                    .formatted(where)
                            + " by spaces");
        }
        return java.util.Arrays.stream(text.strip().split("\\s+"))
                .mapToInt(
                        name ->
                                number(name)
                                        .orElseThrow(
                                                () ->
                                                        new Failure(
                                                                ExitCode.INPUT,
                                                                "%s: no token '%s', must be one of %s"
                                                                        .formatted(
                                                                                where, name,
                                                                                shown()))))
                .toArray();
    }

    /// Few enough to be read.
    String shown() {
        return String.join(" ", names.subList(0, Math.min(12, size())))
                + (size() > 12 ? " ..." : "");
    }
}
