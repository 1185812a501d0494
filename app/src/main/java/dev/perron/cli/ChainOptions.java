package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.RowFindings;
import dev.perron.attention.Token;
import dev.perron.attention.model.AttentionModel;
import dev.perron.attention.model.TextInput;
import dev.perron.chain.SparseStochasticMatrix;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.format.FileHead;
import dev.perron.format.FileTensor;
import dev.perron.format.MatrixMarket;
import dev.perron.onnx.OnnxModel;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

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
                count -> heads().layers(count),
                (source, tensor) -> one.of(subject(source, tensor)),
                progress);
    }

    /// Reads the input and makes the chain.
    Subject read(Progress progress) {
        heads().requireConsistent();
        if (queriesAndKeys.given(input)) {
            return readQueriesAndKeys(progress);
        }
        queriesAndKeys.requireNone();
        Optional<Path> file = input.file();
        if (file.isEmpty()) {
            return runModel(progress);
        }
        form.requireRows("a file holds rows, or Q and K, and is read as it is");
        return FileOptions.isSparse(file.get())
                ? readSparse(file.get(), progress)
                : readFile(file.get(), progress);
    }

    /// The chain of a photograph, and where its model sees a class.
    record Evident(Subject subject, ClassChoice.Found evidence) {}

    /// The same of a photograph, whose model is asked for a class, too.
    ///
    /// @throws Failure if the model has no classes, or not this one
    Evident read(ClassChoice choice, Progress progress) {
        heads().requireConsistent();
        queriesAndKeys.requireNone();
        input.file();
        requireOneStep("attention to an image's patches is square");
        form.requireRows("an image's attention is held as rows");
        try (OnnxModel model = input.openVision()) {
            progress.at("running " + model.name());
            model.classOutput();
            InputOptions.Attended attended = input.attend(model, heads().layers(model.layers()));
            Subject subject = subject(attended.source(), attended.tensor());
            return new Evident(subject, choice.look(model, subject, progress));
        }
    }

    /// Attention of layers 0 to `--layer`, for what goes through layers.
    ///
    /// @param method what that is called
    InputOptions.Attended readThrough(String method, Progress progress) {
        String what = "--method " + method;
        heads.requireAll(what);
        requireOneStep(what + " goes through square heads");
        form.requireRows(what + " holds rows");
        queriesAndKeys.requireNoneNamed(what);
        requireRowsOfLayers(what);
        Optional<Path> path = input.file();
        if (path.isPresent()) {
            try (AttentionFile file = input.openFile(path.get())) {
                progress.at("reading " + path.get());
                List<Integer> there = file.description().layers();
                int last = heads.layers(there).getLast();
                if (!there.containsAll(IntStream.rangeClosed(0, last).boxed().toList())) {
                    throw new Failure(
                            ExitCode.INPUT,
                            "%s holds layers %s, %s needs all from 0 to %d; extract them all, or give a lower --layer"
                                    .formatted(path.get(), there, what, last));
                }
                return new InputOptions.Attended(
                        input.source(file),
                        file.tensor(there.stream().filter(l -> l <= last).toList()).tensor());
            }
        }
        return input.attend(
                progress,
                count ->
                        IntStream.rangeClosed(0, heads().layers(count).getLast()).boxed().toList());
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

    private Subject readQueriesAndKeys(Progress progress) {
        input.requireNoModel();
        requireOneStep("Q and K are square attention");
        progress.at("reading queries and keys");
        QueryKeyOptions.Reading read =
                queriesAndKeys.read(input.files(), heads::layers, heads::weighting);
        return subject(
                read.source(),
                new FormOptions.Held(read.chains(), read.each(), 0, Map.of()),
                read.tokens(),
                read.layers(),
                read.weighting());
    }

    private void requireOneStep(String why) {
        if (twoStep.given()) {
            throw new Failure(ExitCode.USAGE, "--two-step: %s; leave it out".formatted(why));
        }
    }

    /// A chain that is no head, on states that are called by their numbers, from 0, or as the user
    /// says.
    private Subject readSparse(Path path, Progress progress) {
        requireOneStep("a sparse chain is one already");
        input.files().requirePlain("a sparse chain has none");
        input.files().requireNoPlaces("a sparse chain has none");
        input.files().requireNoScores();
        progress.at("reading " + path);
        SparseStochasticMatrix chain = MatrixMarket.readChain(path);
        List<String> names = input.files().stateNames(chain.states());
        List<Token> tokens =
                IntStream.range(0, chain.states())
                        .<Token>mapToObj(
                                i ->
                                        new Token.Piece(
                                                names.isEmpty() ? String.valueOf(i) : names.get(i)))
                        .toList();
        HeadWeighting only =
                switch (heads.weighting(1, heads.layers(1))) {
                    case HeadWeighting.Single single -> single;
                    case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ ->
                            new HeadWeighting.Single(0, 0);
                };
        return new Subject(
                new Source(
                        path.toString(),
                        Json.object("file", path.toString(), "entries", chain.entries())),
                new Extent(tokens, List.of(0), 1, 0),
                HeadOptions.defined(
                        AttentionChain.of(
                                new HeadChain(0, 0, chain), tokens, heads.specialTokens())),
                only,
                heads.specialTokens());
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
        requireOneStep("--each-head compares square heads");
        form.requireRows("--each-head holds rows");
        if (queriesAndKeys.given(input)) {
            return eachOfQueriesAndKeys(progress);
        }
        queriesAndKeys.requireNone();
        Optional<Path> path = input.file();
        if (path.isPresent()) {
            try (AttentionFile file = input.openFile(path.get())) {
                progress.at("reading " + path.get());
                return heads.layers(file.description().layers()).stream()
                        .flatMap(
                                l ->
                                        IntStream.range(0, file.description().heads())
                                                .mapToObj(h -> new HeadWeighting.Single(l, h)))
                        .map(single -> one(file, single))
                        .toList();
            }
        }
        InputOptions.Attended attended = input.attend(progress, count -> heads().layers(count));
        AttentionTensor tensor = attended.tensor();
        Source source = attended.source();
        return tensor.all().stream()
                .map(
                        one ->
                                new Subject(
                                        source,
                                        new Extent(
                                                tensor.tokens(),
                                                List.of(one.layer()),
                                                1,
                                                one.worstRow()),
                                        HeadOptions.defined(
                                                AttentionChain.of(
                                                        one,
                                                        tensor.tokens(),
                                                        heads.specialTokens())),
                                        new HeadWeighting.Single(one.layer(), one.number()),
                                        heads.specialTokens()))
                .toList();
    }

    private List<Subject> eachOfQueriesAndKeys(Progress progress) {
        input.requireNoModel();
        progress.at("reading queries and keys");
        QueryKeyOptions.Reading read =
                queriesAndKeys.read(input.files(), heads::layers, heads::weighting);
        return read.chains().stream()
                .map(
                        one ->
                                subject(
                                        read.source(),
                                        new FormOptions.Held(List.of(one), 1, 0, Map.of()),
                                        read.tokens(),
                                        List.of(one.layer()),
                                        new HeadWeighting.Single(one.layer(), one.number())))
                .toList();
    }

    private Subject runModel(Progress progress) {
        if (input.image()) {
            requireOneStep("attention to an image's patches is square");
            form.requireRows("an image's attention is held as rows");
            InputOptions.Attended attended = input.attend(progress, count -> heads().layers(count));
            return subject(attended.source(), attended.tensor());
        }
        try (AttentionModel model = input.open()) {
            progress.at("running " + model.name());
            TextInput tokens = input.tokens(model);
            if (twoStep.given()) {
                form.requireRows("--two-step needs rows");
                return twoStep.run(model, tokens, heads);
            }
            List<Integer> layers = heads.layers(model.layers());
            FormOptions.Held held = form.of(model, tokens, layers);
            return subject(
                    Source.of(model),
                    held,
                    tokens.tokens(),
                    layers,
                    heads.weighting(held.each(), layers));
        }
    }

    private Subject subject(Source source, AttentionTensor tensor) {
        return subject(
                source,
                FormOptions.Held.of(tensor),
                tensor.tokens(),
                tensor.layers(),
                heads.weighting(tensor.heads(), tensor.layers()));
    }

    private Subject subject(
            Source source,
            FormOptions.Held held,
            List<Token> tokens,
            List<Integer> layers,
            HeadWeighting weighting) {
        return new Subject(
                source.with(held.facts()),
                new Extent(tokens, layers, held.each(), held.worstRow(), held.heads()),
                HeadOptions.defined(
                        AttentionChain.of(held.heads(), tokens, weighting, heads.specialTokens())),
                weighting,
                heads.specialTokens());
    }

    private Subject readFile(Path path, Progress progress) {
        try (AttentionFile file = input.openFile(path)) {
            FileDescription about = file.description();
            progress.at("reading " + path);
            if (twoStep.given()) {
                return twoStep.read(file, input.source(file), input.files(), heads);
            }
            List<Integer> layers = heads.layers(about.layers());
            return switch (heads.weighting(about.heads(), layers)) {
                case HeadWeighting.Single single -> one(file, single);
                case HeadWeighting.Mean mean -> average(file, layers, mean);
                case HeadWeighting.ByLambda2 byLambda2 -> average(file, layers, byLambda2);
            };
        }
    }

    /// One head is all that is read.
    private Subject one(AttentionFile file, HeadWeighting.Single weighting) {
        FileHead read = file.head(weighting.layer(), weighting.head());
        return subject(
                file,
                new Extent(
                        file.description().tokens(),
                        List.of(weighting.layer()),
                        1,
                        read.findings().worstError()),
                AttentionChain.of(read.head(), read.tokens(), heads.specialTokens()),
                read.positions(),
                weighting);
    }

    private Subject average(AttentionFile file, List<Integer> layers, HeadWeighting weighting) {
        FileTensor read = file.tensor(layers);
        double worst =
                read.findings().stream().mapToDouble(RowFindings::worstError).max().orElseThrow();
        return subject(
                file,
                new Extent(file.description().tokens(), layers, file.description().heads(), worst),
                AttentionChain.of(read.tensor(), weighting, heads.specialTokens()),
                read.positions(),
                weighting);
    }

    /// @param positions in the file, of the tokens that the chain was made on
    private Subject subject(
            AttentionFile file,
            Extent extent,
            AttentionChain chain,
            List<Integer> positions,
            HeadWeighting weighting) {
        AttentionChain.Defined found = HeadOptions.defined(chain);
        return new Subject(
                input.source(file),
                extent,
                new AttentionChain.Defined(
                        found.transition(),
                        found.positions().stream().map(positions::get).toList(),
                        found.heads()),
                weighting,
                heads.specialTokens());
    }
}
