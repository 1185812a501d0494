package dev.perron.figure;

import dev.perron.figure.Mark.Anchor;
import dev.perron.figure.Mark.Group;
import dev.perron.figure.Mark.Rect;
import dev.perron.figure.Mark.Text;
import dev.perron.figure.Paint.Rgb;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Tokens in reading order, each coloured by its score, which stands below it.
///
/// In SVG a token is a group with `data-token`, its place in the text from 0.
///
/// @param title one line
/// @param notes sentences below the title: what the score is, of which head, how it was computed
/// @param tokens the n tokens, at least 1
/// @param scores `[n]`, finite and not negative
/// @param scale from scores to colours
/// @param width in pixels, at least 240; tokens are wrapped to it
public record TokenStrip(
        String title,
        List<String> notes,
        List<Label> tokens,
        List<Double> scores,
        ColourScale scale,
        double width) {
    /// The width unless said otherwise.
    public static final double WIDTH = 880;

    private static final double SIZE = 13;
    private static final double SMALL = 10;
    private static final double PADDING = 7;
    private static final double GAP = 5;
    private static final double CELL = 26;
    private static final double PITCH = 48;
    private static final int MOST_COLUMNS = 28;

    /// Checks and copies.
    ///
    /// @throws IllegalArgumentException if sizes don't fit, or a score is negative or not finite
    public TokenStrip {
        notes = List.copyOf(notes);
        tokens = List.copyOf(tokens);
        scores = List.copyOf(scores);
        Values.require(tokens.size(), scores);
        if (!(width >= 240 && width < 1e5)) {
            throw new IllegalArgumentException("width " + width + ", must be from 240 to 100000");
        }
    }

    /// A strip whose colours go from 0 to the largest score.
    public static TokenStrip of(String title, List<Label> tokens, double... scores) {
        return new TokenStrip(
                title,
                List.of(),
                tokens,
                Arrays.stream(scores).boxed().toList(),
                ColourScale.upTo(Arrays.stream(scores).max().orElse(0)),
                WIDTH);
    }

    /// The same with other notes.
    public TokenStrip withNotes(String... notes) {
        return new TokenStrip(title, List.of(notes), tokens, scores, scale, width);
    }

    /// The same on another scale.
    public TokenStrip withScale(ColourScale scale) {
        return new TokenStrip(title, notes, tokens, scores, scale, width);
    }

    /// The same at another width.
    public TokenStrip withWidth(double width) {
        return new TokenStrip(title, notes, tokens, scores, scale, width);
    }

    /// The picture.
    public Drawing draw() {
        Sheet sheet = new Sheet(width);
        sheet.title(title);
        notes.forEach(sheet::note);
        if (tokens.stream().anyMatch(Label::special)) {
            sheet.note("Dashed: special tokens, which the model adds to the text.");
        }
        sheet.legend(scale, Values.above(scores, scale));
        double x = Sheet.MARGIN;
        int columns = Math.min(MOST_COLUMNS, (int) ((width - 60) / (Text.ADVANCE * SIZE)));
        sheet.down(4);
        for (int i = 0; i < tokens.size(); i++) {
            String text = tokens.get(i).visible(columns);
            double cell = cellWidth(text);
            if (x + cell > width - Sheet.MARGIN && x > Sheet.MARGIN) {
                x = Sheet.MARGIN;
                sheet.down(PITCH);
            }
            sheet.add(cell(i, text, x, sheet.y(), cell));
            sheet.reach(x + cell);
            x += cell + GAP;
        }
        sheet.down(PITCH - 6);
        return sheet.finish(title, description());
    }

    // Wide enough for any score, so that a page can refill it.
    private static double cellWidth(String text) {
        return Math.max(
                Label.columns(text) * Text.ADVANCE * SIZE + 2 * PADDING, 7 * Text.ADVANCE * SMALL);
    }

    private Group cell(int i, String text, double x, double y, double cell) {
        double score = scores.get(i);
        Rgb colour = scale.colour(score);
        boolean special = tokens.get(i).special();
        double middle = x + cell / 2;
        return new Group(
                "%d “%s”: %s".formatted(i, tokens.get(i).visible(), Digits.of(score)),
                Map.of("token", String.valueOf(i)),
                List.of(
                        Rect.of(x + 0.5, y + 0.5, cell - 1, CELL - 1)
                                .rounded(5)
                                .filled(colour)
                                .outlined(special ? Paint.Role.ACCENT : Paint.Role.LINE, special),
                        Text.mono(middle, y + 17.5, text, SIZE)
                                .at(Anchor.MIDDLE)
                                .filled(colour.ink()),
                        Text.mono(middle, y + CELL + 11, Digits.of(score), SMALL)
                                .at(Anchor.MIDDLE)
                                .filled(Paint.Role.MUTED)));
    }

    private String description() {
        int top = 0;
        for (int i = 1; i < scores.size(); i++) {
            top = scores.get(i) > scores.get(top) ? i : top;
        }
        return "%d tokens in reading order, coloured by score. The highest is “%s” with %s."
                .formatted(tokens.size(), tokens.get(top).visible(), Digits.of(scores.get(top)));
    }
}
