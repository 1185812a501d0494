package dev.perron.format;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads the one Python dictionary that NumPy writes: three keys in any order, a string or a list,
/// a truth value, a tuple of numbers.
final class PythonDictionary {
    private final String text;
    private final String where;
    private int at;

    PythonDictionary(String text, String where) {
        this.text = text;
        this.where = where;
    }

    NpyHeader header(int length) {
        @Nullable String descr = null;
        @Nullable Boolean fortran = null;
        @Nullable ArrayShape shape = null;
        require('{');
        while (!next('}')) {
            String key = string();
            require(':');
            boolean first =
                    switch (key) {
                        case "descr" -> descr == null;
                        case "fortran_order" -> fortran == null;
                        case "shape" -> shape == null;
                        default -> false;
                    };
            if (!first) {
                throw wrong("the key '%s'".formatted(key));
            }
            switch (key) {
                case "descr" -> descr = descr();
                case "fortran_order" -> fortran = truth();
                default -> shape = shape();
            }
            if (!next(',')) {
                require('}');
                break;
            }
        }
        if (descr == null || fortran == null || shape == null || !text.substring(at).isBlank()) {
            throw wrong("'%s'".formatted(text.strip()));
        }
        return new NpyHeader(descr, fortran, shape, length);
    }

    /// A list is the type of structured numbers: kept as it stands, to be named when refused.
    private String descr() {
        if (!next('[')) {
            return string();
        }
        int from = at - 1;
        int depth = 1;
        while (depth > 0 && at < text.length()) {
            char c = text.charAt(at++);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        }
        return text.substring(from, at);
    }

    private boolean truth() {
        skipSpace();
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw wrong("fortran_order that is neither True nor False");
    }

    private ArrayShape shape() {
        require('(');
        List<Long> sizes = new ArrayList<>();
        while (!next(')')) {
            sizes.add(size());
            if (!next(',')) {
                require(')');
                break;
            }
        }
        // NumPy has at most 64 axes.
        if (sizes.size() > 64) {
            throw wrong("a shape of %d axes".formatted(sizes.size()));
        }
        try {
            return new ArrayShape(sizes);
        } catch (IllegalArgumentException e) {
            throw FormatException.of(
                    where,
                    String.valueOf(e.getMessage()),
                    "a shape that fits the file",
                    "the file is damaged: save or copy it again",
                    e);
        }
    }

    private long size() {
        skipSpace();
        int from = at;
        if (at < text.length() && text.charAt(at) == '-') {
            at++;
        }
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        String digits = text.substring(from, at);
        // Python 2 marks a long number so.
        if (at < text.length() && text.charAt(at) == 'L') {
            at++;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw wrong("a shape with '%s'".formatted(digits));
        }
    }

    private String string() {
        skipSpace();
        if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
            int end = text.indexOf(text.charAt(at), at + 1);
            if (end > 0) {
                String string = text.substring(at + 1, end);
                at = end + 1;
                return string;
            }
        }
        throw wrong("no string at byte %d of it".formatted(at));
    }

    private boolean next(char expected) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }

    private void require(char expected) {
        if (!next(expected)) {
            throw wrong("no '%s' at byte %d of it".formatted(expected, at));
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private FormatException wrong(String found) {
        String shown = found.length() > 200 ? found.substring(0, 200) + "..." : found;
        return FormatException.of(
                where,
                "a .npy header with " + shown,
                "a dictionary of descr, fortran_order and shape",
                "the file is damaged: save or copy it again");
    }
}
