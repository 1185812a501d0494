package dev.perron.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The arrays of a file, known by its headers. The file stays mapped until this is closed; after
/// that its arrays can't be read any more. Safe to use from several threads.
public final class ArrayFile implements AutoCloseable {
    /// More than any model attends to.
    static final int MOST_TOKENS = 1 << 20;

    private final String format;
    private final Contents contents;
    private final Arena arena;

    private ArrayFile(String format, Contents contents, Arena arena) {
        this.format = format;
        this.contents = contents;
        this.arena = arena;
    }

    /// Why an array isn't read.
    ///
    /// @param found what it holds
    /// @param next what to do
    record Refusal(String found, String next) {}

    /// What a reader found.
    static final class Contents {
        private final List<FloatArray> arrays = new ArrayList<>();
        private final Map<String, Refusal> refused = new LinkedHashMap<>();
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private final List<String> tokens = new ArrayList<>();
        private final List<ByteSource> open = new ArrayList<>();
        private JsonValue.Members about = new JsonValue.Members(Map.of());

        void add(FloatArray array) {
            arrays.add(array);
        }

        void refuse(String name, Refusal why) {
            refused.put(name, why);
        }

        void metadata(Map<String, String> found) {
            metadata.putAll(found);
        }

        void tokens(String... found) {
            tokens.addAll(List.of(found));
        }

        void about(JsonValue.Members found) {
            about = found;
        }

        void closeLater(ByteSource source) {
            open.add(source);
        }

        void close() {
            open.forEach(ByteSource::close);
        }
    }

    /// Opens a .npy, .npz, .safetensors, .json, .csv or .tsv file; by what it holds, not by its
    /// name, where that can be told.
    ///
    /// @throws FormatException if it can't be read, or is none of these, or its headers lie
    public static ArrayFile open(Path file) {
        String where = file.toString();
        Arena arena = Arena.ofShared();
        Contents contents = new Contents();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (Files.isDirectory(file)) {
                throw FormatException.of(
                        where, "a folder", "a file", "give one of the files in it");
            }
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            ArrayFile read = new ArrayFile(read(bytes, where, contents), contents, arena);
            opened = true;
            return read;
        } catch (NoSuchFileException e) {
            throw FormatException.of(
                    where, "no such file", "a file of attention", "check the path", e);
        } catch (IOException e) {
            throw FormatException.unreadable(where, e);
        } finally {
            if (!opened) {
                contents.close();
                arena.close();
            }
        }
    }

    /// Arrays in memory, as if a file held them.
    static ArrayFile ofMemory(
            String format, List<FloatArray> arrays, Map<String, String> metadata) {
        Contents contents = new Contents();
        arrays.forEach(contents::add);
        contents.metadata(metadata);
        return new ArrayFile(format, contents, Arena.ofShared());
    }

    private static String read(MemorySegment bytes, String where, Contents contents) {
        String name = where.toLowerCase(Locale.ROOT);
        if (begins(bytes, NpyHeader.MAGIC)) {
            Npy.read(new ByteSource.Mapped(bytes), "", where, contents);
            return ".npy";
        }
        if (begins(bytes, 'P', 'K', 3, 4) || begins(bytes, 'P', 'K', 5, 6)) {
            Npz.read(bytes, where, contents);
            return ".npz";
        }
        // Before pickles: the length of a header of 640 bytes begins as one of them does.
        boolean safetensors = Safetensors.looksLike(bytes);
        boolean pickle = begins(bytes, 0x80, 2) || begins(bytes, 0x80, 3);
        if (!safetensors && (pickle || begins(bytes, 0x80, 4) || begins(bytes, 0x80, 5))) {
            throw pickled(where, "a pickle");
        }
        if (safetensors || name.endsWith(".safetensors")) {
            Safetensors.read(bytes, where, contents);
            return ".safetensors";
        }
        if (name.matches(".*\\.(pt|pth|bin|ckpt|pkl|pickle)")) {
            throw pickled(where, "PyTorch's or Python's own format");
        }
        if (name.endsWith(".json")) {
            JsonArrays.read(bytes, where, contents);
            return ".json";
        }
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            CsvArray.read(bytes, where, contents);
            return ".csv";
        }
        if (name.endsWith(".onnx")) {
            throw FormatException.of(
                    where,
                    "an ONNX model",
                    "a file of attention",
                    "give it with --model, and a --text that it attends to");
        }
        if (name.endsWith(".mtx")) {
            throw FormatException.of(
                    where,
                    "Matrix Market, a sparse chain",
                    "attention of a model",
                    "read it as a chain, or save attention with numpy.save");
        }
        throw FormatException.of(
                where,
                bytes.byteSize() == 0 ? "an empty file" : "bytes that begin " + start(bytes),
                "a .npy, .npz, .safetensors, .json or .csv file",
                "save attention with numpy.save or numpy.savez");
    }

    /// A pickle is a program.
    static FormatException pickled(String where, String what) {
        return FormatException.of(
                where,
                what + ", a pickle: a program that runs when it is read",
                "numbers only",
                "convert it in Python where you trust it: import torch, numpy; a ="
                        + " torch.load('FILE', map_location='cpu'); numpy.savez('FILE.npz',"
                        + " *[x.float().numpy() for x in a])");
    }

    static boolean begins(MemorySegment bytes, int... start) {
        if (bytes.byteSize() < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, i) != (byte) start[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean begins(MemorySegment bytes, byte[] start) {
        int[] signed = new int[start.length];
        for (int i = 0; i < start.length; i++) {
            signed[i] = start[i];
        }
        return begins(bytes, signed);
    }

    private static String start(MemorySegment bytes) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(8, bytes.byteSize()); i++) {
            hex.append("%02x ".formatted(bytes.get(ValueLayout.JAVA_BYTE, i)));
        }
        return hex.toString().strip();
    }

    /// The format's usual ending, `.npz`.
    public String format() {
        return format;
    }

    /// The arrays of floating-point numbers, in the order of the file.
    public List<FloatArray> arrays() {
        return List.copyOf(contents.arrays);
    }

    /// What the file says about itself, as far as its format has room for that.
    public Map<String, String> metadata() {
        return Map.copyOf(contents.metadata);
    }

    /// The tokens that the file names; empty if none.
    List<String> tokens() {
        return List.copyOf(contents.tokens);
    }

    /// What the file says beside its arrays, as a sidecar would.
    JsonValue.Members about() {
        return contents.about;
    }

    /// Arrays that aren't read, and why.
    Map<String, Refusal> refused() {
        return contents.refused;
    }

    @Override
    public void close() {
        contents.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
