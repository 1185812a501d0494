package dev.perron.attention.model;

import org.jspecify.annotations.Nullable;

/// A model or a tokenizer from outside is missing, broken, or not what was needed. The message is
/// one line: where, what was found, what was expected, what to do.
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// `WHERE: FOUND; expected EXPECTED; NEXT`.
    ///
    /// @param where the file, and what in it
    /// @param found what is there
    /// @param expected what should have been there
    /// @param next what the reader can do
    public static ModelException of(String where, String found, String expected, String next) {
        return of(where, found, expected, next, null);
    }

    /// The same, keeping what a library threw.
    public static ModelException of(
            String where, String found, String expected, String next, @Nullable Throwable cause) {
        return new ModelException(
                oneLine("%s: %s; expected %s; %s".formatted(where, found, expected, next)), cause);
    }

    /// What a library said, without its line breaks.
    public static String reason(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isBlank()
                ? thrown.getClass().getSimpleName()
                : oneLine(message);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
