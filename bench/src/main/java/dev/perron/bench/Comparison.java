package dev.perron.bench;

import java.io.IOException;
import java.util.function.Consumer;

/// A question that is put to us and to others in one run.
interface Comparison {
    /// By which it is asked for on the command line.
    String name();

    /// Puts it.
    ///
    /// @param results where each line goes as soon as it is measured
    /// @throws IOException if data for the peers can't be written or read
    void compare(Setting setting, Consumer<Line> results) throws IOException;
}
