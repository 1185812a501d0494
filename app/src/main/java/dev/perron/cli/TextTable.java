package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A long CSV of many texts or photographs. The rows of one are written together; where that was
/// interrupted, the last that is there may be cut short, and is the first to be done again.
final class TextTable implements BatchSink {
    private static final double NEAR = 0.02;
    private static final double SMALLEST = 1e-6;

    private final Place place;
    private final String header;
    private final TableEnd last;
    private @Nullable RandomAccessFile file;
    private boolean begun;

    private TextTable(Place place, String header, TableEnd last) {
        this.place = place;
        this.header = header;
        this.last = last;
    }

    /// Where a table goes.
    private sealed interface Place {
        record Stream(PrintWriter out) implements Place {}

        record File(Path path) implements Place {}
    }

    private static String header(List<String> columns) {
        StringWriter text = new StringWriter();
        try (PrintWriter out = new PrintWriter(text)) {
            Csv.headed(out, columns);
        }
        return text.toString();
    }

    /// On standard output.
    static TextTable on(PrintWriter out, List<String> columns) {
        return new TextTable(new Place.Stream(out), header(columns), TableEnd.NOTHING);
    }

    /// In a file, which isn't touched before the first text is done.
    ///
    /// @param resume whether what is there is gone on with, rather than replaced
    /// @throws Failure if what is there is another table
    static TextTable in(Path path, List<String> columns, boolean resume) throws IOException {
        String header = header(columns);
        TableEnd last =
                resume && Files.exists(path)
                        ? TableEnd.of(path, header.getBytes(StandardCharsets.UTF_8))
                        : TableEnd.NOTHING;
        return new TextTable(new Place.File(path), header, last);
    }

    @Override
    public int next() {
        return last.text();
    }

    @Override
    public Prepared prepare(BatchItem item, Answer answer) {
        String rows = rows(item, answer::csv);
        return () -> write(rows);
    }

    /// Writes all rows of a text or photograph.
    void add(BatchItem item, Consumer<Csv> rows) throws IOException {
        write(rows(item, rows));
    }

    private static String rows(BatchItem item, Consumer<Csv> rows) {
        StringWriter whole = new StringWriter();
        try (PrintWriter to = new PrintWriter(whole)) {
            rows.accept(Csv.after(to, item.cells()));
        }
        return whole.toString();
    }

    private void write(String whole) throws IOException {
        String begin = begun || last.bytes() > 0 ? "" : header;
        switch (place) {
            case Place.Stream(PrintWriter out) -> {
                out.print(begin + whole);
                out.flush();
            }
            case Place.File(Path path) ->
                    opened(path, whole).write((begin + whole).getBytes(StandardCharsets.UTF_8));
        }
        begun = true;
    }

    private RandomAccessFile opened(Path path, String rows) throws IOException {
        RandomAccessFile writing = file;
        if (writing == null) {
            writing = new RandomAccessFile(path.toFile(), "rw");
            if (last.bytes() > 0) {
                requireSame(path, writing, rows);
            }
            writing.setLength(last.bytes());
            writing.seek(last.bytes());
            file = writing;
        }
        return writing;
    }

    /// The last text is done again: what came out of it before tells whether this is the same
    /// question. Numbers may differ a little, as they do from one machine to another.
    private void requireSame(Path path, RandomAccessFile there, String rows) throws IOException {
        byte[] before = new byte[(int) Math.min(2L * rows.length(), there.length() - last.bytes())];
        there.seek(last.bytes());
        there.readFully(before);
        List<List<String>> old = CsvRows.of(new String(before, StandardCharsets.UTF_8));
        List<List<String>> now = CsvRows.of(rows);
        for (int i = 0; i < Math.min(old.size(), now.size()); i++) {
            if (!same(old.get(i), now.get(i))) {
                there.close();
                throw new Failure(
                        ExitCode.INPUT,
                        "--resume %s: it has %s where the same input now gives %s; give the command, the model and the inputs of that table, or leave out --resume"
                                .formatted(
                                        path,
                                        String.join(",", old.get(i)),
                                        String.join(",", now.get(i))));
            }
        }
    }

    private static boolean same(List<String> old, List<String> now) {
        return old.size() == now.size()
                && IntStream.range(0, old.size()).allMatch(c -> same(old.get(c), now.get(c)));
    }

    private static boolean same(String old, String now) {
        if (old.equals(now)) {
            return true;
        }
        try {
            double a = Double.parseDouble(old);
            double b = Double.parseDouble(now);
            return Math.abs(a - b) <= SMALLEST + NEAR * Math.max(Math.abs(a), Math.abs(b));
        } catch (NumberFormatException _) {
            return false;
        }
    }

    @Override
    public void finish() {}

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
