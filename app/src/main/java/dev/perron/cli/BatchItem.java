package dev.perron.cli;

import java.util.List;

/// One of many inputs.
///
/// @param number from 0: a text's line
/// @param name what a message calls it
/// @param cells what it puts before each of its rows in a table
record BatchItem(int number, String name, List<Object> cells) {
    BatchItem {
        cells = List.copyOf(cells);
    }

    static BatchItem text(int line) {
        return new BatchItem(line, "--texts line %d".formatted(line), List.of(line));
    }
}
