package dev.perron.figure;

import java.util.ArrayList;
import java.util.List;

/// One attention matrix `[query, key]`: row i is what token i attends to.
///
/// Up to 64 tokens each entry is a cell; above, the matrix is one picture; above [#MOST_TILES]
/// entries a side, several entries share a square, and the figure says so.
///
/// @param title one line
/// @param notes sentences below the title
/// @param tokens the n tokens, at least 1
/// @param attention `[n, n]`, read when drawn; finite and not negative
/// @param scale from attention to colours
/// @param tiles what a square shows that several entries share
public record Heatmap(
        String title,
        List<String> notes,
        List<Label> tokens,
        Matrix attention,
        ColourScale scale,
        Tiles tiles) {
    /// Squares a side at most.
    public static final int MOST_TILES = 640;

    private static final double MOST_SIDE = 640;
    private static final int ROW_LABEL = 16;

    /// What a square shows that several entries share.
    public enum Tiles {
        /// Their largest: a thin line stays visible.
        MAX,
        /// Their mean: no square promises more than there is.
        MEAN
    }

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there are no tokens, or an entry is negative or not
    ///   finite: the message names it
    public Heatmap {
        notes = List.copyOf(notes);
        tokens = List.copyOf(tokens);
        largest(tokens.size(), attention);
    }

    /// A heatmap whose colours go from 0 to the largest entry.
    public static Heatmap of(String title, List<Label> tokens, Matrix attention) {
        return new Heatmap(
                title,
                List.of(),
                tokens,
                attention,
                ColourScale.upTo(largest(tokens.size(), attention)),
                Tiles.MAX);
    }

    /// The same with other notes.
    public Heatmap withNotes(String... notes) {
        return new Heatmap(title, List.of(notes), tokens, attention, scale, tiles);
    }

    /// The same on another scale.
    public Heatmap withScale(ColourScale scale) {
        return new Heatmap(title, notes, tokens, attention, scale, tiles);
    }

    /// The same with other squares.
    public Heatmap withTiles(Tiles tiles) {
        return new Heatmap(title, notes, tokens, attention, scale, tiles);
    }

    /// How many entries a side share a square: 1 up to [#MOST_TILES] tokens.
    public int entriesPerTile() {
        return Math.ceilDiv(tokens.size(), MOST_TILES);
    }

    /// The picture.
    public Drawing draw() {
        int n = tokens.size();
        int per = entriesPerTile();
        int side = Math.ceilDiv(n, per);
        double cell = Math.clamp(Math.floor(MOST_SIDE / side), 1, 36);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < n; i += per) {
            labels.add(tokens.get(i));
        }
        Matrix values = per == 1 ? attention : (r, c) -> tile(r * per, c * per, per);
        MatrixPlot plot =
                new MatrixPlot(
                        labels.stream().map(l -> l.visible(ROW_LABEL)).toList(),
                        labels,
                        values,
                        scale,
                        cell,
                        cell);
        Sheet sheet = new Sheet(Math.max(400, plot.width() + 2 * Sheet.MARGIN));
        sheet.title(title);
        notes.forEach(sheet::note);
        sheet.note(
                "Row: the token that attends (query, dest). Column: the token attended to (key,"
                        + " src).");
        if (plot.roomy()) {
            sheet.note(MatrixPlot.LEFT_OUT);
        }
        if (per > 1) {
            sheet.note(
                    "Each square is the %s of %d x %d entries."
                            .formatted(tiles == Tiles.MAX ? "largest" : "mean", per, per));
        }
        sheet.legend(scale, largest(n, attention) > scale.high());
        plot.draw(sheet, Sheet.MARGIN);
        return sheet.finish(
                title,
                "Attention of %d tokens to each other; the largest entry is %s."
                        .formatted(n, Digits.of(largest(n, attention))));
    }

    private double tile(int row, int column, int per) {
        int n = tokens.size();
        double most = 0;
        double sum = 0;
        int entries = 0;
        for (int i = row; i < Math.min(n, row + per); i++) {
            for (int j = column; j < Math.min(n, column + per); j++) {
                double a = attention.at(i, j);
                most = Math.max(most, a);
                sum += a;
                entries++;
            }
        }
        return tiles == Tiles.MAX ? most : sum / entries;
    }

    private static double largest(int n, Matrix attention) {
        if (n < 1) {
            throw new IllegalArgumentException("no tokens, must be at least 1");
        }
        double most = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double a = attention.at(i, j);
                if (!(a >= 0 && a < Double.POSITIVE_INFINITY)) {
                    Values.require(a, "attention[%d, %d]".formatted(i, j));
                }
                most = Math.max(most, a);
            }
        }
        return most;
    }
}
