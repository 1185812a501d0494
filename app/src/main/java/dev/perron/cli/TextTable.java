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

/// A long CSV of many texts or photographs. The rows of one are written together; where that was
/// interrupted, the last that is there may be cut short, and is the first to be done again.
final class TextTable implements AutoCloseable {
    private final Place place;
    private final String header;
    private final Last last;
    private @Nullable RandomAccessFile file;
    private boolean begun;

    private TextTable(Place place, String header, Last last) {
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
        return new TextTable(new Place.Stream(out), header(columns), new Last(0, 0));
    }

    /// In a file, which isn't touched before the first text is done.
    ///
    /// @param resume whether what is there is gone on with, rather than replaced
    /// @throws Failure if what is there is another table
    static TextTable in(Path path, List<String> columns, boolean resume) throws IOException {
        String header = header(columns);
        Last last =
                resume && Files.exists(path)
                        ? Last.of(
                                Files.readAllBytes(path),
                                header.getBytes(StandardCharsets.UTF_8),
                                path)
                        : new Last(0, 0);
        return new TextTable(new Place.File(path), header, last);
    }

    /// Where the last text of a table begins.
    ///
    /// @param text its line; 0 if there is none
    /// @param end the bytes before it
    private record Last(int text, int end) {
        static Last of(byte[] bytes, byte[] header, Path path) {
            int shared = Math.min(bytes.length, header.length);
            for (int i = 0; i < shared; i++) {
                if (bytes[i] != header[i]) {
                    throw new Failure(
                            ExitCode.INPUT,
                            "--resume %s: it has other columns; give the file of the same command, or leave out --resume"
                                    .formatted(path));
                }
            }
            if (bytes.length < header.length) {
                return new Last(0, 0);
            }
            int text = 0;
            int end = header.length;
            boolean quoted = false;
            boolean fresh = true;
            for (int i = header.length; i < bytes.length; i++) {
                if (fresh) {
                    int number = number(bytes, i);
                    if (number > text || (number == 0 && i == header.length)) {
                        text = number;
                        end = i;
                    }
                }
                quoted ^= bytes[i] == '"';
                fresh = bytes[i] == '\n' && !quoted;
            }
            return new Last(text, end);
        }

        /// The number that a row begins with, -1 if it was cut off in it.
        private static int number(byte[] bytes, int from) {
            int number = 0;
            for (int i = from; i < bytes.length && i < from + 9; i++) {
                if (bytes[i] == ',') {
                    return number;
                }
                if (bytes[i] < '0' || bytes[i] > '9') {
                    return -1;
                }
                number = 10 * number + bytes[i] - '0';
            }
            return -1;
        }
    }

    /// The line of the first text that is to be done.
    int next() {
        return last.text();
    }

    /// Writes all rows of a text or photograph.
    void add(BatchItem item, Consumer<Csv> rows) throws IOException {
        write(rows(item, rows));
    }

    /// Rows of a text as they are to be written.
    String rows(BatchItem item, Consumer<Csv> rows) {
        StringWriter whole = new StringWriter();
        try (PrintWriter to = new PrintWriter(whole)) {
            rows.accept(Csv.after(to, item.cells()));
        }
        return whole.toString();
    }

    /// Writes rows of a text: of none that comes before one which is written already.
    void write(String whole) throws IOException {
        String begin = begun || last.end() > 0 ? "" : header;
        switch (place) {
            case Place.Stream(PrintWriter out) -> {
                out.print(begin + whole);
                out.flush();
            }
            case Place.File(Path path) ->
                    opened(path).write((begin + whole).getBytes(StandardCharsets.UTF_8));
        }
        begun = true;
    }

    private RandomAccessFile opened(Path path) throws IOException {
        RandomAccessFile writing = file;
        if (writing == null) {
            writing = new RandomAccessFile(path.toFile(), "rw");
            writing.setLength(last.end());
            writing.seek(last.end());
            file = writing;
        }
        return writing;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
