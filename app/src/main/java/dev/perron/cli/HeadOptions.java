package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.stream.IntStream;

/// Which heads become one chain, and what becomes of special tokens in it.
final class HeadOptions {
    /// How heads become one chain.
    enum Heads {
        MEAN,
        LAMBDA2
    }

    @Option(
            names = "--layer",
            paramLabel = "N|all",
            description =
                    "The layer, from 0; -1 is the last one (default); all takes every layer"
                            + " (default for --image).")
    private @Nullable String layer;

    @Option(
            names = "--head",
            paramLabel = "N",
            description = "One head of that layer, from 0; by default all its heads are averaged.")
    private @Nullable Integer head;

    @Option(
            names = "--heads",
            paramLabel = "HOW",
            description =
                    "How heads are averaged: mean (default), or lambda2, weighted by |λ₂|, so that"
                            + " heads that hold groups of tokens count for more.")
    private @Nullable Heads heads;

    @Option(
            names = "--special-tokens",
            defaultValue = "keep",
            paramLabel = "HOW",
            description =
                    "What becomes of tokens such as [CLS]: keep (default); drop, and renormalise"
                            + " rows; censor, watch the chain only outside them.")
    private SpecialTokens specialTokens = SpecialTokens.KEEP;

    SpecialTokens specialTokens() {
        return specialTokens;
    }

    /// @throws Failure if the options contradict each other
    void requireConsistent() {
        if (head != null && heads != null) {
            throw new Failure(
                    ExitCode.USAGE, "--head and --heads exclude each other; give one of them");
        }
        if (head != null && layer().equals("all")) {
            throw new Failure(
                    ExitCode.USAGE, "--head %d needs one layer; give --layer N".formatted(head));
        }
    }

    /// @throws Failure if something is said of one head or of an average
    void requireEach() {
        if (head != null || heads != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--each-head takes all heads of a layer; leave out --head and --heads");
        }
    }

    /// @throws Failure if something is said of heads, for what takes all and keeps all tokens
    void requireAll(String what) {
        if (head != null || heads != null || specialTokens != SpecialTokens.KEEP) {
            throw new Failure(
                    ExitCode.USAGE,
                    "%s takes the mean of all heads and keeps all tokens; leave out --head, --heads and --special-tokens"
                            .formatted(what));
        }
    }

    private String layer() {
        return layer == null ? "-1" : layer;
    }

    /// The same for a photograph: every layer where none is said. In the last layers of a vision
    /// model a few patches of background hold most attention, and the subject shows in those
    /// before.
    HeadOptions ofImage() {
        HeadOptions same = copy();
        same.layer = layer == null ? "all" : layer;
        return same;
    }

    /// The same, with what is said of another chain.
    HeadOptions other(OtherOptions other) {
        HeadOptions same = copy();
        same.layer = other.layer().orElse(layer);
        same.head = other.head().orElse(head);
        return same;
    }

    private HeadOptions copy() {
        HeadOptions same = new HeadOptions();
        same.layer = layer;
        same.head = head;
        same.heads = heads;
        same.specialTokens = specialTokens;
        return same;
    }

    /// The layers that are meant, of these.
    ///
    /// @throws Failure if there is none of that number
    List<Integer> layers(List<Integer> there) {
        return layers(layer(), there);
    }

    /// The layers that are meant, of a model that has `count`.
    ///
    /// @throws Failure if there is none of that number
    List<Integer> layers(int count) {
        return layers(layer(), count);
    }

    /// How the heads of these layers become one chain.
    ///
    /// @param count heads of each layer
    /// @throws Failure if there is no such head
    HeadWeighting weighting(int count, List<Integer> layers) {
        if (head != null) {
            int layerNumber = layers.getFirst();
            return new HeadWeighting.Single(
                    layerNumber, fromEnd("--head", head, count, "layer " + layerNumber));
        }
        return heads == Heads.LAMBDA2 ? new HeadWeighting.ByLambda2() : new HeadWeighting.Mean();
    }

    /// The chain, where there is one.
    ///
    /// @throws Failure if there is none
    static AttentionChain.Defined defined(AttentionChain chain) {
        return switch (chain) {
            case AttentionChain.Defined found -> found;
            case AttentionChain.Undefined(String explanation) ->
                    throw new Failure(ExitCode.NUMERICAL, explanation);
        };
    }

    /// The layers that `--layer` names, of a model that has `count`.
    ///
    /// @throws Failure if it names none
    static List<Integer> layers(String named, int count) {
        return layers(named, IntStream.range(0, count).boxed().toList());
    }

    /// The layers that `--layer` names, of a model or file that has these.
    ///
    /// @throws Failure if it names none
    static List<Integer> layers(String named, List<Integer> there) {
        if (named.equals("all")) {
            return there;
        }
        try {
            int number = Integer.parseInt(named);
            if (there.contains(number)) {
                return List.of(number);
            }
            int count = there.size();
            if (number >= 0 && there.getLast() != count - 1) {
                throw new Failure(
                        ExitCode.INPUT, "--layer %d, must be one of %s".formatted(number, there));
            }
            return List.of(there.get(fromEnd("--layer", number, count, "the model")));
        } catch (NumberFormatException e) {
            throw new Failure(
                    ExitCode.USAGE, "--layer %s, must be a number or all".formatted(named));
        }
    }

    private static int fromEnd(String option, int number, int count, String where) {
        int counted = number < 0 ? count + number : number;
        if (counted < 0 || counted >= count) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s %d, must be from 0 to %d (or -%d to -1): %s has %d"
                            .formatted(option, number, count - 1, count, where, count));
        }
        return counted;
    }
}
