package dev.perron.attention;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the rows of one head are like, before anything is done about it.
///
/// @param worstError the largest |row sum - 1| of the rows that aren't empty
/// @param worstRow the first query with it; -1 if all rows are empty
/// @param offRows how many rows miss 1 by more than the tolerance
/// @param zero the queries whose row is all zero
/// @param nan the queries whose row is all NaN
/// @param uniform the queries whose row has all keys equal, unless all rows are so: padded queries
///   of models that mask with a large finite number, or the softmax of nothing
/// @param notAttention the first entry that no softmax gives, in words
/// @param columnsSumToOne whether all columns sum to 1, and not all rows: stored as key by query
/// @param causal whether no query attends to a later key
/// @param sinks the keys that have a tenth of all attention or more, and three times or more of
///   what they would have if each query attended evenly to what it sees: special tokens mostly do
public record RowFindings(
        double worstError,
        int worstRow,
        int offRows,
        List<Integer> zero,
        List<Integer> nan,
        List<Integer> uniform,
        Optional<String> notAttention,
        boolean columnsSumToOne,
        boolean causal,
        List<Integer> sinks) {
    /// Copies the lists.
    public RowFindings {
        zero = List.copyOf(zero);
        nan = List.copyOf(nan);
        uniform = List.copyOf(uniform);
        sinks = List.copyOf(sinks);
    }

    /// The queries whose row is empty, ascending.
    public List<Integer> empty() {
        return Stream.concat(zero.stream(), nan.stream()).sorted().toList();
    }
}
