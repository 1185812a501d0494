package dev.perron.figure;

import dev.perron.attention.Token;

import java.util.List;

/// A token's name in a figure.
///
/// @param text as it is, with spaces and line breaks; may be empty
/// @param special whether the model adds it and the text doesn't have it
public record Label(String text, boolean special) {
    /// The label of a token.
    public static Label of(Token token) {
        return new Label(token.label(), token instanceof Token.Special);
    }

    /// The labels of tokens, in order.
    public static List<Label> of(List<Token> tokens) {
        return tokens.stream().map(Label::of).toList();
    }

    /// What can be drawn: a space is `␣`, a line break `⏎`, a tab `⇥`, nothing at all `∅`; what
    /// can't be seen or would turn the text around is named, `⟨U+202E⟩`.
    public String visible() {
        if (text.isEmpty()) {
            return "∅";
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> appendVisible(c, out));
        return out.toString();
    }

    /// [#visible()] in at most `columns` columns, the last of them `…` if something was left out.
    ///
    /// @param columns at least 1
    public String visible(int columns) {
        String whole = visible();
        if (columns(whole) <= columns) {
            return whole;
        }
        int used = 0;
        int end = 0;
        while (end < whole.length()) {
            int c = whole.codePointAt(end);
            if (used + width(c) > columns - 1) {
                break;
            }
            used += width(c);
            end += Character.charCount(c);
        }
        return whole.substring(0, end) + "…";
    }

    /// Words of our own with tokens among them, in at most `columns` columns: as [#visible(int)],
    /// but a space is a space.
    static String sentence(String text, int columns) {
        return new Label(text, false).visible(columns).replace('␣', ' ');
    }

    /// How many columns of a monospaced face a text takes: none for marks that join the letter
    /// before them, two for wide characters.
    static int columns(String text) {
        return text.codePoints().map(Label::width).sum();
    }

    private static void appendVisible(int c, StringBuilder out) {
        int type = Character.getType(c);
        if (c == '\n') {
            out.append('⏎');
        } else if (c == '\t') {
            out.append('⇥');
        } else if (type == Character.SPACE_SEPARATOR) {
            out.append('␣');
        } else if (c < 0x20) {
            out.append((char) (0x2400 + c)); // control pictures
        } else if (c != ZERO_WIDTH_JOINER && unseen(type)) {
            out.append("⟨U+%04X⟩".formatted(c));
        } else {
            out.appendCodePoint(c);
        }
    }

    private static final int ZERO_WIDTH_JOINER = 0x200d; // holds an emoji of several parts together

    private static boolean unseen(int type) {
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || (c >= 0xfe00 && c <= 0xfe0f)) {
            return 0;
        }
        return wide(c) ? 2 : 1;
    }

    // The blocks of East Asian Width W and F that tokens come from, and the emoji.
    private static boolean wide(int c) {
        return (c >= 0x1100 && c <= 0x115f)
                || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
                || (c >= 0xa960 && c <= 0xa97c)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff01 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x1f300 && c <= 0x1faff)
                || (c >= 0x20000 && c <= 0x3fffd);
    }
}
