package dev.perron.cli;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Standard output as UTF-8, whatever the locale, remembering what went wrong: a [PrintWriter]
/// swallows it, and an answer that never arrived must not end with exit code 0.
final class StandardOutput extends OutputStream {
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final PrintWriter writer =
            new PrintWriter(new OutputStreamWriter(this, StandardCharsets.UTF_8));
    private @Nullable IOException failed;

    PrintWriter writer() {
        return writer;
    }

    /// Why not all of it could be written. A reader that has had enough, such as `head`, is no
    /// failure.
    Optional<String> failure() {
        writer.flush();
        return Optional.ofNullable(failed)
                .map(IOException::getMessage)
                .filter(message -> !message.contains("Broken pipe"));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failed = e;
            throw e;
        }
    }
}
