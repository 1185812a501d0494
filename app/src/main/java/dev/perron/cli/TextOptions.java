package dev.perron.cli;

import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.TextInput;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextTokenizer;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;

/// A text, and the model that attends to it.
final class TextOptions {
    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "The text; - reads it from standard input.")
    private @Nullable String text;

    @Option(
            names = "--model",
            paramLabel = "FILE.onnx",
            description =
                    "An ONNX transformer, or a checkpoint.safetensors of 'perron train'; by default"
                            + " an embedded text encoder.")
    private @Nullable Path model;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE.json",
            description = "The model's tokenizer.json; by default the one beside the model.")
    private @Nullable Path tokenizer;

    @Option(
            names = "--truncate",
            description = "Cut a text that is longer than the model's context, rather than refuse.")
    private boolean truncate;

    /// Whether there is a text.
    boolean given() {
        return text != null;
    }

    /// Whether something is said of a model, which needs a text.
    boolean namesModel() {
        return model != null || tokenizer != null;
    }

    /// @throws Failure if a text is to be cut, where there is none
    void requireNotTruncated(String why) {
        if (truncate) {
            throw new Failure(
                    ExitCode.USAGE, "--truncate cuts a text, and %s; leave it out".formatted(why));
        }
    }

    /// The text, as it is or from standard input.
    String text() {
        String read = text == null ? "" : text;
        if (read.equals("-")) {
            try {
                read = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new Failure(ExitCode.INPUT, "standard input: " + e.getMessage());
            }
        }
        if (read.isBlank()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text is empty, must have at least one character; give a text");
        }
        return read;
    }

    /// The same text, through another model if one is named.
    TextOptions with(OtherOptions other) {
        TextOptions same = new TextOptions();
        text = text(); // standard input can be read but once
        same.text = text;
        same.truncate = truncate;
        same.model = other.model().orElse(model);
        same.tokenizer = other.model().isPresent() ? other.tokenizer() : tokenizer;
        return same;
    }

    /// The model's file, which a photograph needs.
    Path visionModel() {
        if (tokenizer != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--tokenizer is about a text; --image needs none, leave it out");
        }
        if (model == null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--image needs a vision model; give --model FILE.onnx (the embedded one reads"
                            + " text)");
        }
        return model;
    }

    /// The model.
    AttentionModel open() {
        return model != null && TrainedModel.is(model) ? TrainedModel.open(model) : openOnnx();
    }

    /// The model as one that ONNX Runtime runs, which says more than its attention.
    OnnxModel openOnnx() {
        Path chosen = model;
        if (chosen == null && tokenizer != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--tokenizer without --model: the embedded model has its own; give both or"
                            + " none");
        }
        if (chosen == null) {
            return OnnxModel.embedded();
        }
        return TrainedModel.is(chosen) ? TrainedModel.exported(chosen) : OnnxModel.open(chosen);
    }

    /// The tokens of the text, cut to the model's context if that was asked for.
    TextInput tokens(AttentionModel opened) {
        try (TextTokenizer pieces = tokenizer()) {
            return tokens(opened, pieces, "--text", text());
        }
    }

    /// The tokens of one text, which may be longer than the model's context where it is gone over
    /// in windows.
    ///
    /// @param name what a message calls it
    TextInput tokens(
            AttentionModel opened,
            TextTokenizer pieces,
            String name,
            String read,
            WindowOptions windows) {
        if (!windows.given()) {
            return tokens(opened, pieces, name, read);
        }
        if (truncate) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--truncate and --text-window exclude each other; give one of them");
        }
        return encoded(pieces, name, read);
    }

    private static TextInput encoded(TextTokenizer pieces, String name, String read) {
        try {
            return pieces.encode(read);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.INPUT, "%s: %s".formatted(name, e.getMessage()));
        }
    }

    /// The tokens of one text, cut to the model's context if that was asked for.
    ///
    /// @param name what a message calls it
    TextInput tokens(AttentionModel opened, TextTokenizer pieces, String name, String read) {
        TextInput tokens = encoded(pieces, name, read);
        OptionalInt most = opened.contextLength();
        boolean tooLong = most.isPresent() && tokens.size() > most.getAsInt();
        if (truncate && tooLong && most.getAsInt() > tokens.special()) {
            return tokens.truncatedTo(most.getAsInt());
        }
        if (tooLong) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s has %d tokens, %s takes at most %d; shorten it, cut it with --truncate, or go over it with rank, heads or chain in windows, --text-window %d"
                            .formatted(
                                    name,
                                    tokens.size(),
                                    opened.name(),
                                    most.getAsInt(),
                                    most.getAsInt()));
        }
        return tokens;
    }

    /// The model's tokenizer.
    TextTokenizer tokenizer() {
        if (model == null) {
            return TextTokenizer.embedded();
        }
        if (TrainedModel.is(model)) {
            return TrainedModel.tokenizer(model, tokenizer);
        }
        if (tokenizer != null) {
            return TextTokenizer.open(tokenizer);
        }
        Path beside = model.resolveSibling("tokenizer.json");
        if (!beside.toFile().isFile()) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s has no tokenizer.json beside it; give one with --tokenizer"
                            .formatted(model));
        }
        return TextTokenizer.open(beside);
    }
}
