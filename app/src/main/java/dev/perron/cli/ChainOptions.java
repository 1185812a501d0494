package dev.perron.cli;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Which chain a question is asked of: the input, the layer, the heads, the special tokens.
final class ChainOptions {
    @Mixin private InputOptions input = new InputOptions();
    @Mixin private QueryKeyOptions queriesAndKeys = new QueryKeyOptions();
    @Mixin private HeadOptions heads = new HeadOptions();
    @Mixin private FormOptions form = new FormOptions();
    @Mixin private TwoStepOptions twoStep = new TwoStepOptions();

    /// What is asked of the chain of an input.
    @FunctionalInterface
    interface OneSubject {
        Answer of(Subject subject);
    }

    /// Whether there is a photograph, or a folder of them.
    boolean image() {
        return input.image();
    }

    /// Whether there is a folder of photographs.
    boolean folder() {
        return input.folder();
    }

    /// The chains of many texts, of windows of one, or of photographs, through one model.
    void each(BatchOptions batch, BatchSink sink, Progress progress, OneSubject one)
            throws IOException {
        heads().requireConsistent();
        String what = input.folder() ? "--image" : batch.option();
        queriesAndKeys.requireNoneNamed(what);
        form.requireRows(what + " holds rows, one input after another");
        if (twoStep.given()) {
            throw new Failure(
                    ExitCode.USAGE, "--two-step and %s exclude each other".formatted(what));
        }
        input.each(
                batch,
                sink,
                models()::layers,
                (source, tensor) -> one.of(models().of(source, tensor)),
                progress);
    }

    /// Reads the input and makes the chain.
    Subject read(Progress progress) {
        heads().requireConsistent();
        if (queriesAndKeys.given(input)) {
            input.requireNoModel();
            twoStep.requireNone("Q and K are square attention");
            return new QueryKeySubjects(input, queriesAndKeys, heads).read(progress);
        }
        queriesAndKeys.requireNone();
        Optional<Path> file = input.file();
        if (file.isEmpty()) {
            return models().read(progress);
        }
        form.requireRows("a file holds rows, or Q and K, and is read as it is");
        if (FileOptions.isSparse(file.get())) {
            twoStep.requireNone("a sparse chain is one already");
            return new SparseSubject(input.files(), heads).read(file.get(), progress);
        }
        return files().read(file.get(), progress);
    }

    /// The chain of a photograph, whose model is asked for a class, too.
    ///
    /// @throws Failure if the model has no classes, or not this one
    ModelSubjects.Evident read(ClassChoice choice, Progress progress) {
        heads().requireConsistent();
        queriesAndKeys.requireNone();
        input.file();
        return models().read(choice, progress);
    }

    /// Attention of layers 0 to `--layer`, for what goes through layers.
    ///
    /// @param method what that is called
    InputOptions.Attended readThrough(String method, Progress progress) {
        String what = "--method " + method;
        heads.requireAll(what);
        twoStep.requireNone(what + " goes through square heads");
        form.requireRows(what + " holds rows");
        queriesAndKeys.requireNoneNamed(what);
        requireRowsOfLayers(what);
        Optional<Path> path = input.file();
        return path.isPresent()
                ? files().through(path.get(), what, progress)
                : models().through(progress);
    }

    /// @throws Failure if FILE has no rows of several layers
    private void requireRowsOfLayers(String what) {
        Optional<Path> path = input.file();
        if (path.isPresent() && queriesAndKeys.in(input.files())) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s holds queries and keys, %s needs rows of attention; save these, or rank it by another --method"
                            .formatted(path.get(), what));
        }
        if (path.isPresent() && FileOptions.isSparse(path.get())) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%s is one sparse chain, %s goes through layers of attention; rank it by another --method"
                            .formatted(path.get(), what));
        }
    }

    private HeadOptions heads() {
        return input.image() ? heads.ofImage() : heads;
    }

    /// Another chain to compare with; what it doesn't say is as here.
    ///
    /// @throws Failure if the two don't go together
    ChainOptions other(OtherOptions other) {
        ChainOptions same = new ChainOptions();
        same.input = input.other(other);
        same.queriesAndKeys = queriesAndKeys.other(other, same.input);
        same.heads = heads.other(other);
        same.form = form;
        same.twoStep = twoStep;
        return same;
    }

    /// Reads the input and makes each head a chain by itself, layer by layer.
    List<Subject> readEach(Progress progress) {
        heads.requireEach();
        twoStep.requireNone("--each-head compares square heads");
        form.requireRows("--each-head holds rows");
        if (queriesAndKeys.given(input)) {
            input.requireNoModel();
            return new QueryKeySubjects(input, queriesAndKeys, heads).each(progress);
        }
        queriesAndKeys.requireNone();
        Optional<Path> path = input.file();
        return path.isPresent() ? files().each(path.get(), progress) : models().each(progress);
    }

    private FileSubjects files() {
        return new FileSubjects(input, heads, twoStep);
    }

    private ModelSubjects models() {
        return new ModelSubjects(input, heads, form, twoStep);
    }
}
