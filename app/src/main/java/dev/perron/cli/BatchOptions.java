package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Many texts or photographs, one after another, through one model into one table.
final class BatchOptions {
    /// What [BatchItem#cells] are called.
    private static final List<String> TEXT = List.of("text");

    private static final List<String> PHOTOGRAPH = List.of("image", "file");

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
            description =
                    "With --texts or a folder of images: the file to write, one after another.")
    private @Nullable Path output;

    @Option(
            names = "--resume",
            description =
                    "With -o: go on where an earlier run of the same command was interrupted.")
    private boolean resume;

    /// Whether there are many texts.
    boolean given() {
        return texts != null;
    }

    /// Refuses options that contradict each other, before anything is read.
    ///
    /// @param folder whether there is a folder of photographs
    void check(OutputOptions form, boolean folder) {
        boolean many = texts != null || folder;
        if (!many && (output != null || resume)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-o and --resume need --texts or a folder of images; without it the answer is"
                            + " stdout");
        }
        if (many && (!form.csv() || form.drawn())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "%s needs --csv, and neither --json nor --figure"
                            .formatted(folder ? "a folder of images" : "--texts"));
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
    /// @param columns after those of the input
    TextTable table(PrintWriter out, List<String> columns) throws IOException {
        List<String> all = new ArrayList<>(texts == null ? PHOTOGRAPH : TEXT);
        all.addAll(columns);
        return output == null ? TextTable.on(out, all) : TextTable.in(output, all, resume);
    }
}
