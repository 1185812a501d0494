package dev.perron.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that appears whole or not at all: written beside its place under another name, and then
/// renamed.
final class WholeFile {
    private WholeFile() {}

    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// @throws FormatException if it can't be written; what was there before is untouched
    static void write(Path file, Content content) {
        Path whole = file.toAbsolutePath();
        Path part =
                whole.resolveSibling(
                        ".%s.%d.part"
                                .formatted(whole.getFileName(), ProcessHandle.current().pid()));
        try {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
                content.writeTo(out);
            }
            rename(part, whole);
        } catch (IOException e) {
            throw FormatException.of(
                    file.toString(),
                    "can't be written (%s)".formatted(e),
                    "a folder that is there, with room and permission",
                    "write to another place",
                    e);
        } finally {
            deletePart(part);
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

    private static void deletePart(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // It is gone after the renaming; where it isn't, writing has failed and said so.
            return;
        }
    }
}
