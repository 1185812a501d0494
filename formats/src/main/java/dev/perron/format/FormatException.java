package dev.perron.format;

import org.jspecify.annotations.Nullable;

/// A file from outside is missing, broken, or not what was needed. The message is one line: where,
/// what was found, what was expected, what to do.
public final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// `WHERE: FOUND; expected EXPECTED; NEXT`.
    ///
    /// @param where the file, and what in it
    /// @param found what is there
    /// @param expected what should have been there
    /// @param next what the reader can do
    static FormatException of(String where, String found, String expected, String next) {
        return of(where, found, expected, next, null);
    }

    /// The same, keeping what a library threw.
    static FormatException of(
            String where, String found, String expected, String next, @Nullable Throwable cause) {
        return new FormatException(
                oneLine("%s: %s; expected %s; %s".formatted(where, found, expected, next)), cause);
    }

    /// A file whose bytes contradict each other: it was cut, or changed, after it was written.
    static FormatException damaged(String where, String found, String expected) {
        return of(where, found, expected, "the file is damaged or cut off: save or copy it again");
    }

    /// What the operating system said.
    static FormatException unreadable(String where, Exception thrown) {
        String message = thrown.getMessage();
        return of(
                where,
                "can't be read (%s%s)"
                        .formatted(
                                thrown.getClass().getSimpleName(),
                                message == null || message.equals(where) ? "" : ": " + message),
                "a readable file",
                "check the path and its permissions",
                thrown);
    }

    /// Control characters can't end a line or colour a terminal.
    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
    }
}
