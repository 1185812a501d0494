package dev.perron.cli;

import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.Mask;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.Scoring;
import dev.perron.attention.SeenKeys;
import dev.perron.attention.Token;
import dev.perron.format.QueryKeyFile;
import dev.perron.format.QueryKeyFile.Place;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Q and K in place of attention: rows are made of them when they are needed, so that memory goes
/// with n·d.
final class QueryKeyOptions {
    /// With floats no score can overflow.
    private static final double LARGEST_SCALE = 1e100;

    @Option(
            names = "--queries",
            paramLabel = "Q.npy",
            description =
                    "Queries [n, d], [heads, n, d] or [layers, heads, n, d], in place of FILE and"
                            + " --text. A FILE whose arrays are called queries and keys, or"
                            + " queries.0, keys.0 and so on, needs no option.")
    private @Nullable Path queries;

    @Option(
            names = "--keys",
            paramLabel = "K.npy",
            description =
                    "Keys of the same shape, or of fewer heads for grouped queries; by default in"
                            + " the file of the queries.")
    private @Nullable Path keys;

    @Option(
            names = "--query-array",
            paramLabel = "NAME",
            description =
                    "The array of queries, or what stands before the layers' numbers in their"
                            + " names, in --queries or FILE.")
    private @Nullable String queryArray;

    @Option(
            names = "--key-array",
            paramLabel = "NAME",
            description = "The array of keys, in --keys or in the queries' file.")
    private @Nullable String keyArray;

    @Option(
            names = "--scale",
            paramLabel = "S",
            description = "What q·k is multiplied by (default 1/√d).")
    private @Nullable Double scale;

    @Option(
            names = "--bias",
            paramLabel = "B.npy",
            description = "Added to the scores, [n, n] or [heads, n, n]; memory then goes with n².")
    private @Nullable Path bias;

    /// Whether Q and K are what is read.
    ///
    /// @throws Failure if nothing is, or more than one input
    boolean given(InputOptions input) {
        return named() || (input.file().isPresent() && in(input.files()));
    }

    /// Whether FILE's arrays are called as Q and K are, and nothing is said of them that only
    /// attention has.
    boolean in(FileOptions files) {
        return files.file()
                .filter(file -> files.plain() && !FileOptions.isSparse(file))
                .filter(QueryKeyFile::isOne)
                .isPresent();
    }

    /// Whether it is said.
    boolean named() {
        return queries != null || keys != null || queryArray != null || keyArray != null;
    }

    /// Refuses what needs Q and K where there are none.
    void requireNone() {
        if (scale != null || bias != null) {
            throw new Failure(
                    ExitCode.USAGE, "--scale and --bias need --queries and --keys; give these too");
        }
    }

    /// Refuses Q and K where something else is read.
    void requireNoneNamed(String what) {
        requireNone();
        if (named()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "%s and --queries exclude each other; give one of them".formatted(what));
        }
    }

    /// Those of OTHER: of a file of its own only how scores are made is as here.
    QueryKeyOptions other(OtherOptions other, InputOptions its) {
        if (other.file().isEmpty()) {
            return this;
        }
        QueryKeyOptions same = new QueryKeyOptions();
        if ((scale != null || bias != null) && same.in(its.files())) {
            same.scale = scale;
            same.bias = bias;
        }
        return same;
    }

    /// Opens the files.
    ///
    /// @param files what is said of FILE, its tokens and the mask
    QueryKeyFile open(FileOptions files) {
        Path first = queries;
        if (first != null && files.file().isPresent()) {
            throw new Failure(
                    ExitCode.USAGE, "--queries and FILE exclude each other; give one of them");
        }
        if (first == null) {
            first =
                    files.file()
                            .orElseThrow(
                                    () ->
                                            new Failure(
                                                    ExitCode.USAGE,
                                                    "keys without queries; give --queries Q.npy, or"
                                                            + " a FILE with --query-array NAME"));
        }
        files.requirePlain("Q and K have none");
        if (files.scores().scores()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--scores and --queries exclude each other: scores are made of Q and K");
        }
        if (scale != null && !(Math.abs(scale) <= LARGEST_SCALE)) {
            throw new Failure(
                    ExitCode.USAGE, "--scale %s, must be from -1e100 to 1e100".formatted(scale));
        }
        return QueryKeyFile.open(
                new Place(first, Optional.ofNullable(queryArray)),
                new Place(keys == null ? first : keys, Optional.ofNullable(keyArray)),
                files.tokenLines(),
                files.said());
    }

    /// What a document says about the files.
    private Source source(QueryKeyFile file, SeenKeys seen) {
        Map<String, Object> facts = Json.object("queries", file.path());
        if (keys != null) {
            facts.put("keys", keys.toString());
        }
        file.model().ifPresent(name -> facts.put("model", name));
        facts.putAll(
                Json.object(
                        "elementType", file.type().toString(),
                        "heads", file.heads(),
                        "keyHeads", file.keyHeads(),
                        "channels", file.channels(),
                        "scale", scale(file)));
        facts.putAll(ScoreOptions.facts(seen));
        if (bias != null) {
            facts.put("bias", bias.toString());
        }
        return new Source(file.path(), facts);
    }

    private double scale(QueryKeyFile file) {
        return scale == null ? 1 / Math.sqrt(file.channels()) : scale;
    }

    /// Heads of Q and K, and what is said about them.
    ///
    /// @param layers that were asked for
    /// @param weighting of their heads
    /// @param chains the heads that are asked for, layer by layer
    record Reading(
            Source source,
            List<Token> tokens,
            List<Integer> layers,
            HeadWeighting weighting,
            List<HeadChain> chains) {
        /// How many are of each layer.
        int each() {
            return chains.size() / layers.size();
        }
    }

    /// The heads that are asked for.
    ///
    /// @param asked says which layers, of those that there are
    /// @param weighting says which heads of them, of as many as a layer has
    Reading read(
            FileOptions files,
            UnaryOperator<List<Integer>> asked,
            BiFunction<Integer, List<Integer>, HeadWeighting> weighting) {
        try (QueryKeyFile file = open(files)) {
            SeenKeys seen = seen(file, files.scores());
            List<Integer> layers = asked.apply(file.layers());
            HeadWeighting how = weighting.apply(file.heads(), layers);
            List<Integer> heads =
                    switch (how) {
                        case HeadWeighting.Single(_, int head) -> List.of(head);
                        case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ ->
                                IntStream.range(0, file.heads()).boxed().toList();
                    };
            return new Reading(
                    source(file, seen),
                    file.tokens(),
                    layers,
                    how,
                    bias == null
                            ? layers.stream()
                                    .flatMap(layer -> plain(file, layer, heads, seen).stream())
                                    .toList()
                            : biased(file, bias, layers, heads, seen));
        }
    }

    /// A file may say by itself that it is causal.
    SeenKeys seen(QueryKeyFile file, ScoreOptions said) {
        SeenKeys asked = said.seen();
        return file.causal().orElse(false) ? new SeenKeys(Mask.CAUSAL, asked.window()) : asked;
    }

    private List<HeadChain> plain(
            QueryKeyFile file, int layer, List<Integer> wanted, SeenKeys seen) {
        int group = file.heads() / file.keyHeads();
        List<HeadChain> heads = new ArrayList<>();
        for (int keyHead = 0; keyHead < file.keyHeads(); keyHead++) {
            int shared = keyHead;
            List<Integer> own = wanted.stream().filter(h -> h / group == shared).toList();
            if (own.isEmpty()) {
                continue;
            }
            List<QueryKeyHead> made =
                    QueryKeyHead.ofLayer(
                            queries(file, layer, own),
                            own.size(),
                            file.keys(layer, keyHead),
                            1,
                            file.channels(),
                            Scoring.of(seen, scale(file)));
            for (int i = 0; i < own.size(); i++) {
                heads.add(new HeadChain(layer, own.get(i), made.get(i)));
            }
        }
        return heads;
    }

    /// `[heads, n, d]`.
    private static float[] queries(QueryKeyFile file, int layer, List<Integer> heads) {
        int each = file.tokens().size() * file.channels();
        if ((long) each * heads.size() > Integer.MAX_VALUE - 8) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%d heads share keys, which is too much for one array; take one with --head"
                            .formatted(heads.size()));
        }
        float[] all = new float[each * heads.size()];
        for (int i = 0; i < heads.size(); i++) {
            System.arraycopy(file.queries(layer, heads.get(i)), 0, all, i * each, each);
        }
        return all;
    }

    private List<HeadChain> biased(
            QueryKeyFile file,
            Path added,
            List<Integer> layers,
            List<Integer> heads,
            SeenKeys seen) {
        try (ScoreBias open = ScoreBias.open(added, file)) {
            return layers.stream()
                    .flatMap(
                            layer ->
                                    heads.stream()
                                            .map(
                                                    head ->
                                                            open.head(
                                                                    file,
                                                                    layer,
                                                                    head,
                                                                    scale(file),
                                                                    seen)))
                    .toList();
        }
    }
}
