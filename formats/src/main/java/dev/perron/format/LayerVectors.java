package dev.perron.format;

import dev.perron.format.QueryKeyFile.Place;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Queries, or keys, of one layer or of several in the arrays of a file: `[n, d]`, `[heads, n, d]`,
/// `[layers, heads, n, d]`, or an array a layer with its number in the name.
final class LayerVectors {
    private static final int MOST_LAYERS = 10_000;

    private final String where;
    private final Kind kind;
    private final SortedMap<Integer, Part> layers;

    /// Which of the two.
    enum Kind {
        QUERIES("queries", "(?i)(q|query|queries)([._/-]?#)?"),
        KEYS("keys", "(?i)(k|key|keys)([._/-]?#)?");

        private final String words;
        private final Pattern group;

        Kind(String words, String group) {
            this.words = words;
            this.group = Pattern.compile(group);
        }
    }

    /// A layer in an array.
    ///
    /// @param first the layer's first number there
    private record Part(FloatArray array, long first) {
        /// Axes from the end: 1 channels, 2 tokens, 3 heads.
        long size(int fromEnd) {
            int rank = array.shape().rank();
            return fromEnd > rank ? 1 : array.shape().size(rank - fromEnd);
        }

        long stride(int fromEnd) {
            int rank = array.shape().rank();
            return fromEnd > rank ? 0 : array.stride(rank - fromEnd);
        }
    }

    private LayerVectors(String where, Kind kind, SortedMap<Integer, Part> layers) {
        this.where = where;
        this.kind = kind;
        this.layers = layers;
    }

    /// The arrays that are meant.
    ///
    /// @throws FormatException if they aren't there, or don't fit together
    static LayerVectors of(ArrayFile file, Place place, Kind kind) {
        List<FloatArray> chosen = chosen(file, place, kind);
        String where = place.file().toString();
        SortedMap<Integer, Part> layers = new TreeMap<>();
        FloatArray first = chosen.getFirst();
        boolean exact = place.array().filter(first.name()::equals).isPresent();
        if (chosen.size() == 1 && (exact || ArrayName.of(first.name()).numbers().size() != 1)) {
            requireFit(where, first, true);
            long count = layersOf(first);
            for (int layer = 0; layer < count; layer++) {
                layers.put(layer, new Part(first, layer * first.stride(0)));
            }
        } else {
            for (FloatArray array : chosen) {
                requireFit(where, array, false);
                if (!array.shape().equals(first.shape()) || array.type() != first.type()) {
                    throw FormatException.of(
                            where,
                            "%s is %s %s, %s is %s %s"
                                    .formatted(
                                            first.name(),
                                            first.type(),
                                            first.shape(),
                                            array.name(),
                                            array.type(),
                                            array.shape()),
                            "one shape and type in all layers",
                            "name one layer with --query-array and --key-array");
                }
                int number = ArrayName.of(array.name()).numbers().getFirst();
                if (layers.put(number, new Part(array, 0)) != null) {
                    throw FormatException.of(
                            where,
                            "%s and another array have the same number".formatted(array.name()),
                            "each number once",
                            "save them as queries.0, keys.0, queries.1, keys.1, ...");
                }
            }
        }
        return new LayerVectors(where, kind, layers);
    }

    /// Whether the file's arrays are called so that it can only be Q and K.
    static boolean named(ArrayFile file) {
        return ofKind(file, Kind.QUERIES).size() == 1 && ofKind(file, Kind.KEYS).size() == 1;
    }

    /// Groups of arrays that are called so.
    private static List<List<FloatArray>> ofKind(ArrayFile file, Kind kind) {
        return groups(file).entrySet().stream()
                .filter(group -> kind.group.matcher(group.getKey()).matches())
                .map(Map.Entry::getValue)
                .toList();
    }

    private static Map<String, List<FloatArray>> groups(ArrayFile file) {
        Map<String, List<FloatArray>> groups = new LinkedHashMap<>();
        for (FloatArray array : file.arrays()) {
            groups.computeIfAbsent(ArrayName.of(array.name()).group(), _ -> new ArrayList<>())
                    .add(array);
        }
        return groups;
    }

    private static List<FloatArray> chosen(ArrayFile file, Place place, Kind kind) {
        List<FloatArray> there = file.arrays();
        List<List<FloatArray>> found = new ArrayList<>();
        if (place.array().isEmpty()) {
            found.addAll(there.size() == 1 ? List.of(there) : ofKind(file, kind));
        } else {
            String name = place.array().get();
            there.stream().filter(a -> a.name().equals(name)).forEach(a -> found.add(List.of(a)));
            if (found.isEmpty()) {
                groups(file).values().stream()
                        .filter(
                                group ->
                                        ArrayName.of(group.getFirst().name()).numbers().size() == 1
                                                && ArrayName.of(group.getFirst().name())
                                                        .isCalled(name))
                        .forEach(found::add);
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
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

    private static long layersOf(FloatArray array) {
        return array.shape().rank() < 4 ? 1 : array.shape().size(0);
    }

    private static void requireFit(String file, FloatArray array, boolean several) {
        String where = file + (array.name().isEmpty() ? "" : ": " + array.name());
        int rank = array.shape().rank();
        boolean fits = rank == 2 || rank == 3 || (rank == 4 && (several || layersOf(array) == 1));
        if (!fits || array.shape().elements() == 0) {
            throw FormatException.of(
                    where,
                    array.shape().toString(),
                    "[n, d], [heads, n, d]" + (several ? " or [layers, heads, n, d]" : ""),
                    "choose one text, as q[:, sample]");
        }
        Part part = new Part(array, 0);
        if (part.size(2) > ArrayFile.MOST_TOKENS
                || part.size(1) > Integer.MAX_VALUE / 2 / part.size(2)
                || part.size(3) > 1 << 16
                || layersOf(array) > MOST_LAYERS) {
            throw FormatException.of(
                    where,
                    array.shape().toString(),
                    "at most 2^30 numbers a head, 2^20 tokens, and %d layers"
                            .formatted(MOST_LAYERS),
                    "choose one layer and one text, as q[layer, sample]");
        }
    }

    /// The same of one layer alone, called by this number; of several layers, the same.
    LayerVectors called(int number) {
        return layers.size() > 1
                ? this
                : new LayerVectors(where, kind, new TreeMap<>(Map.of(number, any())));
    }

    private Part any() {
        return layers.firstEntry().getValue();
    }

    /// The numbers of the layers, ascending.
    List<Integer> layers() {
        return List.copyOf(layers.keySet());
    }

    ElementType type() {
        return any().array().type();
    }

    ArrayShape shape() {
        return any().array().shape();
    }

    /// Heads of each layer.
    int heads() {
        return (int) any().size(3);
    }

    int tokens() {
        return (int) any().size(2);
    }

    int channels() {
        return (int) any().size(1);
    }

    /// One head's, `[n, d]`.
    ///
    /// @throws IllegalArgumentException if there is no such layer or head
    /// @throws FormatException if one isn't finite
    float[] numbers(int layer, int head) {
        if (!layers.containsKey(layer) || head < 0 || head >= heads()) {
            throw new IllegalArgumentException(
                    "%s of layer %d, head %d, must be one of %s, and from 0 to %d"
                            .formatted(kind.words, layer, head, layers.keySet(), heads() - 1));
        }
        Part part = layers.getOrDefault(layer, any());
        int n = tokens();
        int d = channels();
        float[] numbers = new float[n * d];
        part.array()
                .read(
                        part.first() + head * part.stride(3),
                        part.stride(2),
                        n,
                        part.stride(1),
                        d,
                        numbers,
                        0,
                        d);
        for (int x = 0; x < numbers.length; x++) {
            if (!Float.isFinite(numbers[x])) {
                throw FormatException.of(
                        where,
                        "%s: %shead %d, token %d, channel %d: %s"
                                .formatted(
                                        kind.words,
                                        layers.size() > 1 ? "layer %d, ".formatted(layer) : "",
                                        head,
                                        x / d,
                                        x % d,
                                        numbers[x]),
                        "finite numbers",
                        "look at how they were saved");
            }
        }
        return numbers;
    }
}
