package dev.perron.cli;

import dev.perron.attention.model.TextWindow;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Many texts, a long one in windows, or a folder of photographs, through one model into one table.
final class BatchOptions {
    /// What [BatchItem#cells] are called in a table.
    private static final List<String> TEXT = List.of("text");

    private static final List<String> PHOTOGRAPH = List.of("image", "file");

    @Option(
            names = "--texts",
            paramLabel = "FILE.txt",
            description =
                    "In place of --text: a file with a text a line. There is an answer for each,"
                            + " with the text's line, from 0; empty lines are left out. Texts of"
                            + " like length run together where the model keeps them apart.")
    private @Nullable Path texts;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.csv",
            description =
                    "With --csv and --texts, --text-window or a folder of images: the file to"
                            + " write, one after another.")
    private @Nullable Path output;

    @Option(
            names = "--resume",
            description =
                    "With -o: go on where an earlier run of the same command was interrupted.")
    private boolean resume;

    @Mixin private WindowOptions windows = new WindowOptions();

    /// Whether there are many texts, or windows of one.
    boolean given() {
        return texts != null || windows.given();
    }

    /// Whether texts are in a file.
    boolean ofFile() {
        return texts != null;
    }

    WindowOptions windows() {
        return windows;
    }

    /// The option that makes many of one.
    String option() {
        return texts == null ? "--text-window" : "--texts";
    }

    /// What a message calls a text.
    String name(int line) {
        return texts == null ? "--text" : BatchItem.text(line).name();
    }

    /// A text, or a window of it.
    BatchItem item(int line, TextWindow window) {
        BatchItem whole = BatchItem.text(line);
        String called = name(line);
        return windows.given()
                ? whole.window(called, window)
                : new BatchItem(line, called, whole.facts());
    }

    /// Refuses options that contradict each other, before anything is read.
    ///
    /// @param folder whether there is a folder of photographs
    void check(OutputOptions form, boolean folder) {
        windows.check();
        boolean many = given() || folder;
        if (!many && (output != null || resume)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-o and --resume need --texts, --text-window or a folder of images; without"
                            + " these the answer is stdout");
        }
        if (many && form.drawn()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--figure draws one answer, %s has many; leave one of them out"
                            .formatted(folder ? "a folder of images" : option()));
        }
        if (many && output != null && !form.csv()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-o writes a table of many answers; give --csv too, or leave out -o and take"
                            + " stdout");
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

    /// Where the answers go.
    ///
    /// @param command whose answers they are
    /// @param out where they go without a file
    /// @param columns of a table, after those of the input
    BatchSink sink(OutputOptions form, String command, PrintWriter out, List<String> columns)
            throws IOException {
        if (form.json()) {
            return new BatchDocument(command, out);
        }
        if (!form.csv()) {
            return new BatchPages(out);
        }
        List<String> all = new ArrayList<>(given() ? TEXT : PHOTOGRAPH);
        all.addAll(windows.columns());
        all.addAll(columns);
        return output == null ? TextTable.on(out, all) : TextTable.in(output, all, resume);
    }
}
