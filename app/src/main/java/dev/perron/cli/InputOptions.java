package dev.perron.cli;

import dev.perron.format.AttentionFile;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;
import dev.perron.onnx.TextTokenizer;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// What is read: a text and the model that attends to it, or a file of attention.
final class InputOptions {
    @Mixin private FileOptions file = new FileOptions();

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "The text; - reads it from standard input.")
    private @Nullable String text;

    @Option(
            names = "--model",
            paramLabel = "FILE.onnx",
            description = "An ONNX transformer; by default an embedded text encoder.")
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

    /// The file of attention, if that is what is read.
    ///
    /// @throws Failure if there is a text too, or neither
    Optional<Path> file() {
        if (file.file().isPresent() == (text != null)) {
            throw new Failure(
                    ExitCode.USAGE,
                    text == null
                            ? "nothing to read; give --text TEXT or a FILE of attention"
                            : "--text and FILE exclude each other; give one of them");
        }
        if (text == null && (model != null || tokenizer != null)) {
            throw new Failure(
                    ExitCode.USAGE, "--model and --tokenizer need --text; a FILE needs neither");
        }
        return file.file();
    }

    /// Another input to compare with; what it doesn't say is as here.
    ///
    /// @throws Failure if the two don't go together
    InputOptions other(OtherOptions other) {
        if (other.model().isPresent() && text == null) {
            throw new Failure(
                    ExitCode.USAGE, "--with-model needs --text; give OTHER to compare with a file");
        }
        InputOptions same = new InputOptions();
        same.file = other.file().map(file::at).orElse(file);
        // Standard input can be read but once.
        text = text == null ? null : text();
        same.text = text;
        same.truncate = truncate;
        same.model = other.model().orElse(model);
        same.tokenizer = other.model().isPresent() ? other.tokenizer() : tokenizer;
        return same;
    }

    AttentionFile openFile(Path path) {
        return file.open(path);
    }

    Source source(AttentionFile opened) {
        return new Source(opened.description().path(), file.facts(opened.description()));
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

    OnnxModel open() {
        Path chosen = model;
        if (chosen == null && tokenizer != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--tokenizer without --model: the embedded model has its own; give both or"
                            + " none");
        }
        return chosen == null ? OnnxModel.embedded() : OnnxModel.open(chosen);
    }

    /// The tokens of the text, cut to the model's context if that was asked for.
    TextInput tokens(OnnxModel opened) {
        TextInput tokens;
        try (TextTokenizer pieces = tokenizer()) {
            tokens = pieces.encode(text());
        }
        OptionalInt most = opened.description().contextLength();
        boolean tooLong = most.isPresent() && tokens.size() > most.getAsInt();
        if (truncate && tooLong) {
            return tokens.truncatedTo(most.getAsInt());
        }
        if (tooLong) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--text has %d tokens, %s takes at most %d; shorten it, or cut it with --truncate"
                            .formatted(
                                    tokens.size(), opened.description().name(), most.getAsInt()));
        }
        return tokens;
    }

    private TextTokenizer tokenizer() {
        if (model == null) {
            return TextTokenizer.embedded();
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
