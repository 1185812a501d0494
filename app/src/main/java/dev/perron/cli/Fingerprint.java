package dev.perron.cli;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/// What is too long to be kept, told from anything else by the beginning of its SHA-256.
final class Fingerprint {
    private static final int BYTES = 8;

    private Fingerprint() {}

    static String of(String text) {
        return of(Stream.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Of these bytes, one after the other.
    static String of(Stream<byte[]> content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            content.forEachOrdered(digest::update);
            return "sha256 " + HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
