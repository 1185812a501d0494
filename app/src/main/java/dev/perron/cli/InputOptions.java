package dev.perron.cli;

import dev.perron.format.AttentionFile;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;
import dev.perron.onnx.TextTokenizer;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What is read: a text and the model that attends to it, or a file of attention.
final class InputOptions {
    @Mixin private FileOptions file = new FileOptions();
    @Mixin private TextOptions text = new TextOptions();

    /// The file of attention, if that is what is read.
    ///
    /// @throws Failure if there is a text too, or neither
    Optional<Path> file() {
        if (file.file().isPresent() == text.given()) {
            throw new Failure(
                    ExitCode.USAGE,
                    text.given()
                            ? "--text and FILE exclude each other; give one of them"
                            : "nothing to read; give --text TEXT or a FILE of attention");
        }
        if (!text.given() && text.namesModel()) {
            throw new Failure(
                    ExitCode.USAGE, "--model and --tokenizer need --text; a FILE needs neither");
        }
        if (text.given()) {
            file.requireNone();
        }
        return file.file();
    }

    /// What is said of FILE, where Q and K are in it.
    FileOptions files() {
        return file;
    }

    /// Whether there is a text, or something is said of a model.
    boolean ofModel() {
        return text.given() || text.namesModel();
    }

    /// Another input to compare with; what it doesn't say is as here.
    ///
    /// @throws Failure if the two don't go together
    InputOptions other(OtherOptions other) {
        if (other.model().isPresent() && !text.given()) {
            throw new Failure(
                    ExitCode.USAGE, "--with-model needs --text; give OTHER to compare with a file");
        }
        InputOptions same = new InputOptions();
        same.file = other.file().map(file::at).orElse(file);
        same.text = text.given() ? text.with(other) : text;
        return same;
    }

    AttentionFile openFile(Path path) {
        return file.open(path);
    }

    Source source(AttentionFile opened) {
        return new Source(opened.description().path(), file.facts(opened.description()));
    }

    OnnxModel open() {
        return text.open();
    }

    /// The tokens of the text, cut to the model's context if that was asked for.
    TextInput tokens(OnnxModel opened) {
        return text.tokens(opened);
    }

    /// Many texts, or windows of one, through one model.
    ///
    /// @param layers that are wanted of it
    /// @throws Failure if there is more than one input
    void each(
            BatchOptions batch,
            TextTable table,
            Function<OnnxModel, List<Integer>> layers,
            TextBatches.Rows rows,
            Progress progress)
            throws IOException {
        if (batch.ofFile() && (text.given() || file.file().isPresent())) {
            throw new Failure(ExitCode.USAGE, "--texts excludes --text and FILE; give one of them");
        }
        if (!batch.ofFile() && (!text.given() || file.file().isPresent())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--text-window needs --text or --texts; a FILE of attention has no windows");
        }
        file.requireNone();
        List<String> lines = batch.ofFile() ? batch.lines() : List.of(text.text());
        try (OnnxModel model = text.open();
                TextTokenizer pieces = text.tokenizer()) {
            new TextBatches(batch, text, model, layers.apply(model), table, rows)
                    .run(lines, pieces, progress);
        }
    }
}
