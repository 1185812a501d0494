package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Many texts, one after another, through one model into one table.
final class BatchOptions {
    @Option(
            names = "--texts",
            paramLabel = "FILE.txt",
            description =
                    "In place of --text: a file with a text a line. Needs --csv, whose first column"
                            + " is then the text's line, from 0; empty lines are left out.")
    private @Nullable Path texts;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.csv",
            description = "With --texts: the file to write, text by text.")
    private @Nullable Path output;

    @Option(
            names = "--resume",
            description =
                    "With --texts and -o: go on where an earlier run of the same command was"
                            + " interrupted.")
    private boolean resume;

    /// Whether there are many texts.
    boolean given() {
        return texts != null;
    }

    /// Refuses options that contradict each other, before anything is read.
    void check(OutputOptions form) {
        if (texts == null && (output != null || resume)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-o and --resume need --texts; without it the answer is stdout");
        }
        if (texts != null && (!form.csv() || form.drawn())) {
            throw new Failure(
                    ExitCode.USAGE, "--texts needs --csv, and neither --json nor --figure");
        }
        if (resume && output == null) {
            throw new Failure(
                    ExitCode.USAGE, "--resume needs the -o FILE.csv that is to be gone on with");
        }
    }

    /// The lines of the file.
    List<String> lines() {
        if (texts == null) {
            return List.of();
        }
        try {
            List<String> lines = Files.readAllLines(texts);
            if (lines.stream().allMatch(String::isBlank)) {
                throw new Failure(
                        ExitCode.INPUT,
                        "--texts %s has no text, must have one a line".formatted(texts));
            }
            return lines;
        } catch (IOException e) {
            throw new Failure(ExitCode.INPUT, "--texts %s can't be read: %s".formatted(texts, e));
        }
    }

    /// The table to write to.
    ///
    /// @param out where it goes without a file
    /// @param columns after the text's
    TextTable table(PrintWriter out, List<String> columns) throws IOException {
        return output == null ? TextTable.on(out, columns) : TextTable.in(output, columns, resume);
    }
}
