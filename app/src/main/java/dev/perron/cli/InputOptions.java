package dev.perron.cli;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.TextInput;
import dev.perron.format.AttentionFile;
import dev.perron.onnx.OnnxModel;
import dev.perron.onnx.TextTokenizer;
import dev.perron.vision.Preprocessing;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// What is read: a text or a photograph and the model that attends to it, or a file of attention.
final class InputOptions {
    @Mixin private FileOptions file = new FileOptions();
    @Mixin private TextOptions text = new TextOptions();
    @Mixin private ImageOptions image = new ImageOptions();

    /// Attention of an input, and where it came from.
    record Attended(Source source, AttentionTensor tensor) {}

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
            file.requireNone();
            text.requireNotTruncated("--image has no text");
            return Optional.empty();
        }
        requireConfiguredImage();
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
            file.requireNone();
        } else {
            text.requireNotTruncated("attention in a FILE is not run, and has no context");
        }
        return file.file();
    }

    /// What is said of FILE, where Q and K are in it.
    FileOptions files() {
        return file;
    }

    /// @throws Failure if something is said of a text, a photograph or a model, where Q and K are
    ///   read
    void requireNoModel() {
        if (text.given() || text.namesModel() || image.given()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--queries and --text exclude each other, and --image and --model; give one of"
                            + " them");
        }
        text.requireNotTruncated("queries and keys have none");
        requireConfiguredImage();
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

    /// The model of a text.
    AttentionModel open() {
        return text.open();
    }

    /// The model of a photograph.
    OnnxModel openVision() {
        return OnnxModel.open(text.visionModel());
    }

    /// Runs the model on the photograph, or on the text, cut to the model's context if that was
    /// asked for.
    ///
    /// @param layers that are wanted, of so many
    Attended attend(Progress progress, IntFunction<List<Integer>> layers) {
        return attend(image, text, progress, layers);
    }

    /// The same of one of the two.
    static Attended attend(
            ImageOptions image,
            TextOptions text,
            Progress progress,
            IntFunction<List<Integer>> layers) {
        if (image.given()) {
            try (OnnxModel model = OnnxModel.open(text.visionModel())) {
                List<Integer> wanted = layers.apply(model.layers());
                progress.at("running " + model.name());
                return image.attend(model, text.visionModel(), wanted);
            }
        }
        try (AttentionModel model = text.open()) {
            List<Integer> wanted = layers.apply(model.layers());
            progress.at("running " + model.name());
            return new Attended(Source.of(model), model.attend(text.tokens(model), wanted));
        }
    }

    /// Runs the model on the photograph.
    Attended attend(OnnxModel opened, List<Integer> layers) {
        return image.attend(opened, text.visionModel(), layers);
    }

    /// The tokens of the text, cut to the model's context if that was asked for.
    TextInput tokens(AttentionModel opened) {
        return text.tokens(opened);
    }

    /// Many texts, windows of one, or the photographs of a folder, through one model.
    ///
    /// @param layers that are wanted, of so many
    /// @throws Failure if there is more than one input
    void each(
            BatchOptions batch,
            BatchSink sink,
            IntFunction<List<Integer>> layers,
            BatchQuestion question,
            Progress progress)
            throws IOException {
        requireOneBatch(batch);
        if (image.given()) {
            eachPhotograph(sink, layers, question, progress);
            sink.finish();
            return;
        }
        List<String> lines = batch.ofFile() ? batch.lines() : List.of(text.text());
        try (AttentionModel model = text.open();
                TextTokenizer pieces = text.tokenizer()) {
            new TextBatches(batch, text, model, layers.apply(model.layers()), sink, question)
                    .run(lines, pieces, progress);
        }
        sink.finish();
    }

    private void requireOneBatch(BatchOptions batch) {
        boolean file = this.file.file().isPresent();
        if (image.given() && (batch.given() || text.given() || file)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--image, --text, --texts and FILE exclude each other, and --text-window is"
                            + " about texts; give one of them");
        }
        if (image.given()) {
            text.requireNotTruncated("--image has no text");
        }
        requireConfiguredImage();
        if (batch.ofFile() && (text.given() || file)) {
            throw new Failure(ExitCode.USAGE, "--texts excludes --text and FILE; give one of them");
        }
        if (!image.given() && !batch.ofFile() && (!text.given() || file)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--text-window needs --text or --texts; a FILE of attention has no windows");
        }
        this.file.requireNone();
    }

    private void requireConfiguredImage() {
        if (image.configured() && !image.given()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--preprocessor, --image-size, --image-mean, --image-std and --resample need"
                            + " --image");
        }
    }

    private void eachPhotograph(
            BatchSink sink,
            IntFunction<List<Integer>> layers,
            BatchQuestion question,
            Progress progress)
            throws IOException {
        List<Path> files = image.photographs();
        Path modelFile = text.visionModel();
        try (OnnxModel model = OnnxModel.open(modelFile)) {
            Preprocessing preprocessing = image.preprocessing(model, modelFile);
            new PhotographBatch(
                            files,
                            model,
                            preprocessing,
                            layers.apply(model.layers()),
                            sink,
                            question)
                    .run(progress);
        }
    }
}
