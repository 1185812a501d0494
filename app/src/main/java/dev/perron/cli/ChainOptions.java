package dev.perron.cli;

import dev.perron.attention.AttentionChain;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.RowFindings;
import dev.perron.attention.SpecialTokens;
import dev.perron.attention.Token;
import dev.perron.chain.SparseStochasticMatrix;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.format.FileHead;
import dev.perron.format.FileTensor;
import dev.perron.format.MatrixMarket;
import dev.perron.format.QueryKeyFile;
import dev.perron.onnx.OnnxModel;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Which chain a question is asked of: the input, the layer, the heads, the special tokens.
final class ChainOptions {
    /// How heads become one chain.
    enum Heads {
        MEAN,
        LAMBDA2
    }

    @Mixin private InputOptions input = new InputOptions();
    @Mixin private QueryKeyOptions queriesAndKeys = new QueryKeyOptions();

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

    /// What is done with the chain of an input.
    @FunctionalInterface
    interface OneSubject {
        void take(BatchItem item, Subject subject) throws IOException;
    }

    /// Whether there is a folder of photographs.
    boolean folder() {
        return input.folder();
    }

    /// The chain of one text or photograph after another through one model.
    ///
    /// @param from the first that is done
    void each(BatchOptions batch, int from, Progress progress, OneSubject one) throws IOException {
        requireConsistent();
        queriesAndKeys.requireNone();
        if (queriesAndKeys.given()) {
            throw new Failure(
                    ExitCode.USAGE, "--texts and --queries exclude each other; give one of them");
        }
        input.each(
                batch,
                from,
                progress,
                (item, model, attending) -> one.take(item, subject(model, attending)));
    }

    /// Reads the input and makes the chain.
    Subject read(Progress progress) {
        requireConsistent();
        if (queriesAndKeys.given()) {
            return readQueriesAndKeys(progress);
        }
        queriesAndKeys.requireNone();
        Optional<Path> file = input.file();
        if (file.isEmpty()) {
            return runModel(progress);
        }
        return FileOptions.isSparse(file.get())
                ? readSparse(file.get(), progress)
                : readFile(file.get(), progress);
    }

    /// Attention of layers 0 to `--layer`, for what goes through layers.
    ///
    /// @param method what that is called
    LayersOptions.Reading readThrough(String method, Progress progress) {
        if (head != null || heads != null || specialTokens != SpecialTokens.KEEP) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--method %s takes the mean of all heads and keeps all tokens; leave out --head, --heads and --special-tokens"
                            .formatted(method));
        }
        queriesAndKeys.requireNone();
        Optional<Path> path = input.file();
        if (path.isPresent()) {
            try (AttentionFile file = input.openFile(path.get())) {
                progress.at("reading " + path.get());
                List<Integer> there = file.description().layers();
                int last = layers(layer(), there).getLast();
                return new LayersOptions.Reading(
                        input.source(file),
                        file.tensor(there.stream().filter(l -> l <= last).toList()).tensor());
            }
        }
        try (OnnxModel model = input.open()) {
            progress.at("running " + model.description().name());
            int last = layers(layer(), model.layers()).getLast();
            InputOptions.Attended attended =
                    input.attend(model, IntStream.rangeClosed(0, last).boxed().toList());
            return new LayersOptions.Reading(attended.source(), attended.tensor());
        }
    }

    /// In the last layers of a vision model a few patches of background hold most attention, and
    /// the subject shows in those before.
    private String layer() {
        return layer != null ? layer : input.image() ? "all" : "-1";
    }

    private void requireConsistent() {
        if (head != null && heads != null) {
            throw new Failure(
                    ExitCode.USAGE, "--head and --heads exclude each other; give one of them");
        }
        if (head != null && layer().equals("all")) {
            throw new Failure(
                    ExitCode.USAGE, "--head %d needs one layer; give --layer N".formatted(head));
        }
    }

    private Subject readQueriesAndKeys(Progress progress) {
        if (input.ofModel()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--queries and --text exclude each other, and --image and --model; give one of"
                            + " them");
        }
        try (QueryKeyFile file = queriesAndKeys.open(input.files())) {
            progress.at("reading " + file.path());
            HeadWeighting weighting = weighting(file.heads(), layers(layer(), 1));
            List<HeadChain> chains =
                    queriesAndKeys.heads(file, weighting, input.files().scores().seen());
            return new Subject(
                    queriesAndKeys.source(file, input.files()),
                    new Extent(file.tokens(), List.of(0), chains.size(), 0),
                    defined(AttentionChain.of(chains, file.tokens(), weighting, specialTokens)),
                    weighting,
                    specialTokens);
        }
    }

    /// A chain that is no head, on states that are called by their numbers, from 0, or as the user
    /// says.
    private Subject readSparse(Path path, Progress progress) {
        input.files().requirePlain("a sparse chain has none");
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
                switch (weighting(1, layers(layer(), 1))) {
                    case HeadWeighting.Single single -> single;
                    case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ ->
                            new HeadWeighting.Single(0, 0);
                };
        return new Subject(
                new Source(
                        path.toString(),
                        Json.object("file", path.toString(), "entries", chain.entries())),
                new Extent(tokens, List.of(0), 1, 0),
                defined(AttentionChain.of(new HeadChain(0, 0, chain), tokens, specialTokens)),
                only,
                specialTokens);
    }

    /// Another chain to compare with; what it doesn't say is as here.
    ///
    /// @throws Failure if the two don't go together
    ChainOptions other(OtherOptions other) {
        ChainOptions same = new ChainOptions();
        same.input = input.other(other);
        same.layer = other.layer().orElse(layer);
        same.head = other.head().orElse(head);
        same.heads = heads;
        same.specialTokens = specialTokens;
        return same;
    }

    /// Reads the input and makes each head a chain by itself, layer by layer.
    List<Subject> readEach(Progress progress) {
        if (head != null || heads != null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--each-head takes all heads of a layer; leave out --head and --heads");
        }
        Optional<Path> path = input.file();
        if (path.isPresent()) {
            try (AttentionFile file = input.openFile(path.get())) {
                progress.at("reading " + path.get());
                return layers(layer(), file.description().layers()).stream()
                        .flatMap(
                                l ->
                                        IntStream.range(0, file.description().heads())
                                                .mapToObj(h -> new HeadWeighting.Single(l, h)))
                        .map(single -> one(file, single))
                        .toList();
            }
        }
        try (OnnxModel model = input.open()) {
            List<Integer> layers = layers(layer(), model.layers());
            progress.at("running " + model.description().name());
            InputOptions.Attended attended = input.attend(model, layers);
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
                                            defined(
                                                    AttentionChain.of(
                                                            one, tensor.tokens(), specialTokens)),
                                            new HeadWeighting.Single(one.layer(), one.number()),
                                            specialTokens))
                    .toList();
        }
    }

    private Subject runModel(Progress progress) {
        try (OnnxModel model = input.open()) {
            progress.at("running " + model.description().name());
            return subject(model, layers -> input.attend(model, layers));
        }
    }

    private Subject subject(OnnxModel model, InputOptions.Attending attending) {
        List<Integer> layers = layers(layer(), model.layers());
        InputOptions.Attended attended = attending.attend(layers);
        AttentionTensor tensor = attended.tensor();
        HeadWeighting weighting = weighting(tensor.heads(), layers);
        return new Subject(
                attended.source(),
                Extent.of(tensor),
                defined(AttentionChain.of(tensor, weighting, specialTokens)),
                weighting,
                specialTokens);
    }

    private Subject readFile(Path path, Progress progress) {
        try (AttentionFile file = input.openFile(path)) {
            FileDescription about = file.description();
            List<Integer> layers = layers(layer(), about.layers());
            progress.at("reading " + path);
            return switch (weighting(about.heads(), layers)) {
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
                AttentionChain.of(read.head(), read.tokens(), specialTokens),
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
                AttentionChain.of(read.tensor(), weighting, specialTokens),
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
        AttentionChain.Defined found = defined(chain);
        return new Subject(
                input.source(file),
                extent,
                new AttentionChain.Defined(
                        found.transition(),
                        found.positions().stream().map(positions::get).toList(),
                        found.heads()),
                weighting,
                specialTokens);
    }

    private static AttentionChain.Defined defined(AttentionChain chain) {
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

    private HeadWeighting weighting(int count, List<Integer> layers) {
        if (head != null) {
            int layerNumber = layers.getFirst();
            return new HeadWeighting.Single(
                    layerNumber, fromEnd("--head", head, count, "layer " + layerNumber));
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
