package dev.perron.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Whole numbers of a .npy or .npz file, as [IntegerArchive] and NumPy write them: sequences of
/// tokens, a row each. Arrays are known by their headers; rows are read when they are asked for.
/// The file stays mapped until this is closed.
public final class IntegerFile implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final ArrayFile.Contents unpacked = new ArrayFile.Contents();
    private final Map<String, IntegerArray> arrays = new LinkedHashMap<>();

    private IntegerFile() {}

    /// Opens a file.
    ///
    /// @throws FormatException if it can't be read, is neither .npy nor .npz, or an array in it
    ///   isn't of whole numbers, has more than two axes, or isn't as long as its header says
    public static IntegerFile open(Path file) {
        String where = file.toString();
        IntegerFile opened = new IntegerFile();
        boolean whole = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (Files.isDirectory(file)) {
                throw FormatException.of(
                        where, "a folder", "a file", "give one of the files in it");
            }
            opened.read(
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), opened.arena),
                    where);
            whole = true;
            return opened;
        } catch (NoSuchFileException e) {
            throw FormatException.of(where, "no such file", "a .npy or .npz", "check the path", e);
        } catch (IOException e) {
            throw FormatException.unreadable(where, e);
        } finally {
            if (!whole) {
                opened.close();
            }
        }
    }

    private void read(MemorySegment bytes, String where) {
        if (ArrayFile.begins(bytes, NpyHeader.MAGIC)) {
            arrays.put("", IntegerArray.of(new ByteSource.Mapped(bytes), where));
        } else if (ArrayFile.begins(bytes, 'P', 'K', 3, 4)
                || ArrayFile.begins(bytes, 'P', 'K', 5, 6)) {
            for (ZipDirectory.Entry entry : ZipDirectory.read(bytes, where)) {
                if (entry.name().endsWith(".npy")) {
                    String at = where + ": " + entry.name();
                    arrays.put(
                            entry.name().substring(0, entry.name().length() - 4),
                            IntegerArray.of(Npz.source(entry, at, unpacked), at));
                }
            }
        } else {
            throw FormatException.of(
                    where,
                    "neither .npy nor .npz",
                    "one of them",
                    "save whole numbers with numpy.save or numpy.savez");
        }
    }

    /// The arrays by their names, in the order of the file; that of a .npy has the empty name.
    public Map<String, IntegerArray> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    @Override
    public void close() {
        unpacked.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
