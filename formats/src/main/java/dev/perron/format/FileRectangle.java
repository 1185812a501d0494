package dev.perron.format;

import dev.perron.attention.RectangularHead;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// One head of a file whose queries and keys may be different tokens, without padding.
///
/// @param head its rows, divided by what is left of them without padding
/// @param queries the positions of its queries in the file, ascending
/// @param keys the positions of its keys in the file, ascending
public record FileRectangle(RectangularHead head, List<Integer> queries, List<Integer> keys) {
    /// Copies the lists.
    public FileRectangle {
        queries = List.copyOf(queries);
        keys = List.copyOf(keys);
    }

    /// A head's rows, checked. Positions of padding are those of keys, and of queries too where
    /// these are the same tokens.
    ///
    /// @throws FormatException if a row isn't a distribution, or all is padding
    static FileRectangle of(
            FileDescription about, int layer, int head, float[] rows, Set<Integer> padding) {
        List<Integer> queries = left(about.queries(), about.square() ? padding : Set.<Integer>of());
        List<Integer> keys = left(about.keys(), padding);
        if (queries.isEmpty() || keys.isEmpty()) {
            throw wrong(about, "all keys are padding", "at least one token");
        }
        try {
            RectangularHead whole =
                    RectangularHead.of(
                            layer,
                            head,
                            queries.size(),
                            rows(rows, queries, about.keys()),
                            about.type().precision());
            return new FileRectangle(
                    keys.size() == about.keys() ? whole : whole.onKeys(keys), queries, keys);
        } catch (IllegalArgumentException e) {
            throw wrong(about, String.valueOf(e.getMessage()), "rows of attention");
        }
    }

    private static List<Integer> left(int count, Set<Integer> gone) {
        return IntStream.range(0, count).filter(i -> !gone.contains(i)).boxed().toList();
    }

    private static float[] rows(float[] all, List<Integer> queries, int keys) {
        if (queries.size() * (long) keys == all.length) {
            return all;
        }
        float[] some = new float[queries.size() * keys];
        for (int i = 0; i < queries.size(); i++) {
            System.arraycopy(all, queries.get(i) * keys, some, i * keys, keys);
        }
        return some;
    }

    private static FormatException wrong(FileDescription about, String found, String expected) {
        return FormatException.of(
                about.path(), found, expected, "look at it with 'perron inspect'");
    }
}
