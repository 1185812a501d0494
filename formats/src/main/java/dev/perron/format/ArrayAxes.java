package dev.perron.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// What the axes of an array are by their number and sizes, and whether an array fits them; what
/// can be read in two ways isn't guessed.
///
/// @param where the file, for messages
/// @param batch the sample that was asked for
record ArrayAxes(String where, OptionalInt batch) {
    private static final int MOST = 10_000; // layers, or heads of a layer

    private static final Map<Integer, Axes> OF_RANK =
            Map.of(
                    2, Axes.parse("q,k"),
                    3, Axes.parse("h,q,k"),
                    4, Axes.parse("l,h,q,k"),
                    5, Axes.parse("l,b,h,q,k"));
    private static final Axes OF_LAYER = Axes.parse("b,h,q,k");

    /// The axes of an array that holds everything.
    ///
    /// @throws FormatException if they can be read in two ways, or in none
    Axes ofAll(FloatArray array) {
        return byRank(array, OF_RANK);
    }

    /// The axes of a step of `generate` with all layers in it.
    ///
    /// @throws FormatException if no such array has so many
    Axes ofStep(int rank) {
        Axes axes = OF_RANK.get(rank);
        if (axes == null) {
            throw unknownRank(rank, "");
        }
        return axes;
    }

    /// The axes of an array that is one layer.
    ///
    /// @throws FormatException if they can be read in two ways, or in none
    Axes ofLayer(FloatArray array) {
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

    /// @throws FormatException if an array hasn't these axes, or one has no or too many entries
    void requireFit(FloatArray array, Axes axes) {
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

    /// @throws FormatException if there are more than any model has
    void requireCount(long count, String what, Axes axes, FloatArray array) {
        if (count > MOST) {
            throw FormatException.of(
                    where,
                    "%d %s (%s, axes %s)".formatted(count, what, array.shape(), axes),
                    "at most " + MOST,
                    "say other axes with --axes");
        }
    }

    /// Which sample of a batch is meant.
    ///
    /// @throws FormatException if there are several and none is said, or there isn't that one
    long sample(Axes axes, FloatArray array) {
        long samples = axes.size(Axis.BATCH, array);
        if (batch.isEmpty() && samples > 1) {
            throw FormatException.of(
                    where,
                    "a batch of %d (%s, axes %s)".formatted(samples, array.shape(), axes),
                    "one text or image",
                    "choose one with --batch N"
                            + (samples <= 1000 && axes.equals(OF_LAYER)
                                    ? ", or say --axes l,h,q,k if these are layers"
                                    : ""));
        }
        int asked = batch.orElse(0);
        if (asked < 0 || asked >= samples) {
            throw FormatException.of(
                    where,
                    "--batch %d".formatted(asked),
                    "from 0 to %d".formatted(samples - 1),
                    "choose one of these");
        }
        return asked;
    }

    /// @throws FormatException if there are several layers in an array
    void requireOneLayer(FloatArray array, Axes axes) {
        if (axes.size(Axis.LAYER, array) != 1) {
            throw FormatException.of(
                    where + ": " + array.name(),
                    "%d layers in an array that is one by its name (%s, axes %s)"
                            .formatted(axes.size(Axis.LAYER, array), array.shape(), axes),
                    "one layer in each of several arrays",
                    "say --axes b,h,q,k if the first axis is a batch");
        }
    }
}
