package dev.perron.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Finds out what a file's arrays and their axes are, by names and sizes; what can be read in two
/// ways isn't guessed.
final class Recognition {
    private static final int MOST = 10_000; // layers, or heads of a layer

    private static final Map<Integer, Axes> OF_RANK =
            Map.of(
                    2, Axes.parse("q,k"),
                    3, Axes.parse("h,q,k"),
                    4, Axes.parse("l,h,q,k"),
                    5, Axes.parse("l,b,h,q,k"));
    private static final Axes OF_LAYER = Axes.parse("b,h,q,k");

    private final ArrayFile file;
    private final String where;
    private final ReadOptions options;
    private final Optional<Axes> said;

    private Recognition(ArrayFile file, String where, ReadOptions options, Sidecar sidecar) {
        this.file = file;
        this.where = where;
        this.options = options;
        this.said = options.axes().or(sidecar::axes);
    }

    /// The layout of a file.
    ///
    /// @throws FormatException if there is nothing to read, or more than one way to
    static Layout of(ArrayFile file, String where, ReadOptions options, Sidecar sidecar) {
        return new Recognition(file, where, options, sidecar).layout();
    }

    private record Named(ArrayName name, FloatArray array) {}

    private Layout layout() {
        List<Named> chosen = chosen();
        requireOneType(chosen);
        Named first = chosen.getFirst();
        if (chosen.size() == 1) {
            // arr_0 is what numpy.savez calls an array without a name, whatever its axes.
            boolean numbered =
                    first.name().numbers().size() == 1
                            && !first.name().group().equals("arr_#")
                            && !first.name().group().equals("#");
            return numbered ? ofLayers(chosen) : ofOne(first.array());
        }
        return switch (first.name().numbers().size()) {
            case 1 -> growing(chosen) ? ofSteps(chosen) : ofLayers(chosen);
            case 2 -> ofSteps(chosen);
            default ->
                    throw FormatException.of(
                            where,
                            "arrays with more than two numbers in their names: "
                                    + first.array().name(),
                            "a layer's number, or a step's and a layer's",
                            "save them as attentions.0, attentions.1, ...");
        };
    }

    /// The arrays that are meant: those of one group of names.
    private List<Named> chosen() {
        Map<String, List<Named>> groups = new LinkedHashMap<>();
        for (FloatArray array : file.arrays()) {
            ArrayName name = ArrayName.of(array.name());
            groups.computeIfAbsent(name.group(), _ -> new ArrayList<>())
                    .add(new Named(name, array));
        }
        if (options.array().isPresent()) {
            return named(options.array().get(), groups);
        }
        if (groups.size() == 1) {
            List<Named> only = groups.values().iterator().next();
            ArrayName name = only.getFirst().name();
            for (String refused : file.refused().keySet()) {
                if (ArrayName.of(refused).group().equals(name.group())) {
                    throw refusal(refused);
                }
            }
            return only;
        }
        if (groups.isEmpty()) {
            for (String refused : file.refused().keySet()) {
                throw refusal(refused);
            }
            throw FormatException.of(
                    where,
                    "no arrays",
                    "attention as float16, bfloat16, float32 or float64",
                    "save it with numpy.savez");
        }
        throw FormatException.of(
                where,
                "%d arrays that could be meant: %s"
                        .formatted(groups.size(), listed(List.copyOf(groups.keySet()))),
                "one, or one numbered group",
                "choose with --array NAME");
    }

    private List<Named> named(String asked, Map<String, List<Named>> groups) {
        List<Named> found = new ArrayList<>();
        List<String> called = new ArrayList<>();
        for (Map.Entry<String, List<Named>> group : groups.entrySet()) {
            for (Named one : group.getValue()) {
                if (one.array().name().equals(asked)) {
                    return List.of(one);
                }
            }
            if (group.getValue().getFirst().name().isCalled(asked)) {
                found.addAll(group.getValue());
                called.add(group.getKey());
            }
        }
        if (called.size() == 1) {
            return found;
        }
        if (file.refused().containsKey(asked)) {
            throw refusal(asked);
        }
        throw FormatException.of(
                where,
                called.isEmpty()
                        ? "no array '%s'".formatted(asked)
                        : "several groups called '%s': %s".formatted(asked, listed(called)),
                "one of " + listed(List.copyOf(groups.keySet())),
                "choose with --array NAME");
    }

    private FormatException refusal(String name) {
        ArrayFile.Refusal why = file.refused().getOrDefault(name, new ArrayFile.Refusal("", ""));
        return FormatException.of(
                name.isEmpty() ? where : where + ": " + name,
                why.found(),
                "float16, bfloat16, float32 or float64",
                why.next());
    }

    private void requireOneType(List<Named> chosen) {
        FloatArray first = chosen.getFirst().array();
        for (Named one : chosen) {
            if (one.array().type() != first.type()) {
                throw FormatException.of(
                        where,
                        "%s is %s, %s is %s"
                                .formatted(
                                        first.name(),
                                        first.type(),
                                        one.array().name(),
                                        one.array().type()),
                        "one type in all layers",
                        "convert them to one, as a.astype('float32')");
            }
        }
    }

    private Layout ofOne(FloatArray array) {
        Axes axes;
        String reason;
        if (said.isPresent()) {
            axes = said.get();
            reason = "as said";
        } else {
            axes = byRank(array, OF_RANK);
            reason = "by the number of axes, %d".formatted(axes.rank());
        }
        requireFit(array, axes);
        long layers = axes.size(Axis.LAYER, array);
        requireCount(layers, "layers", axes, array);
        long sample = sample(axes, array);
        SortedMap<Integer, List<Slab>> slabs = new TreeMap<>();
        for (int layer = 0; layer < layers; layer++) {
            slabs.put(layer, List.of(new Slab(array, axes, layer, sample)));
        }
        return layout(axes, reason, slabs);
    }

    /// One array a layer.
    private Layout ofLayers(List<Named> chosen) {
        FloatArray first = chosen.getFirst().array();
        Axes axes = said.orElseGet(() -> layerAxes(first));
        String reason =
                (said.isPresent() ? "as said; " : "")
                        + "an array a layer, by the number in "
                        + chosen.getFirst().name().group();
        SortedMap<Integer, List<Slab>> slabs = new TreeMap<>();
        for (Named one : chosen) {
            FloatArray array = one.array();
            if (!array.shape().equals(first.shape())) {
                throw FormatException.of(
                        where,
                        "%s is %s, %s is %s"
                                .formatted(
                                        first.name(), first.shape(), array.name(), array.shape()),
                        "one shape in all layers",
                        "choose layers of one shape with --array NAME, one at a time");
            }
            requireFit(array, axes);
            requireOneLayer(array, axes);
            if (slabs.put(
                            one.name().numbers().getFirst(),
                            List.of(new Slab(array, axes, 0, sample(axes, array))))
                    != null) {
                throw twice(one);
            }
        }
        return layout(axes, reason, slabs);
    }

    private void requireOneLayer(FloatArray array, Axes axes) {
        if (axes.size(Axis.LAYER, array) != 1) {
            throw FormatException.of(
                    where + ": " + array.name(),
                    "%d layers in an array that is one by its name (%s, axes %s)"
                            .formatted(axes.size(Axis.LAYER, array), array.shape(), axes),
                    "one layer in each of several arrays",
                    "say --axes b,h,q,k if the first axis is a batch");
        }
    }

    private FormatException twice(Named one) {
        return FormatException.of(
                where,
                "%s and another array have the same number".formatted(one.array().name()),
                "each number once",
                "save them as attentions.0, attentions.1, ...");
    }

    /// Whether arrays are the steps of `generate`: one query each after the first, over more and
    /// more keys.
    private static boolean growing(List<Named> chosen) {
        SortedMap<Integer, FloatArray> byNumber = new TreeMap<>();
        chosen.forEach(one -> byNumber.put(one.name().numbers().getFirst(), one.array()));
        FloatArray before = null;
        for (FloatArray array : byNumber.values()) {
            int rank = array.shape().rank();
            if (rank < 2 || (before != null && before.shape().rank() != rank)) {
                return false;
            }
            if (before != null
                    && (array.shape().size(rank - 2) != 1
                            || array.shape().size(rank - 1) != before.shape().size(rank - 1) + 1)) {
                return false;
            }
            before = array;
        }
        return true;
    }

    /// Steps of `generate`, in which only new queries are there: the rows of a causal head,
    /// stacked.
    private Layout ofSteps(List<Named> chosen) {
        ArrayName name = chosen.getFirst().name();
        boolean layered = name.numbers().size() == 2;
        // With two numbers, the step's is the one along which the keys become more.
        int stepAt = layered ? stepNumber(chosen) : 0;
        SortedMap<Integer, SortedMap<Integer, FloatArray>> byLayer = new TreeMap<>();
        for (Named one : chosen) {
            List<Integer> numbers = one.name().numbers();
            int layer = layered ? numbers.get(1 - stepAt) : 0;
            if (byLayer.computeIfAbsent(layer, _ -> new TreeMap<>())
                            .put(numbers.get(stepAt), one.array())
                    != null) {
                throw twice(one);
            }
        }
        FloatArray first = chosen.getFirst().array();
        Axes axes =
                said.orElseGet(() -> layered ? layerAxes(first) : stepAxes(first.shape().rank()));
        SortedMap<Integer, List<Slab>> slabs = new TreeMap<>();
        for (Map.Entry<Integer, SortedMap<Integer, FloatArray>> entry : byLayer.entrySet()) {
            List<FloatArray> steps = List.copyOf(entry.getValue().values());
            steps.forEach(array -> requireFit(array, axes));
            requireSteps(steps, axes);
            long layers = layered ? 1 : axes.size(Axis.LAYER, first);
            requireCount(layers, "layers", axes, first);
            if (layered) {
                requireOneLayer(first, axes);
            }
            for (int layer = 0; layer < layers; layer++) {
                int in = layer;
                slabs.put(
                        layered ? entry.getKey() : layer,
                        steps.stream()
                                .map(array -> new Slab(array, axes, in, sample(axes, array)))
                                .toList());
            }
        }
        return layout(
                axes,
                "steps of generate, by the numbers in %s, stacked to one causal matrix"
                        .formatted(name.group()),
                slabs);
    }

    private Axes stepAxes(int rank) {
        Axes axes = OF_RANK.get(rank);
        if (axes == null) {
            throw unknownRank(rank, "");
        }
        return axes;
    }

    private int stepNumber(List<Named> chosen) {
        Named first = chosen.getFirst();
        for (Named one : chosen) {
            int rank = one.array().shape().rank();
            boolean differs =
                    rank >= 2
                            && first.array().shape().rank() == rank
                            && one.array().shape().size(rank - 1)
                                    != first.array().shape().size(rank - 1);
            for (int i = 0; differs && i < 2; i++) {
                if (one.name().numbers().get(1 - i).equals(first.name().numbers().get(1 - i))) {
                    return i;
                }
            }
        }
        throw FormatException.of(
                where,
                "two numbers in names such as %s, and as many keys in all"
                        .formatted(first.array().name()),
                "a step and a layer, with more keys at each step",
                "save one array a layer, attentions.0, attentions.1, ...");
    }

    private void requireSteps(List<FloatArray> steps, Axes axes) {
        long keys = 0;
        for (FloatArray array : steps) {
            long queries = axes.size(Axis.QUERY, array);
            boolean fits =
                    axes.size(Axis.KEY, array) == keys + queries
                            && axes.size(Axis.HEAD, array) == axes.size(Axis.HEAD, steps.getFirst())
                            && axes.size(Axis.LAYER, array)
                                    == axes.size(Axis.LAYER, steps.getFirst())
                            && axes.size(Axis.BATCH, array)
                                    == axes.size(Axis.BATCH, steps.getFirst());
            if (!fits) {
                throw FormatException.of(
                        where + ": " + array.name(),
                        "%s, axes %s, after %d keys".formatted(array.shape(), axes, keys),
                        "steps of generate: as many keys as before and one more a query",
                        "save every step of one text, from the prompt on");
            }
            keys += queries;
        }
    }

    private Axes layerAxes(FloatArray array) {
        return switch (array.shape().rank()) {
            case 4 -> byRank(array, Map.of(4, OF_LAYER));
            case 2, 3 -> byRank(array, OF_RANK);
            default -> throw unknownRank(array.shape().rank(), array.name());
        };
    }

    private FormatException unknownRank(int rank, String name) {
        return FormatException.of(
                name.isEmpty() ? where : where + ": " + name,
                rank + " axes",
                "2 to 5: q,k; h,q,k; l,h,q,k; l,b,h,q,k (an array a layer: b,h,q,k)",
                "take out the axes of size 1, as a.squeeze()");
    }

    /// Queries and keys come last by every custom. Where other neighbours are of one size and the
    /// last two aren't, it may be otherwise.
    private Axes byRank(FloatArray array, Map<Integer, Axes> known) {
        int rank = array.shape().rank();
        Axes usual = known.get(rank);
        if (usual == null) {
            throw unknownRank(rank, array.name());
        }
        if (array.shape().size(rank - 1) == array.shape().size(rank - 2)) {
            return usual;
        }
        List<Axes> candidates = new ArrayList<>(List.of(usual));
        for (int q = 0; q + 1 < rank - 1; q++) {
            if (array.shape().size(q) == array.shape().size(q + 1) && array.shape().size(q) > 1) {
                List<Axis> order = new ArrayList<>(usual.order().subList(0, rank - 2));
                order.addAll(q, List.of(Axis.QUERY, Axis.KEY));
                candidates.add(new Axes(order));
            }
        }
        if (candidates.size() > 1) {
            throw FormatException.of(
                    array.name().isEmpty() ? where : where + ": " + array.name(),
                    "%s, which can be %s"
                            .formatted(
                                    array.shape(),
                                    candidates.stream()
                                            .map(Axes::toString)
                                            .collect(Collectors.joining(" or "))),
                    "queries and keys as the last two axes, of one size",
                    "say which with --axes " + candidates.getLast());
        }
        return usual;
    }

    private void requireFit(FloatArray array, Axes axes) {
        String at = array.name().isEmpty() ? where : where + ": " + array.name();
        if (axes.rank() != array.shape().rank()) {
            throw FormatException.of(
                    at,
                    "%d axes, %s".formatted(array.shape().rank(), array.shape()),
                    "%d, as %s says".formatted(axes.rank(), axes),
                    "say a letter for each with --axes");
        }
        for (Axis axis : axes.order()) {
            if (axes.size(axis, array) == 0) {
                throw FormatException.of(
                        at,
                        "%s, axes %s: no entry on axis %s"
                                .formatted(array.shape(), axes, axis.letter()),
                        "at least 1",
                        "save attention of a text that isn't empty");
            }
        }
        for (Axis axis : List.of(Axis.QUERY, Axis.KEY)) {
            if (axes.size(axis, array) > Integer.MAX_VALUE - 8) {
                throw FormatException.of(
                        at,
                        "%d entries on axis %s".formatted(axes.size(axis, array), axis.letter()),
                        "fewer than 2^31",
                        "say other axes with --axes");
            }
        }
    }

    private void requireCount(long count, String what, Axes axes, FloatArray array) {
        if (count > MOST) {
            throw FormatException.of(
                    where,
                    "%d %s (%s, axes %s)".formatted(count, what, array.shape(), axes),
                    "at most " + MOST,
                    "say other axes with --axes");
        }
    }

    private long sample(Axes axes, FloatArray array) {
        long samples = axes.size(Axis.BATCH, array);
        if (options.batch().isEmpty() && samples > 1) {
            throw FormatException.of(
                    where,
                    "a batch of %d (%s, axes %s)".formatted(samples, array.shape(), axes),
                    "one text or image",
                    "choose one with --batch N"
                            + (samples <= 1000 && axes.equals(OF_LAYER)
                                    ? ", or say --axes l,h,q,k if these are layers"
                                    : ""));
        }
        int asked = options.batch().orElse(0);
        if (asked < 0 || asked >= samples) {
            throw FormatException.of(
                    where,
                    "--batch %d".formatted(asked),
                    "from 0 to %d".formatted(samples - 1),
                    "choose one of these");
        }
        return asked;
    }

    private Layout layout(Axes axes, String reason, SortedMap<Integer, List<Slab>> slabs) {
        List<Slab> stacked = slabs.firstEntry().getValue();
        FloatArray first = stacked.getFirst().array();
        long heads = axes.size(Axis.HEAD, first);
        requireCount(heads, "heads", axes, first);
        long queries = stacked.stream().mapToLong(Slab::queries).sum();
        int keys = stacked.stream().mapToInt(Slab::keys).max().orElseThrow();
        if (queries == 1 && keys == 1) {
            throw FormatException.of(
                    where,
                    "one query and one key (%s, axes %s)".formatted(first.shape(), axes),
                    "at least 2 tokens",
                    "save attention of a longer text, or say other axes with --axes");
        }
        return new Layout(
                axes, reason, slabs, (int) heads, Math.toIntExact(queries), keys, first.type());
    }

    private static String listed(List<String> names) {
        return names.stream()
                        .limit(8)
                        .map(name -> name.isEmpty() ? "(without a name)" : name)
                        .collect(Collectors.joining(", "))
                + (names.size() > 8 ? ", and %d more".formatted(names.size() - 8) : "");
    }
}
