package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.format.AttentionFile;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextInput;
import dev.perron.onnx.TextTokenizer;
import dev.perron.vision.Preprocessing;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What is read: a text or a photograph and the model that attends to it, or a file of attention.
final class InputOptions {
    @Mixin private FileOptions file = new FileOptions();
    @Mixin private TextOptions text = new TextOptions();
    @Mixin private ImageOptions image = new ImageOptions();

    /// Attention of an input, and where it came from.
    record Attended(Source source, AttentionTensor tensor) {}

    /// Runs the model on an input.
    @FunctionalInterface
    interface Attending {
        Attended attend(List<Integer> layers);
    }

    /// The file of attention, if that is what is read.
    ///
    /// @throws Failure if there is a text or a photograph too, or none of them
    Optional<Path> file() {
        if (image.given()) {
            if (text.given() || file.file().isPresent()) {
                throw new Failure(
                        ExitCode.USAGE,
                        "--image, --text and FILE exclude each other; give one of them");
            }
            file.requireNoScores();
            return Optional.empty();
        }
        if (image.configured()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--preprocessor, --image-size, --image-mean, --image-std and --resample need"
                            + " --image");
        }
        if (file.file().isPresent() == text.given()) {
            throw new Failure(
                    ExitCode.USAGE,
                    text.given()
                            ? "--text and FILE exclude each other; give one of them"
                            : "nothing to read; give --text TEXT, --image FILE or a FILE of"
                                    + " attention");
        }
        if (!text.given() && text.namesModel()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--model and --tokenizer need --text or --image; a FILE needs neither");
        }
        if (text.given()) {
            file.requireNoScores();
        }
        return file.file();
    }

    /// What is said of FILE, where Q and K are in it.
    FileOptions files() {
        return file;
    }

    /// Whether there is a text, or something is said of a model.
    boolean ofModel() {
        return text.given() || text.namesModel() || image.given();
    }

    /// Whether there is a photograph or a folder of them.
    boolean image() {
        return image.given();
    }

    /// Whether there is a folder of photographs.
    boolean folder() {
        return image.folder();
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
        if (image.given()) {
            same.image = other.file().map(image::at).orElse(image);
            same.text = text;
            return same;
        }
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
        return image.given() ? OnnxModel.open(text.visionModel()) : text.open();
    }

    /// Runs the model on the photograph, or on the text, cut to the model's context if that was
    /// asked for.
    Attended attend(OnnxModel opened, List<Integer> layers) {
        if (image.given()) {
            return image.attend(opened, text.visionModel(), layers);
        }
        return new Attended(Source.of(opened), opened.attend(text.tokens(opened), layers));
    }

    /// One text, or one photograph of the folder, after another through one model.
    ///
    /// @param from the first that is done
    /// @throws Failure if there is a FILE or a --text, too
    void each(BatchOptions batch, int from, Progress progress, OneInput one) throws IOException {
        boolean both = batch.given() && image.given();
        if (text.given() || file.file().isPresent() || both) {
            throw new Failure(
                    ExitCode.USAGE,
                    image.given()
                            ? "--image, --text, --texts and FILE exclude each other; give one of"
                                    + " them"
                            : "--texts excludes --text and FILE; give one of them");
        }
        file.requireNoScores();
        if (image.given()) {
            eachPhotograph(from, progress, one);
        } else {
            eachText(batch.lines(), from, progress, one);
        }
    }

    /// Empty lines are left out.
    private void eachText(List<String> lines, int from, Progress progress, OneInput one)
            throws IOException {
        try (OnnxModel model = text.open();
                TextTokenizer pieces = text.tokenizer()) {
            for (int line = from; line < lines.size(); line++) {
                String read = lines.get(line);
                if (!read.isBlank()) {
                    progress.at("text %d of %d".formatted(line, lines.size()));
                    BatchItem item = BatchItem.text(line);
                    TextInput tokens = text.tokens(model, pieces, item.name(), read);
                    one.take(
                            item,
                            model,
                            layers -> new Attended(Source.of(model), model.attend(tokens, layers)));
                }
            }
        }
    }

    /// No more than one photograph is in memory.
    private void eachPhotograph(int from, Progress progress, OneInput one) throws IOException {
        List<Path> files = image.photographs();
        Path modelFile = text.visionModel();
        try (OnnxModel model = OnnxModel.open(modelFile)) {
            Preprocessing preprocessing = image.preprocessing(model, modelFile);
            for (int number = from; number < files.size(); number++) {
                Path photograph = files.get(number);
                progress.at("image %d of %d, %s".formatted(number, files.size(), photograph));
                ImageOptions.Taken taken = ImageOptions.take(photograph, preprocessing);
                one.take(
                        BatchItem.photograph(number, photograph),
                        model,
                        layers -> taken.attend(model, layers));
            }
        }
    }

    /// What is done with an input.
    @FunctionalInterface
    interface OneInput {
        void take(BatchItem item, OnnxModel model, Attending attending) throws IOException;
    }
}
