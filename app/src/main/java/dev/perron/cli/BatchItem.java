package dev.perron.cli;

import dev.perron.onnx.ModelException;

import java.nio.file.Path;
import java.util.List;

/// One of many inputs.
///
/// @param number from 0: a text's line, a photograph's place in its folder
/// @param name what a message calls it
/// @param cells what it puts before each of its rows in a table
record BatchItem(int number, String name, List<Object> cells) {
    BatchItem {
        cells = List.copyOf(cells);
    }

    static BatchItem text(int line) {
        return new BatchItem(line, "--texts line %d".formatted(line), List.of(line));
    }

    static BatchItem photograph(int number, Path file) {
        return new BatchItem(
                number, file.toString(), List.of(number, String.valueOf(file.getFileName())));
    }

    /// A failure with this input, which names it.
    Failure failed(Failure why) {
        return new Failure(why.exitCode(), "%s: %s".formatted(name, why.getMessage()));
    }

    /// The same where the model doesn't take this input.
    Failure failed(ModelException why) {
        return new Failure(ExitCode.INPUT, "%s: %s".formatted(name, why.getMessage()));
    }
}
