package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.chain.Restriction;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Which states of two chains stand for the same token.
///
/// @param one states of the first, ascending
/// @param other those of the second, as many
record CommonTokens(List<Integer> one, List<Integer> other) {
    /// The most pairs of tokens that are looked at: 256 MB of numbers.
    private static final long MOST_PAIRS = 1L << 26;

    CommonTokens {
        one = List.copyOf(one);
        other = List.copyOf(other);
    }

    /// State by state.
    ///
    /// @throws Failure if there aren't as many
    static CommonTokens all(Subject one, Subject other) {
        if (one.states() != other.states()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s has %d tokens, %s has %d, must be as many; give attention to the same text, or compare what they have in common with --common-tokens"
                            .formatted(one.model(), one.states(), other.model(), other.states()));
        }
        List<Integer> states = IntStream.range(0, one.states()).boxed().toList();
        return new CommonTokens(states, states);
    }

    /// The longest sequence of labels that both have, in order.
    ///
    /// @throws Failure if there are fewer than two, or too many to look for
    static CommonTokens longest(Subject one, Subject other) {
        List<String> a = one.labels();
        List<String> b = other.labels();
        if ((long) (a.size() + 1) * (b.size() + 1) > MOST_PAIRS) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--common-tokens of %d and %d tokens, must be at most %d pairs; take shorter texts"
                            .formatted(a.size(), b.size(), MOST_PAIRS));
        }
        int[][] length = new int[a.size() + 1][b.size() + 1]; // from i and j to the ends
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                length[i][j] =
                        a.get(i).equals(b.get(j))
                                ? length[i + 1][j + 1] + 1
                                : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        List<Integer> inOne = new ArrayList<>();
        List<Integer> inOther = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < a.size() && j < b.size()) {
            if (a.get(i).equals(b.get(j))) {
                inOne.add(i++);
                inOther.add(j++);
            } else if (length[i + 1][j] >= length[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        if (inOne.size() < 2) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s and %s have %d tokens in common, must be at least 2; give attention to the same text"
                            .formatted(one.model(), other.model(), inOne.size()));
        }
        return new CommonTokens(inOne, inOther);
    }

    /// A chain on some of its states, rows renormalised.
    ///
    /// @throws Failure if a row has nothing left
    static Subject restricted(Subject subject, List<Integer> states) {
        if (states.size() == subject.states()) {
            return subject;
        }
        return switch (Restriction.of(subject.transition(), states)) {
            case Restriction.Renormalised(var chain) ->
                    new Subject(
                            subject.source(),
                            subject.extent(),
                            new AttentionChain.Defined(
                                    chain,
                                    states.stream().map(subject.chain().positions()::get).toList(),
                                    subject.chain().heads()),
                            subject.weighting(),
                            subject.specialTokens());
            case Restriction.NothingLeft(int state) ->
                    throw new Failure(
                            ExitCode.NUMERICAL,
                            "%s, %s: token %s attends to none of the tokens in common; give attention to the same text"
                                    .formatted(
                                            subject.model(),
                                            subject.heads(),
                                            subject.named(state)));
        };
    }

    /// Where two subjects, state by state, don't have the same tokens, in words; nothing if they
    /// do.
    static List<String> remarks(Subject one, Subject other) {
        List<Integer> differ =
                IntStream.range(0, one.states())
                        .filter(s -> !one.token(s).label().equals(other.token(s).label()))
                        .boxed()
                        .toList();
        return differ.isEmpty()
                ? List.of()
                : List.of(
                        "%d of %d tokens have other names, the first %s and %s: compared by position"
                                .formatted(
                                        differ.size(),
                                        one.states(),
                                        one.named(differ.getFirst()),
                                        other.named(differ.getFirst())));
    }
}
