package dev.perron.format;

import dev.perron.attention.RowFindings;
import dev.perron.attention.RowPolicy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Whether a head's rows are taken, and what to do if not.
///
/// @param path of the file
/// @param head its name, `L5H3`
record RowJudgement(String path, String head, Layout layout, RowPolicy policy) {
    /// @param claimedCausal what the sidecar says
    /// @param kept the positions that become states; empty for all
    /// @throws FormatException if the rows aren't taken under the policy
    void require(RowFindings rows, Optional<Boolean> claimedCausal, Set<Integer> kept) {
        if (rows.columnsSumToOne()) {
            throw wrong(
                    "columns that sum to 1, and rows that don't (row %d is off by %s)"
                            .formatted(rows.worstRow(), digits(rows.worstError())),
                    "rows of queries, which sum to 1",
                    "it is stored as key by query: say --axes " + transposed());
        }
        if (rows.notAttention().isPresent()) {
            throw wrong(
                    rows.notAttention().get(),
                    "finite numbers from 0",
                    "save attention after the softmax, or say --scores if these are the scores"
                            + " before it");
        }
        List<Integer> empty =
                rows.empty().stream().filter(i -> kept.isEmpty() || kept.contains(i)).toList();
        if (!empty.isEmpty() && !policy.takesEmpty()) {
            throw wrong(
                    "%s (%s)".formatted(named(empty), rows.nan().isEmpty() ? "all zero" : "NaN"),
                    "rows that sum to 1",
                    "if they are padding, leave them out with --rows drop-empty; or keep them with"
                            + " --rows self-loop or uniform");
        }
        double tolerance = layout.type().precision().tolerance();
        if (rows.offRows() > 0 && policy == RowPolicy.STRICT) {
            throw wrong(
                    "%d rows that don't sum to 1; row %d is off by %s"
                            .formatted(rows.offRows(), rows.worstRow(), digits(rows.worstError())),
                    "1 within %s for %s".formatted(tolerance, layout.type()),
                    "divide rows by their sums with --rows renormalize, if that is what they mean");
        }
        if (claimedCausal.orElse(false) && !rows.causal()) {
            throw wrong(
                    "a query that attends to a later key",
                    "causal attention, as the sidecar says",
                    "correct \"causal\" in the sidecar, or say the other order with --axes "
                            + transposed());
        }
    }

    private FormatException wrong(String found, String expected, String next) {
        return FormatException.of("%s: %s".formatted(path, head), found, expected, next);
    }

    private String transposed() {
        return layout.axes().order().stream()
                .map(
                        axis ->
                                switch (axis) {
                                    case QUERY -> Axis.KEY;
                                    case KEY -> Axis.QUERY;
                                    case LAYER, BATCH, HEAD -> axis;
                                })
                .map(axis -> String.valueOf(axis.letter()))
                .collect(Collectors.joining(","));
    }

    private static String digits(double error) {
        return String.format(java.util.Locale.ROOT, "%.3g", error);
    }

    /// `empty rows 9 to 15`, `empty rows 3, 7 and 12 more`.
    private static String named(List<Integer> rows) {
        int first = rows.getFirst();
        int last = rows.getLast();
        if (rows.size() == 1) {
            return "an empty row %d".formatted(first);
        }
        if (last - first + 1 == rows.size()) {
            return "empty rows %d to %d".formatted(first, last);
        }
        return "empty rows %s%s"
                .formatted(
                        rows.stream()
                                .limit(5)
                                .map(String::valueOf)
                                .collect(Collectors.joining(", ")),
                        rows.size() > 5 ? " and %d more".formatted(rows.size() - 5) : "");
    }
}
