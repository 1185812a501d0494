package dev.perron.format;

import dev.perron.attention.Token;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Queries and keys of one layer in files: two arrays `[n, d]` or `[heads, n, d]`, in a file each
/// or in one. There may be fewer heads of keys than of queries, which share them. Nothing is read
/// but headers until a head is asked for.
public final class QueryKeyFile implements AutoCloseable {
    private final String where;
    private final List<ArrayFile> open;
    private final FloatArray queries;
    private final FloatArray keys;
    private final List<Token> tokens;
    private final Optional<String> model;

    private QueryKeyFile(
            String where,
            List<ArrayFile> open,
            FloatArray queries,
            FloatArray keys,
            List<Token> tokens,
            Optional<String> model) {
        this.where = where;
        this.open = open;
        this.queries = queries;
        this.keys = keys;
        this.tokens = tokens;
        this.model = model;
    }

    /// One array of a file.
    ///
    /// @param file of any format that holds arrays
    /// @param array its name there; empty where there is only one
    public record Place(Path file, Optional<String> array) {}

    /// Opens the files, and the sidecar beside the queries.
    ///
    /// @param names what the tokens are called; empty if not said
    /// @throws FormatException if a file can't be read, or the arrays don't fit together
    public static QueryKeyFile open(Place queries, Place keys, List<String> names) {
        List<ArrayFile> open = new ArrayList<>();
        boolean opened = false;
        try {
            ArrayFile first = ArrayFile.open(queries.file());
            open.add(first);
            ArrayFile second = keys.file().equals(queries.file()) ? first : open(keys, open);
            QueryKeyFile file = of(open, first, queries, array(second, keys), names);
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
            Place place,
            FloatArray keys,
            List<String> names) {
        String where = place.file().toString();
        FloatArray queries = array(first, place);
        int rank = queries.shape().rank();
        long n = queries.shape().size(rank - 2);
        long d = queries.shape().size(rank - 1);
        int keyRank = keys.shape().rank();
        if (keys.shape().size(keyRank - 2) != n || keys.shape().size(keyRank - 1) != d) {
            throw FormatException.of(
                    where,
                    "queries %s for keys %s".formatted(queries.shape(), keys.shape()),
                    "as many tokens and channels in both, [n, d] or [heads, n, d]",
                    "save Q and K of one layer and one text, before they are multiplied");
        }
        if (heads(queries) % heads(keys) != 0) {
            throw FormatException.of(
                    where,
                    "%d heads of queries on %d of keys".formatted(heads(queries), heads(keys)),
                    "a multiple of them",
                    "save both as [heads, n, d]");
        }
        Sidecar sidecar =
                Sidecar.ofMetadata(first.metadata(), where).or(Sidecar.readBeside(place.file()));
        return new QueryKeyFile(
                where,
                List.copyOf(open),
                queries,
                keys,
                List.copyOf(TokenNames.of(names, sidecar, (int) n, where)),
                sidecar.model());
    }

    /// An array of two axes, of three, or of four, the first of size 1.
    private static FloatArray array(ArrayFile file, Place place) {
        List<FloatArray> there = file.arrays();
        List<FloatArray> found =
                place.array().isEmpty()
                        ? there
                        : there.stream().filter(a -> a.name().equals(place.array().get())).toList();
        if (found.size() != 1) {
            throw FormatException.of(
                    place.file().toString(),
                    place.array()
                            .map(name -> "no array '%s'".formatted(name))
                            .orElse("%d arrays that could be meant".formatted(there.size())),
                    there.size() == 1 && there.getFirst().name().isEmpty()
                            ? "one array, which has no name"
                            : "one of "
                                    + there.stream()
                                            .limit(12)
                                            .map(FloatArray::name)
                                            .collect(Collectors.joining(", ")),
                    "name it with --query-array or --key-array");
        }
        FloatArray array = found.getFirst();
        int rank = array.shape().rank();
        boolean fits = rank == 2 || rank == 3 || (rank == 4 && array.shape().size(0) == 1);
        if (!fits || array.shape().elements() == 0) {
            throw FormatException.of(
                    place.file() + (array.name().isEmpty() ? "" : ": " + array.name()),
                    array.shape().toString(),
                    "[n, d] or [heads, n, d]",
                    "choose one layer and one text, as q[layer, sample]");
        }
        long n = array.shape().size(rank - 2);
        long d = array.shape().size(rank - 1);
        if (n > ArrayFile.MOST_TOKENS || d > Integer.MAX_VALUE / 2 / n || heads(array) > 1 << 16) {
            throw FormatException.of(
                    place.file() + (array.name().isEmpty() ? "" : ": " + array.name()),
                    array.shape().toString(),
                    "at most 2^30 numbers a head, and 2^20 tokens",
                    "choose one layer and one text, as q[layer, sample]");
        }
        return array;
    }

    private static long heads(FloatArray array) {
        int rank = array.shape().rank();
        return rank == 2 ? 1 : array.shape().size(rank - 3);
    }

    /// The queries' file.
    public String path() {
        return where;
    }

    /// The model's name, where somebody said it.
    public Optional<String> model() {
        return model;
    }

    /// What the queries are made of.
    public ElementType type() {
        return queries.type();
    }

    /// Heads of queries: those of the layer.
    public int heads() {
        return (int) heads(queries);
    }

    /// Heads of keys, a divisor of [#heads].
    public int keyHeads() {
        return (int) heads(keys);
    }

    /// d, the channels of a query or a key.
    public int channels() {
        return (int) queries.shape().size(queries.shape().rank() - 1);
    }

    /// What the n tokens are called.
    public List<Token> tokens() {
        return tokens;
    }

    /// One head's queries, `[n, d]`.
    ///
    /// @throws IllegalArgumentException if there is no such head
    /// @throws FormatException if one isn't finite
    public float[] queries(int head) {
        return numbers("queries", queries, head);
    }

    /// One head's keys, `[n, d]`.
    ///
    /// @param keyHead from 0 to [#keyHeads] - 1: of head h, `h / (heads / keyHeads)`
    /// @throws IllegalArgumentException if there is no such head
    /// @throws FormatException if one isn't finite
    public float[] keys(int keyHead) {
        return numbers("keys", keys, keyHead);
    }

    private float[] numbers(String name, FloatArray array, int head) {
        if (head < 0 || head >= heads(array)) {
            throw new IllegalArgumentException(
                    "%s of head %d, must be from 0 to %d".formatted(name, head, heads(array) - 1));
        }
        int rank = array.shape().rank();
        int n = tokens.size();
        int d = channels();
        float[] numbers = new float[n * d];
        array.read(
                rank == 2 ? 0 : head * array.stride(rank - 3),
                array.stride(rank - 2),
                n,
                array.stride(rank - 1),
                d,
                numbers,
                0,
                d);
        for (int x = 0; x < numbers.length; x++) {
            if (!Float.isFinite(numbers[x])) {
                throw FormatException.of(
                        where,
                        "%s: head %d, token %d, channel %d: %s"
                                .formatted(name, head, x / d, x % d, numbers[x]),
                        "finite numbers",
                        "look at how they were saved");
            }
        }
        return numbers;
    }

    @Override
    public void close() {
        open.forEach(ArrayFile::close);
    }
}
