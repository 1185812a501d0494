package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.SpecialTokens;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.stream.IntStream;

/// Which chain a question is asked of: the input, the layer, the heads, the special tokens.
final class ChainOptions {
    /// How heads become one chain.
    enum Heads {
        MEAN,
        LAMBDA2
    }

    @Mixin private InputOptions input = new InputOptions();

    @Option(
            names = "--layer",
            defaultValue = "-1",
            paramLabel = "N|all",
            description = "The layer, from 0; -1 is the last one (default); all takes every layer.")
    private String layer = "-1";

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

    /// Reads the input and makes the chain.
    Subject read(Progress progress) {
        if (head != null && heads != null) {
            throw new Failure(
                    ExitCode.USAGE, "--head and --heads exclude each other; give one of them");
        }
        if (head != null && layer.equals("all")) {
            throw new Failure(
                    ExitCode.USAGE, "--head %d needs one layer; give --layer N".formatted(head));
        }
        try (OnnxModel model = input.open()) {
            List<Integer> layers = layers(layer, model.layers());
            TextInput tokens = input.tokens(model);
            progress.at("running " + model.description().name());
            AttentionTensor tensor = model.attend(tokens, layers);
            HeadWeighting weighting = weighting(tensor, layers);
            return switch (AttentionChain.of(tensor, weighting, specialTokens)) {
                case AttentionChain.Defined chain ->
                        new Subject(
                                model.description().name(),
                                model.sha256(),
                                tensor,
                                chain,
                                weighting,
                                specialTokens);
                case AttentionChain.Undefined(String explanation) ->
                        throw new Failure(ExitCode.NUMERICAL, explanation);
            };
        }
    }

    /// The layers that `--layer` names, of a model that has `count`.
    ///
    /// @throws Failure if it names none
    static List<Integer> layers(String named, int count) {
        if (named.equals("all")) {
            return IntStream.range(0, count).boxed().toList();
        }
        try {
            return List.of(fromEnd("--layer", Integer.parseInt(named), count, "the model"));
        } catch (NumberFormatException e) {
            throw new Failure(
                    ExitCode.USAGE, "--layer %s, must be a number or all".formatted(named));
        }
    }

    private HeadWeighting weighting(AttentionTensor tensor, List<Integer> layers) {
        if (head != null) {
            int layerNumber = layers.getFirst();
            return new HeadWeighting.Single(
                    layerNumber, fromEnd("--head", head, tensor.heads(), "layer " + layerNumber));
        }
        return heads == Heads.LAMBDA2 ? new HeadWeighting.ByLambda2() : new HeadWeighting.Mean();
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
