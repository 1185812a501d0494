package dev.perron.figure;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that appears whole or not at all: it is written beside its place under another name, and
/// then renamed.
public final class AtomicFile {
    private AtomicFile() {}

    /// Writes what the file shall hold.
    @FunctionalInterface
    public interface Content {
        /// Writes all of it; the caller closes.
        ///
        /// @throws IOException if it can't
        void writeTo(OutputStream out) throws IOException;
    }

    /// Writes a file, in place of one that may be there.
    ///
    /// @throws IOException if it can't be written: the message names the path and why; what was
    ///   there before is untouched
    public static void write(Path file, Content content) throws IOException {
        Path whole = file.toAbsolutePath();
        Path folder = whole.getParent();
        if (folder == null || Files.isDirectory(whole)) {
            throw new IOException(file + " is a folder, must be a file to write to");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                    "%s can't be written: there is no folder %s".formatted(file, folder));
        }
        Path part =
                folder.resolve(
                        ".%s.%d.part"
                                .formatted(whole.getFileName(), ProcessHandle.current().pid()));
        try {
            try (OutputStream out =
                    new BufferedOutputStream(
                            Files.newOutputStream(
                                    part,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING,
                                    StandardOpenOption.WRITE))) {
                content.writeTo(out);
            }
            rename(part, whole);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "%s can't be written: no permission in %s".formatted(file, folder), e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void rename(Path part, Path whole) throws IOException {
        try {
            Files.move(
                    part,
                    whole,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
