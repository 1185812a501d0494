package dev.perron.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/// What is too long to be kept, told from anything else by its SHA-256, mostly by its beginning.
final class Fingerprint {
    private static final int BYTES = 8;

    private Fingerprint() {}

    static String of(String text) {
        return of(Stream.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// All of it, of a file.
    ///
    /// @throws Failure if it can't be read
    static String ofFile(Path file) {
        try {
            return HexFormat.of().formatHex(sha256(Stream.of(Files.readAllBytes(file))));
        } catch (IOException e) {
            throw Failure.unread(file.toString(), e);
        }
    }

    /// Of these bytes, one after the other.
    static String of(Stream<byte[]> content) {
        return "sha256 " + HexFormat.of().formatHex(sha256(content), 0, BYTES);
    }

    private static byte[] sha256(Stream<byte[]> content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            content.forEachOrdered(digest::update);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
