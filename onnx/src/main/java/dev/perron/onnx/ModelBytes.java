package dev.perron.onnx;

import dev.perron.attention.model.ModelException;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The bytes of a model file, outside the heap: models are large, and ONNX Runtime reads them there
/// without another copy.
final class ModelBytes implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes;

    private ModelBytes(long size) {
        bytes = arena.allocate(size);
    }

    /// All of a file.
    ///
    /// @throws ModelException if there is none, or it can't be read or be a model
    static ModelBytes read(Path file) {
        String where = file.toString();
        if (Files.notExists(file)) {
            throw ModelException.of(where, "no such file", "an ONNX model", "check the path");
        }
        if (Files.isDirectory(file)) {
            throw ModelException.of(
                    where, "a directory", "an ONNX model", "name the .onnx file in it");
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = in.size();
            if (size > Integer.MAX_VALUE) {
                throw ModelException.of(
                        where,
                        "%d bytes".formatted(size),
                        "at most %d, the most that ONNX allows".formatted(Integer.MAX_VALUE),
                        "check that it is an .onnx file");
            }
            ModelBytes model = new ModelBytes(size);
            ByteBuffer out = model.bytes.asByteBuffer();
            while (out.hasRemaining()) {
                if (in.read(out) < 0) {
                    model.close();
                    throw new EOFException("it shrank while it was read");
                }
            }
            return model;
        } catch (IOException e) {
            throw ModelException.of(
                    where,
                    "can't be read: " + ModelException.reason(e),
                    "an ONNX model",
                    "check its permissions",
                    e);
        }
    }

    /// A copy of these.
    static ModelBytes of(byte[] content) {
        ModelBytes model = new ModelBytes(content.length);
        model.bytes.copyFrom(MemorySegment.ofArray(content));
        return model;
    }

    /// `size` bytes of a stream.
    static ModelBytes read(InputStream in, long size) throws IOException {
        ModelBytes model = new ModelBytes(size);
        byte[] chunk = new byte[CHUNK];
        ByteBuffer out = model.bytes.asByteBuffer();
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            out.put(chunk, 0, n);
        }
        return model;
    }

    long size() {
        return bytes.byteSize();
    }

    /// All of them, to read.
    ByteBuffer view() {
        return bytes.asByteBuffer().asReadOnlyBuffer();
    }

    /// A copy with `tail` after it, which lives as long as `arena`.
    ByteBuffer followedBy(byte[] tail, Arena arena) {
        MemorySegment longer = arena.allocate(bytes.byteSize() + tail.length);
        longer.copyFrom(bytes);
        MemorySegment.copy(MemorySegment.ofArray(tail), 0, longer, bytes.byteSize(), tail.length);
        return longer.asByteBuffer();
    }

    /// SHA-256, in hexadecimal.
    String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(view());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
