package dev.perron.cli;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.HeadChain;
import dev.perron.attention.HeadWeighting;
import dev.perron.attention.QueryKeyHead;
import dev.perron.attention.SeenKeys;
import dev.perron.attention.Softmax;
import dev.perron.format.AttentionFile;
import dev.perron.format.FileDescription;
import dev.perron.format.QueryKeyFile;
import dev.perron.format.QueryKeyFile.Place;
import dev.perron.format.ReadOptions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Q and K of one layer in place of attention: rows are made of them when they are needed, so that
/// memory goes with n·d.
final class QueryKeyOptions {
    /// With floats no score can overflow.
    private static final double LARGEST_SCALE = 1e100;

    @Option(
            names = "--queries",
            paramLabel = "Q.npy",
            description = "Queries [n, d] or [heads, n, d], in place of FILE and --text.")
    private @Nullable Path queries;

    @Option(
            names = "--keys",
            paramLabel = "K.npy",
            description =
                    "Keys [n, d] or [heads, n, d], fewer heads for grouped queries; by default in"
                            + " the file of the queries.")
    private @Nullable Path keys;

    @Option(
            names = "--query-array",
            paramLabel = "NAME",
            description = "The array of queries, in --queries or FILE.")
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
    boolean given() {
        return queries != null || keys != null || queryArray != null || keyArray != null;
    }

    /// Refuses what needs Q and K where there are none.
    void requireNone() {
        if (scale != null || bias != null) {
            throw new Failure(
                    ExitCode.USAGE, "--scale and --bias need --queries and --keys; give these too");
        }
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
                files.tokenLines());
    }

    /// What a document says about the files.
    Source source(QueryKeyFile file, FileOptions files) {
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
        facts.putAll(files.scores().facts());
        if (bias != null) {
            facts.put("bias", bias.toString());
        }
        return new Source(file.path(), facts);
    }

    private double scale(QueryKeyFile file) {
        return scale == null ? 1 / Math.sqrt(file.channels()) : scale;
    }

    /// The heads that are asked for, all of layer 0.
    List<HeadChain> heads(QueryKeyFile file, HeadWeighting weighting, SeenKeys seen) {
        List<Integer> wanted =
                switch (weighting) {
                    case HeadWeighting.Single(_, int head) -> List.of(head);
                    case HeadWeighting.Mean _, HeadWeighting.ByLambda2 _ ->
                            IntStream.range(0, file.heads()).boxed().toList();
                };
        if (bias != null) {
            return biased(file, bias, wanted, seen);
        }
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
                            queries(file, own),
                            own.size(),
                            file.keys(keyHead),
                            1,
                            file.channels(),
                            seen,
                            scale(file));
            for (int i = 0; i < own.size(); i++) {
                heads.add(new HeadChain(0, own.get(i), made.get(i)));
            }
        }
        return heads;
    }

    /// `[heads, n, d]`.
    private static float[] queries(QueryKeyFile file, List<Integer> heads) {
        int each = file.tokens().size() * file.channels();
        if ((long) each * heads.size() > Integer.MAX_VALUE - 8) {
            throw new Failure(
                    ExitCode.INPUT,
                    "%d heads share keys, which is too much for one array; take one with --head"
                            .formatted(heads.size()));
        }
        float[] all = new float[each * heads.size()];
        for (int i = 0; i < heads.size(); i++) {
            System.arraycopy(file.queries(heads.get(i)), 0, all, i * each, each);
        }
        return all;
    }

    private List<HeadChain> biased(
            QueryKeyFile file, Path biasPath, List<Integer> wanted, SeenKeys seen) {
        int n = file.tokens().size();
        try (AttentionFile added = AttentionFile.open(biasPath, ReadOptions.defaults())) {
            FileDescription about = added.description();
            boolean fits =
                    about.layers().size() == 1
                            && about.queries() == n
                            && about.keys() == n
                            && (about.heads() == 1 || about.heads() == file.heads());
            if (!fits) {
                throw new Failure(
                        ExitCode.INPUT,
                        "--bias %s: %d layers of %d heads, %d x %d; must be [%d, %d] or [%d, %d, %d]"
                                .formatted(
                                        biasPath,
                                        about.layers().size(),
                                        about.heads(),
                                        about.queries(),
                                        about.keys(),
                                        n,
                                        n,
                                        file.heads(),
                                        n,
                                        n));
            }
            int layer = about.layers().getFirst();
            return wanted.stream()
                    .map(
                            head ->
                                    biased(
                                            file,
                                            head,
                                            added.rows(layer, about.heads() == 1 ? 0 : head),
                                            seen))
                    .toList();
        }
    }

    /// One head with all its rows.
    private HeadChain biased(QueryKeyFile file, int head, float[] added, SeenKeys seen) {
        int n = file.tokens().size();
        int d = file.channels();
        double by = scale(file);
        float[] q = file.queries(head);
        float[] k = file.keys(head / (file.heads() / file.keyHeads()));
        double[] scores = new double[n];
        try {
            return HeadChain.of(
                    AttentionHead.filled(
                            0,
                            head,
                            file.tokens(),
                            Double.POSITIVE_INFINITY,
                            rows -> {
                                for (int i = 0; i < n; i++) {
                                    for (int j = 0; j < n; j++) {
                                        double product = 0;
                                        for (int c = 0; c < d; c++) {
                                            product += (double) q[i * d + c] * k[j * d + c];
                                        }
                                        scores[j] = product * by + added[i * n + j];
                                    }
                                    Softmax.ofRow(scores, i, seen, rows, i * n);
                                }
                            }));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.INPUT,
                    "--bias: %s; look at the bias and the mask".formatted(e.getMessage()));
        }
    }
}
