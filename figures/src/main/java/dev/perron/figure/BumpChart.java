package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Line;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;
import dev.perron.figure.Paint.Rgb;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// How a ranking changes from setting to setting: a column a ranking, the first tokens of each from
/// top to bottom, coloured by their scores, and each joined to where it stands in the next column.
///
/// In SVG a token of a ranking is a group with `data-column` and `data-token`, its place in the
/// text from 0.
///
/// @param title one line
/// @param notes sentences below the title
/// @param tokens the n tokens, at least 1
/// @param columns the rankings, at least 1, each of n scores
/// @param top how many tokens of each are shown, at least 1
/// @param scale from scores to colours
public record BumpChart(
        String title,
        List<String> notes,
        List<Label> tokens,
        List<Column> columns,
        int top,
        ColourScale scale) {
    private static final double LEFT = 24;
    private static final double CELL = 88;
    private static final double HEIGHT = 30;
    private static final double GAP = 34;
    private static final double PITCH = 40;
    private static final double SIZE = 12;
    private static final double SMALL = 9;
    private static final int COLUMNS = 11; // of a token's name in its cell

    /// One ranking.
    ///
    /// @param name above it, as `α 0.99`
    /// @param below what stands under it, as `τ 0.93`; empty for nothing
    /// @param scores `[n]`, finite and not negative
    public record Column(String name, String below, List<Double> scores) {
        /// Copies the scores.
        public Column {
            scores = List.copyOf(scores);
        }

        /// Tokens by falling score; of equal ones the earlier first.
        private List<Integer> order() {
            return IntStream.range(0, scores.size())
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> scores.get(i)).reversed())
                    .toList();
        }
    }

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if sizes don't fit, `top` is below 1, or a score is
    ///   negative or not finite
    public BumpChart {
        notes = List.copyOf(notes);
        tokens = List.copyOf(tokens);
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("no rankings, must be at least 1");
        }
        for (Column column : columns) {
            Values.require(tokens.size(), column.scores());
        }
        if (top < 1) {
            throw new IllegalArgumentException("top = %d, must be >= 1".formatted(top));
        }
    }

    /// A chart whose colours go from 0 to the largest score.
    public static BumpChart of(String title, List<Label> tokens, List<Column> columns, int top) {
        double largest =
                columns.stream().mapToDouble(c -> Values.largest(c.scores())).max().orElse(0);
        return new BumpChart(title, List.of(), tokens, columns, top, ColourScale.upTo(largest));
    }

    /// The same with other notes.
    public BumpChart withNotes(String... notes) {
        return new BumpChart(title, List.of(notes), tokens, columns, top, scale);
    }

    /// The picture.
    public Drawing draw() {
        int shown = Math.min(top, tokens.size());
        List<List<Integer>> orders = columns.stream().map(Column::order).toList();
        Sheet sheet = new Sheet(Math.max(420, x(columns.size()) - GAP + Sheet.MARGIN));
        sheet.title(title);
        notes.forEach(sheet::note);
        if (tokens.stream().anyMatch(Label::special)) {
            sheet.note("Dashed: special tokens, which the model adds to the text.");
        }
        sheet.legend(scale, columns.stream().anyMatch(c -> Values.above(c.scores(), scale)));
        for (int c = 0; c < columns.size(); c++) {
            sheet.add(
                    Text.mono(x(c) + CELL / 2, sheet.y() + 12, columns.get(c).name(), SIZE)
                            .at(Anchor.MIDDLE)
                            .strong()
                            .named("column", String.valueOf(c)));
        }
        sheet.down(22);
        for (int r = 0; r < shown; r++) {
            sheet.add(
                    Text.mono(
                                    Sheet.MARGIN + LEFT - 8,
                                    y(sheet, r) + HEIGHT / 2 + 4,
                                    String.valueOf(r + 1),
                                    11)
                            .at(Anchor.END)
                            .filled(Paint.Role.MUTED));
        }
        for (int c = 0; c + 1 < columns.size(); c++) {
            for (int r = 0; r < shown; r++) {
                int next = orders.get(c + 1).indexOf(orders.get(c).get(r));
                if (next < shown) {
                    sheet.add(link(sheet, c, r, next));
                }
            }
        }
        for (int c = 0; c < columns.size(); c++) {
            for (int r = 0; r < shown; r++) {
                sheet.add(cell(c, orders.get(c).get(r), r, x(c), y(sheet, r)));
            }
        }
        sheet.reach(x(columns.size()) - GAP);
        sheet.down(shown * PITCH - (PITCH - HEIGHT));
        if (columns.stream().anyMatch(c -> !c.below().isEmpty())) {
            for (int c = 0; c < columns.size(); c++) {
                sheet.add(
                        Text.mono(x(c) + CELL / 2, sheet.y() + 20, columns.get(c).below(), 11)
                                .at(Anchor.MIDDLE)
                                .filled(Paint.Role.MUTED));
            }
            sheet.down(24);
        }
        return sheet.finish(title, description(orders));
    }

    private static double x(int column) {
        return Sheet.MARGIN + LEFT + column * (CELL + GAP);
    }

    private static double y(Sheet sheet, int rank) {
        return sheet.y() + rank * PITCH;
    }

    /// Pale where a token keeps its rank, so that the eye goes to where it doesn't.
    private static Line link(Sheet sheet, int column, int rank, int next) {
        return new Line(
                x(column) + CELL,
                y(sheet, rank) + HEIGHT / 2,
                x(column + 1),
                y(sheet, next) + HEIGHT / 2,
                rank == next ? Paint.Role.LINE : Paint.Role.INK,
                Map.of("link", String.valueOf(column)));
    }

    private Group cell(int column, int token, int rank, double x, double y) {
        Column ranking = columns.get(column);
        double score = ranking.scores().get(token);
        Rgb colour = scale.colour(score);
        Label label = tokens.get(token);
        return new Group(
                "%s: %d. %d “%s” %s"
                        .formatted(
                                ranking.name(), rank + 1, token, label.visible(), Digits.of(score)),
                Map.of("column", String.valueOf(column), "token", String.valueOf(token)),
                List.of(
                        Rect.of(x + 0.5, y + 0.5, CELL - 1, HEIGHT - 1)
                                .rounded(5)
                                .filled(colour)
                                .outlined(
                                        label.special() ? Paint.Role.ACCENT : Paint.Role.LINE,
                                        label.special()),
                        Text.mono(x + CELL / 2, y + 14, label.visible(COLUMNS), SIZE)
                                .at(Anchor.MIDDLE)
                                .filled(colour.ink()),
                        Text.mono(x + CELL / 2, y + 25, Digits.of(score), SMALL)
                                .at(Anchor.MIDDLE)
                                .filled(colour.ink())));
    }

    private String description(List<List<Integer>> orders) {
        return "%d rankings of %d tokens; first in %s is “%s”, first in %s “%s”."
                .formatted(
                        columns.size(),
                        tokens.size(),
                        columns.getFirst().name(),
                        tokens.get(orders.getFirst().getFirst()).visible(),
                        columns.getLast().name(),
                        tokens.get(orders.getLast().getFirst()).visible());
    }
}
