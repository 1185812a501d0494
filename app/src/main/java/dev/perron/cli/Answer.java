package dev.perron.cli;

import dev.perron.figure.Drawing;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/// What a command found, in each form that it shows it in.
interface Answer {
    /// The columns of its table.
    List<String> columns();

    /// Its rows, with these columns.
    void csv(Csv csv);

    /// The document of `--json`.
    Map<String, Object> document();

    /// For people.
    void text(PrintWriter out);

    /// The figure of `--figure`.
    Drawing figure();
}
