package dev.perron.cli;

/// What the shell is told.
enum ExitCode {
    /// The answer is on stdout.
    OK(0, "ok"),
    /// A defect of Perron.
    INTERNAL(1, "internal error"),
    /// The command line is wrong by itself.
    USAGE(2, "the command line is wrong"),
    /// An input, a model or an output place is wrong, or an option doesn't fit it.
    INPUT(3, "an input or a model is wrong, or an option doesn't fit it"),
    /// Not converged, not unique, not defined.
    NUMERICAL(4, "numerical: not converged, not unique, not defined"),
    /// A requested check failed.
    CHECK(5, "a requested check failed"),
    /// Ctrl-C; what is long keeps what it has done.
    INTERRUPTED(130, "interrupted");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }
}
