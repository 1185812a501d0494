package dev.perron.cli;

import dev.perron.transformer.Activation;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.Positions;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.TransformerConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.Locale;

/// The configuration of a model that is to be trained.
final class ModelOptions {
    @Option(
            names = "--layers",
            defaultValue = "1",
            paramLabel = "L",
            description = "Layers, 1 to 16 (default 1).")
    private int layers = 1;

    @Option(
            names = "--heads",
            defaultValue = "1",
            paramLabel = "H",
            description = "Attention heads of a layer (default 1).")
    private int heads = 1;

    @Option(
            names = "--d-model",
            defaultValue = "8",
            paramLabel = "D",
            description = "Width of the residual stream (default 8).")
    private int dModel = 8;

    @Option(
            names = "--d-mlp",
            paramLabel = "M",
            description = "Hidden units of the MLP, 0 for none; by default 4 times --d-model.")
    private @Nullable Integer dMlp;

    @Option(
            names = "--activation",
            defaultValue = "gelu",
            paramLabel = "F",
            description = "Of the MLP: gelu (default) or relu.")
    private Activation activation = Activation.GELU;

    @Option(names = "--no-attention", description = "Layers without attention.")
    private boolean noAttention;

    @Option(
            names = "--norm",
            defaultValue = "before",
            paramLabel = "WHERE",
            description =
                    "LayerNorm before each part and the head (default); after-mlp, before attention"
                            + " and on what the MLP adds; or none.")
    private String norm = "before";

    @Option(
            names = "--biases",
            description = "Biases in attention, MLP and LayerNorm; the head has one in any case.")
    private boolean biases;

    @Option(names = "--tied", description = "The head is the embeddings (default).")
    private boolean tied;

    @Option(names = "--untied", description = "The head has vectors of its own.")
    private boolean untied;

    @Option(
            names = "--scalar",
            description =
                    "One logit for 1 against 0, by the one embedding: the model of the theory."
                            + " Binary sources only.")
    private boolean scalar;

    @Option(
            names = "--probabilities",
            defaultValue = "softmax",
            paramLabel = "HOW",
            description =
                    "How logits become probabilities: softmax (default); or relu, in proportion to"
                            + " the logit where that is positive, and to 1e-5 more.")
    private Probabilities probabilities = Probabilities.SOFTMAX;

    @Option(
            names = "--positions",
            defaultValue = "learned",
            paramLabel = "HOW",
            description = "learned (default), sinusoidal, rotary, relative or none.")
    private Positions positions = Positions.LEARNED;

    @Option(
            names = "--context",
            defaultValue = "1024",
            paramLabel = "T",
            description = "Tokens of a sequence, and of the model's context (default 1024).")
    private int context = 1024;

    @Option(
            names = "--window",
            paramLabel = "N",
            description =
                    "How many tokens attention sees, the present one among them; by default all."
                            + " One more than the published code's memory.")
    private @Nullable Integer window;

    int context() {
        return context;
    }

    /// The configuration.
    ///
    /// @throws Failure if two options don't fit
    TransformerConfig read(int symbols) {
        if (tied && untied) {
            throw new Failure(
                    ExitCode.USAGE, "--tied and --untied exclude each other; give one of them");
        }
        try {
            return new TransformerConfig(
                    symbols,
                    context,
                    dModel,
                    heads,
                    layers,
                    dMlp == null ? (int) Math.min(Integer.MAX_VALUE, 4L * dModel) : dMlp,
                    !noAttention,
                    activation,
                    normalisation(),
                    biases,
                    head(),
                    probabilities,
                    positions,
                    window == null ? context : window);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "the model's options: " + e.getMessage());
        }
    }

    private Normalisation normalisation() {
        return switch (norm.toLowerCase(Locale.ROOT)) {
            case "before" -> Normalisation.BEFORE;
            case "after-mlp" -> Normalisation.AFTER_MLP;
            case "none" -> Normalisation.NONE;
            default ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--norm %s, must be before, after-mlp or none".formatted(norm));
        };
    }

    private OutputHead head() {
        if (scalar) {
            return untied ? OutputHead.SCALAR_UNTIED : OutputHead.SCALAR_TIED;
        }
        return untied ? OutputHead.UNTIED : OutputHead.TIED;
    }

    /// The model in words.
    static String words(TransformerConfig config) {
        return "%d %s, %d %s, d_model %d, %s%s, head %s%s%s"
                .formatted(
                        config.nLayers(),
                        config.nLayers() == 1 ? "layer" : "layers",
                        config.nHeads(),
                        config.nHeads() == 1 ? "head" : "heads",
                        config.dModel(),
                        config.dMlp() == 0 ? "no MLP" : "MLP " + config.dMlp(),
                        config.attention() ? "" : ", no attention",
                        config.head().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        config.probabilities() == Probabilities.SOFTMAX
                                ? ""
                                : ", probabilities by ReLU",
                        config.windowed() ? ", window " + config.window() : "");
    }
}
