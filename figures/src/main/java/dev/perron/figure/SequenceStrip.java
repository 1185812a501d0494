package dev.perron.figure;

import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Raster;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Sequences of tokens as coloured strips, one below the other, time to the right: the tokens that
/// come most often have colours of their own, all others are grey.
///
/// @param title one line
/// @param notes sentences below the title
/// @param names of the tokens, by their numbers
/// @param rows the sequences, at least one, none of them empty
public record SequenceStrip(String title, List<String> notes, List<String> names, List<Row> rows) {
    private static final double WIDTH = 720;
    private static final double HEIGHT = 22;
    private static final double LABEL = 150;
    private static final int MOST_CELLS = 1440;

    /// How wide a sheet must be for it.
    static final double OUTER_WIDTH = LABEL + WIDTH + 2 * Sheet.MARGIN;

    /// One sequence.
    ///
    /// @param name before it
    /// @param tokens their numbers, each one that has a name
    /// @param given how many of them, from the first on, were given and are underlined
    public record Row(String name, List<Integer> tokens, int given) {
        /// Copies the list.
        public Row {
            tokens = List.copyOf(tokens);
        }
    }

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if there are no sequences, one is empty, or a token has no
    ///   name
    public SequenceStrip {
        notes = List.copyOf(notes);
        names = List.copyOf(names);
        rows = List.copyOf(rows);
        int most = names.size();
        if (rows.isEmpty() || rows.stream().anyMatch(row -> row.tokens().isEmpty())) {
            throw new IllegalArgumentException("a sequence is empty, must have a token");
        }
        if (rows.stream().flatMap(row -> row.tokens().stream()).anyMatch(t -> t < 0 || t >= most)) {
            throw new IllegalArgumentException("a token has no name, must have one");
        }
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(OUTER_WIDTH);
        onto(sheet);
        return sheet.finish(title, description());
    }

    /// What it shows, in a sentence.
    String description() {
        return "%d sequences of up to %d tokens; “%s” comes most often."
                .formatted(rows.size(), longest(), names.get(byFrequency().getFirst()));
    }

    private int longest() {
        return rows.stream().mapToInt(row -> row.tokens().size()).max().orElse(1);
    }

    /// Puts it below what is on a sheet.
    void onto(Sheet sheet) {
        List<Integer> order = byFrequency();
        int[] hue = new int[names.size()];
        for (int i = 0; i < order.size(); i++) {
            hue[order.get(i)] = i;
        }
        int longest = longest();
        int per = Math.ceilDiv(longest, MOST_CELLS);
        sheet.title(title);
        notes.forEach(sheet::note);
        if (per > 1) {
            sheet.note("Each column is the first of %d tokens.".formatted(per));
        }
        legend(sheet, order);
        for (Row row : rows) {
            double left = Sheet.MARGIN + LABEL;
            double width = WIDTH * row.tokens().size() / longest;
            sheet.add(Text.mono(Sheet.MARGIN, sheet.y() + 15, Label.sentence(row.name(), 21), 11));
            sheet.add(
                    new Raster(
                            left,
                            sheet.y(),
                            width,
                            HEIGHT,
                            Pixels.of(
                                    Math.ceilDiv(row.tokens().size(), per),
                                    1,
                                    (x, _) -> Hues.of(hue[row.tokens().get(x * per)]).packed()),
                            Map.of("row", row.name())));
            if (row.given() > 0) {
                sheet.add(
                        Rect.of(
                                        left,
                                        sheet.y() + HEIGHT + 1,
                                        width * row.given() / row.tokens().size(),
                                        2)
                                .filled(Paint.Role.INK));
            }
            sheet.reach(left + width);
            sheet.down(HEIGHT + 10);
        }
        sheet.note(
                "Underlined: what was given. Time goes to the right, %d tokens."
                        .formatted(longest));
    }

    private void legend(Sheet sheet, List<Integer> order) {
        sheet.down(6);
        double x = Sheet.MARGIN;
        int shown = Math.min(order.size(), Hues.count());
        for (int i = 0; i <= shown && i < names.size(); i++) {
            String name =
                    i == Hues.count()
                            ? "all others"
                            : i < order.size() ? visible(order.get(i)) : "";
            if (name.isEmpty()) {
                break;
            }
            double width = 20 + Label.columns(name) * Text.ADVANCE * 11 + 14;
            if (x + width > sheet.width() - Sheet.MARGIN) {
                x = Sheet.MARGIN;
                sheet.down(18);
            }
            sheet.add(
                    new Group(
                            name,
                            Map.of("legend", String.valueOf(i)),
                            List.of(
                                    Rect.of(x, sheet.y() + 2, 12, 12).filled(Hues.of(i)),
                                    Text.mono(x + 18, sheet.y() + 12, name, 11))));
            sheet.reach(x + width);
            x += width;
        }
        sheet.down(26);
    }

    private String visible(int token) {
        return new Label(names.get(token), false).visible(12);
    }

    /// The tokens that occur, the most frequent first.
    private List<Integer> byFrequency() {
        long[] times = new long[names.size()];
        rows.forEach(row -> row.tokens().forEach(token -> times[token]++));
        return new ArrayList<>(
                IntStream.range(0, names.size())
                        .filter(token -> times[token] > 0)
                        .boxed()
                        .sorted(Comparator.comparingLong((Integer token) -> -times[token]))
                        .toList());
    }
}
