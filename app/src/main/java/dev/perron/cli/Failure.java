package dev.perron.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;

/// A command that can't go on: one line for the user, and an exit code.
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    Failure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /// A file that can't be read.
    ///
    /// @param what the option and its file
    static Failure unread(String what, IOException e) {
        String why =
                switch (e) {
                    case NoSuchFileException _ -> "no such file; check the path";
                    case CharacterCodingException _ -> "not UTF-8; convert it";
                    default -> e + "; check its permissions";
                };
        return new Failure(ExitCode.INPUT, "%s can't be read: %s".formatted(what, why));
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
