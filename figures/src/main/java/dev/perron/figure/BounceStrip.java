package dev.perron.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bounces, one below the other: row n holds the values of all tokens after n bounces. Where there
/// is a limit, it is the last row.
///
/// @param title one line
/// @param notes sentences below the title: bounces of which head, from or to which token
/// @param tokens the tokens, at least 1
/// @param bounces `[n][token]`, n from 0, at least one; finite and not negative
/// @param limit `[token]`: what the bounces tend to, where it is known
/// @param scale from values to colours
public record BounceStrip(
        String title,
        List<String> notes,
        List<Label> tokens,
        List<List<Double>> bounces,
        Optional<List<Double>> limit,
        ColourScale scale) {
    private static final double MOST_WIDTH = 900;
    private static final double HEIGHT = 20;

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if sizes don't fit, or a value is negative or not finite
    public BounceStrip {
        notes = List.copyOf(notes);
        tokens = List.copyOf(tokens);
        bounces = bounces.stream().map(List::copyOf).toList();
        limit = limit.map(List::copyOf);
        if (bounces.isEmpty()) {
            throw new IllegalArgumentException("no bounces, must be at least bounce 0");
        }
        for (List<Double> bounce : bounces) {
            Values.require(tokens.size(), bounce);
        }
        if (limit.isPresent()) {
            Values.require(tokens.size(), limit.get());
        }
    }

    /// A strip without a limit, whose colours go from 0 to the largest value after bounce 0: that
    /// one is all on one token, and would drown the others.
    public static BounceStrip of(String title, List<Label> tokens, List<List<Double>> bounces) {
        List<List<Double>> later =
                bounces.size() > 1 ? bounces.subList(1, bounces.size()) : bounces;
        double largest = later.stream().mapToDouble(Values::largest).max().orElse(0);
        return new BounceStrip(
                title, List.of(), tokens, bounces, Optional.empty(), ColourScale.upTo(largest));
    }

    /// The same with other notes.
    public BounceStrip withNotes(String... notes) {
        return new BounceStrip(title, List.of(notes), tokens, bounces, limit, scale);
    }

    /// The same with a limit.
    public BounceStrip withLimit(List<Double> limit) {
        return new BounceStrip(title, notes, tokens, bounces, Optional.of(limit), scale);
    }

    /// The same on another scale.
    public BounceStrip withScale(ColourScale scale) {
        return new BounceStrip(title, notes, tokens, bounces, limit, scale);
    }

    /// The picture.
    public Drawing draw() {
        int n = tokens.size();
        List<List<Double>> all = new ArrayList<>(bounces);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < bounces.size(); i++) {
            names.add("bounce " + i);
        }
        limit.ifPresent(
                row -> {
                    all.add(row);
                    names.add("limit");
                });
        // whole pixels, down to two: then a long text is a wide figure
        double cell = Math.clamp(Math.floor(MOST_WIDTH / n), 2, 36);
        MatrixPlot plot =
                new MatrixPlot(names, tokens, (i, j) -> all.get(i).get(j), scale, cell, HEIGHT);
        Sheet sheet = new Sheet(Math.max(400, plot.width() + 2 * Sheet.MARGIN));
        sheet.title(title);
        notes.forEach(sheet::note);
        if (plot.roomy()) {
            sheet.note(MatrixPlot.LEFT_OUT);
        }
        sheet.legend(scale, all.stream().anyMatch(row -> Values.above(row, scale)));
        plot.draw(sheet, Sheet.MARGIN);
        return sheet.finish(
                title,
                "%d tokens from bounce 0 to bounce %d%s."
                        .formatted(
                                n, bounces.size() - 1, limit.isPresent() ? ", and the limit" : ""));
    }
}
