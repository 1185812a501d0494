package dev.perron.cli;

import java.nio.file.Path;
import java.util.List;

/// One of many inputs.
///
/// @param number from 0: a text's line, a photograph's place in its folder
/// @param name what a message calls it
/// @param cells what it puts before each of its rows in a table
record BatchItem(int number, String name, List<Object> cells) {
    static BatchItem text(int line) {
        return new BatchItem(line, "--texts line %d".formatted(line), List.of(line));
    }

    static BatchItem photograph(int number, Path file) {
        return new BatchItem(
                number, file.toString(), List.of(number, String.valueOf(file.getFileName())));
    }
}
