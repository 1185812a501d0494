package dev.perron.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Which arrays of a file are meant: one, or those of one group of names.
final class ArrayChoice {
    private final ArrayFile file;
    private final String where;

    private ArrayChoice(ArrayFile file, String where) {
        this.file = file;
        this.where = where;
    }

    /// An array and its name, taken apart.
    record Named(ArrayName name, FloatArray array) {}

    /// The arrays, all of one type.
    ///
    /// @throws FormatException if there is none, or more than one group that could be meant
    static List<Named> of(ArrayFile file, String where, ReadOptions options) {
        ArrayChoice choice = new ArrayChoice(file, where);
        List<Named> chosen = choice.chosen(options);
        choice.requireOneType(chosen);
        return chosen;
    }

    private List<Named> chosen(ReadOptions options) {
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

    private static String listed(List<String> names) {
        return names.stream()
                        .limit(8)
                        .map(name -> name.isEmpty() ? "(without a name)" : name)
                        .collect(Collectors.joining(", "))
                + (names.size() > 8 ? ", and %d more".formatted(names.size() - 8) : "");
    }

    /// What two arrays of one number are.
    static FormatException twice(String where, Named one) {
        return FormatException.of(
                where,
                "%s and another array have the same number".formatted(one.array().name()),
                "each number once",
                "save them as attentions.0, attentions.1, ...");
    }
}
