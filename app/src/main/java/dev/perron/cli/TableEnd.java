package dev.perron.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the last text of a table begins, which is found by going through its file once.
///
/// @param text its number; 0 if there is none
/// @param bytes before it
record TableEnd(int text, long bytes) {
    /// Of a table that isn't there.
    static final TableEnd NOTHING = new TableEnd(0, 0);

    private static final int MOST_DIGITS = 8;

    /// Of a table whose rows begin with their text's number.
    ///
    /// @throws Failure if it has another header
    static TableEnd of(Path path, byte[] header) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            byte[] begin = in.readNBytes(header.length);
            for (int i = 0; i < begin.length; i++) {
                if (begin[i] != header[i]) {
                    throw new Failure(
                            ExitCode.INPUT,
                            "--resume %s: it has other columns; give the file of the same command, or leave out --resume"
                                    .formatted(path));
                }
            }
            return begin.length < header.length ? NOTHING : ofRows(in, header.length);
        }
    }

    private static TableEnd ofRows(InputStream in, long begin) throws IOException {
        TableEnd last = new TableEnd(0, begin);
        boolean quoted = false;
        long row = begin; // where it begins, and of what was read of its number:
        int number = 0;
        int digits = 0;
        long at = begin;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (digits >= 0 && b == ',') {
                if (number > last.text) {
                    last = new TableEnd(number, row);
                }
                digits = -1;
            } else if (b >= '0' && b <= '9' && digits >= 0 && digits < MOST_DIGITS) {
                number = 10 * number + b - '0';
                digits++;
            } else {
                digits = -1; // not in a number, or past it
            }
            at++;
            quoted ^= b == '"';
            if (b == '\n' && !quoted) {
                row = at;
                number = 0;
                digits = 0;
            }
        }
        return last;
    }
}
