package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// What each image of an evaluation gave: rows in a file, if there is one, image after image.
final class Trials implements AutoCloseable {
    /// The image's number, its file and the run.
    private static final int FIRST = 3;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,8}");

    private final String run;
    private final @Nullable Path path;
    private final @Nullable TextTable table;
    private final Map<Integer, List<List<String>>> done = new HashMap<>();

    /// Kept nowhere.
    Trials(String run) {
        this(run, null, null);
    }

    private Trials(String run, @Nullable Path path, @Nullable TextTable table) {
        this.run = run;
        this.path = path;
        this.table = table;
    }

    static Trials in(Path path, String run, List<String> columns, boolean resume)
            throws IOException {
        TextTable table = TextTable.in(path, columns, resume);
        Trials trials = new Trials(run, path, table);
        if (table.next() > 0) {
            List<List<String>> rows = CsvRows.of(Files.readString(path));
            for (List<String> row : rows.subList(1, rows.size())) {
                trials.take(row, columns.size(), table.next());
            }
        }
        return trials;
    }

    private void take(List<String> row, int columns, int next) {
        if (row.size() != columns) {
            throw other("a row of %d cells, must be %d".formatted(row.size(), columns));
        }
        if (!NUMBER.matcher(row.getFirst()).matches()) {
            throw other("'%s' where an image's number must be".formatted(row.getFirst()));
        }
        int image = Integer.parseInt(row.getFirst());
        if (image >= next) {
            return;
        }
        if (!row.get(FIRST - 1).equals(run)) {
            throw other("it is of '%s', this is '%s'".formatted(row.get(FIRST - 1), run));
        }
        done.computeIfAbsent(image, _ -> new ArrayList<>()).add(row);
    }

    /// A failure with what is in the file.
    Failure other(String found) {
        return new Failure(
                ExitCode.INPUT,
                "--resume %s: %s; give the file of the same command, or leave out --resume"
                        .formatted(path, found));
    }

    /// The rows of an image, after the first three columns; none if it is to be done.
    ///
    /// @throws Failure if the image of that number was another file
    List<List<String>> rows(int image, Path file) {
        List<List<String>> found = done.getOrDefault(image, List.of());
        for (List<String> row : found) {
            if (!row.get(1).equals(String.valueOf(file.getFileName()))) {
                throw other(
                        "image %d was %s, is %s".formatted(image, row.get(1), file.getFileName()));
            }
        }
        return found.stream().map(row -> row.subList(FIRST, row.size())).toList();
    }

    /// Writes an image's rows, if there is a file.
    void add(int image, Path file, Consumer<Csv> rows) throws IOException {
        if (table != null) {
            table.add(
                    new BatchItem(
                            image,
                            file.toString(),
                            Json.object(
                                    "image", image,
                                    "file", String.valueOf(file.getFileName()),
                                    "run", run)),
                    rows);
        }
    }

    /// A number in a row.
    ///
    /// @throws Failure if it is none
    double number(String cell) {
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw other("'%s' where a number must be".formatted(cell));
        }
    }

    @Override
    public void close() throws IOException {
        if (table != null) {
            table.close();
        }
    }
}
