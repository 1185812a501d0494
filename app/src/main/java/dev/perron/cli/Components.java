package dev.perron.cli;

import java.util.List;
import java.util.stream.Collectors;

/// Sets of tokens in words.
final class Components {
    private static final int MOST = 6;

    private Components() {}

    /// `{a b} with {c}`.
    static String words(List<List<Integer>> components, Vocabulary vocabulary) {
        String shown =
                components.stream()
                        .limit(MOST)
                        .map(
                                component ->
                                        component.stream()
                                                .limit(MOST)
                                                .map(vocabulary::name)
                                                .collect(
                                                        Collectors.joining(
                                                                " ",
                                                                "{",
                                                                component.size() > MOST
                                                                        ? " ...}"
                                                                        : "}")))
                        .collect(Collectors.joining(" with "));
        return components.size() > MOST
                ? shown + " and %d more".formatted(components.size() - MOST)
                : shown;
    }
}
