package dev.perron.format;

import dev.perron.attention.Token;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Queries and keys in files, of one layer or of several: arrays `[n, d]`, `[heads, n, d]` or
/// `[layers, heads, n, d]`, or an array a layer with its number in the name; in a file each or in
/// one. There may be fewer heads of keys than of queries, which share them. Nothing is read but
/// headers until a head is asked for.
public final class QueryKeyFile implements AutoCloseable {
    private final String where;
    private final List<ArrayFile> open;
    private final LayerVectors queries;
    private final LayerVectors keys;
    private final List<Token> tokens;
    private final Sidecar sidecar;

    private QueryKeyFile(
            String where,
            List<ArrayFile> open,
            LayerVectors queries,
            LayerVectors keys,
            List<Token> tokens,
            Sidecar sidecar) {
        this.where = where;
        this.open = open;
        this.queries = queries;
        this.keys = keys;
        this.tokens = tokens;
        this.sidecar = sidecar;
    }

    /// Where arrays are.
    ///
    /// @param file of any format that holds arrays
    /// @param array its name there, or what stands before the layers' numbers in their names; empty
    ///   where there is only one, or they are called `queries.0`, `keys.0` and so on
    public record Place(Path file, Optional<String> array) {}

    /// Whether a file's arrays are called so that it holds queries and keys: `queries` or
    /// `queries.0` (`q`, `query`), and `keys`.
    ///
    /// @throws FormatException if it can't be read
    public static boolean isOne(Path path) {
        try (ArrayFile file = ArrayFile.open(path)) {
            return LayerVectors.named(file);
        }
    }

    /// Opens the files, and the sidecar beside the queries.
    ///
    /// @param names what the tokens are called; empty if not said
    /// @throws FormatException if a file can't be read, or the arrays don't fit together
    public static QueryKeyFile open(Place queries, Place keys, List<String> names) {
        return open(queries, keys, names, Sidecar.empty());
    }

    /// The same with what else is said of the tokens, before what a sidecar says.
    ///
    /// @param names what the tokens are called; empty if not said
    /// @throws FormatException if a file can't be read, or the arrays don't fit together
    public static QueryKeyFile open(Place queries, Place keys, List<String> names, Sidecar said) {
        List<ArrayFile> open = new ArrayList<>();
        boolean opened = false;
        try {
            ArrayFile first = ArrayFile.open(queries.file());
            open.add(first);
            ArrayFile second = keys.file().equals(queries.file()) ? first : open(keys, open);
            QueryKeyFile file =
                    of(
                            open,
                            first,
                            queries.file(),
                            LayerVectors.of(first, queries, LayerVectors.Kind.QUERIES),
                            LayerVectors.of(second, keys, LayerVectors.Kind.KEYS),
                            names,
                            said);
            opened = true;
            return file;
        } finally {
            if (!opened) {
                open.forEach(ArrayFile::close);
            }
        }
    }

    private static ArrayFile open(Place place, List<ArrayFile> open) {
        ArrayFile file = ArrayFile.open(place.file());
        open.add(file);
        return file;
    }

    private static QueryKeyFile of(
            List<ArrayFile> open,
            ArrayFile first,
            Path path,
            LayerVectors queries,
            LayerVectors named,
            List<String> names,
            Sidecar said) {
        String where = path.toString();
        LayerVectors keys =
                queries.layers().size() == 1 ? named.called(queries.layers().getFirst()) : named;
        if (keys.tokens() != queries.tokens() || keys.channels() != queries.channels()) {
            throw FormatException.of(
                    where,
                    "queries %s for keys %s".formatted(queries.shape(), keys.shape()),
                    "as many tokens and channels in both, [n, d] or [heads, n, d]",
                    "save Q and K of one layer and one text, before they are multiplied");
        }
        if (queries.heads() % keys.heads() != 0) {
            throw FormatException.of(
                    where,
                    "%d heads of queries on %d of keys".formatted(queries.heads(), keys.heads()),
                    "a multiple of them",
                    "save both as [heads, n, d]");
        }
        if (!queries.layers().equals(keys.layers())) {
            throw FormatException.of(
                    where,
                    "queries of layers %s, keys of %s".formatted(queries.layers(), keys.layers()),
                    "the same layers in both",
                    "save them as queries.0, keys.0, queries.1, keys.1, ...");
        }
        Sidecar sidecar =
                said.or(Sidecar.ofMetadata(first.metadata(), where)).or(Sidecar.readBeside(path));
        return new QueryKeyFile(
                where,
                List.copyOf(open),
                queries,
                keys,
                List.copyOf(TokenNames.of(names, said, sidecar, queries.tokens(), where)),
                sidecar);
    }

    /// The queries' file.
    public String path() {
        return where;
    }

    /// The model's name, where somebody said it.
    public Optional<String> model() {
        return sidecar.model();
    }

    /// Whether no query sees a later key, where somebody said it.
    public Optional<Boolean> causal() {
        return sidecar.causal();
    }

    /// What the queries are made of.
    public ElementType type() {
        return queries.type();
    }

    /// The numbers of the layers, ascending; 0 alone where nothing numbers them.
    public List<Integer> layers() {
        return queries.layers();
    }

    /// Heads of queries: those of each layer.
    public int heads() {
        return queries.heads();
    }

    /// Heads of keys, a divisor of [#heads].
    public int keyHeads() {
        return keys.heads();
    }

    /// d, the channels of a query or a key.
    public int channels() {
        return queries.channels();
    }

    /// What the n tokens are called.
    public List<Token> tokens() {
        return tokens;
    }

    /// One head's queries, `[n, d]`.
    ///
    /// @throws IllegalArgumentException if there is no such layer or head
    /// @throws FormatException if one isn't finite
    public float[] queries(int layer, int head) {
        return queries.numbers(layer, head);
    }

    /// One head's keys, `[n, d]`.
    ///
    /// @param keyHead from 0 to [#keyHeads] - 1: of head h, `h / (heads / keyHeads)`
    /// @throws IllegalArgumentException if there is no such layer or head
    /// @throws FormatException if one isn't finite
    public float[] keys(int layer, int keyHead) {
        return keys.numbers(layer, keyHead);
    }

    @Override
    public void close() {
        open.forEach(ArrayFile::close);
    }
}
