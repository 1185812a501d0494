package dev.perron.cli;

import dev.perron.figure.Drawing;
import dev.perron.figure.FigureFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Supplier;

/// In which form the answer comes.
final class OutputOptions {
    /// One of the two for machines.
    static final class Form {
        @Option(names = "--json", description = "One JSON document on stdout.")
        private boolean json;

        @Option(names = "--csv", description = "Long-form CSV on stdout.")
        private boolean csv;

        boolean json() {
            return json;
        }

        boolean csv() {
            return csv;
        }
    }

    @ArgGroup private Form form = new Form();

    @Option(
            names = "--figure",
            paramLabel = "FILE",
            description = "Also draw what was computed, as .svg or .png.")
    private @Nullable Path figure;

    boolean json() {
        return form.json;
    }

    boolean csv() {
        return form.csv;
    }

    /// Whether a figure was asked for.
    boolean drawn() {
        return figure != null;
    }

    /// Refuses a figure that can't be drawn, before anything is computed.
    void check() {
        if (figure != null) {
            try {
                FigureFile.of(figure);
            } catch (IllegalArgumentException e) {
                throw new Failure(ExitCode.USAGE, "--figure " + e.getMessage());
            }
        }
    }

    /// Draws a figure into a file.
    static void draw(Path file, Drawing drawing) throws IOException {
        try {
            FigureFile.write(file, drawing);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--figure " + e.getMessage());
        }
    }

    /// Shows an answer in the form that was asked for, and draws it.
    void show(Answer answer, PrintWriter out) throws IOException {
        figure(answer::figure);
        if (json()) {
            Json.print(out, answer.document());
        } else if (csv()) {
            answer.csv(Csv.headed(out, answer.columns()));
        } else {
            answer.text(out);
        }
        out.flush();
    }

    /// Draws the figure, if one was asked for, before anything is printed: a place that can't be
    /// written leaves no half an answer behind.
    void figure(Supplier<Drawing> drawing) throws IOException {
        if (figure != null) {
            FigureFile.write(figure, drawing.get());
        }
    }
}
