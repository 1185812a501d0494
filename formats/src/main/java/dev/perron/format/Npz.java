package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// Arrays in a zip file, as numpy.savez and numpy.savez_compressed write them: one .npy an entry.
final class Npz {
    /// Up to here an entry's checksum is looked at when it is opened; a larger one's when it is
    /// read to its end, a stored one's only if that is in order.
    private static final long CHECKED_AT_ONCE = 64L << 20;

    private Npz() {}

    static void read(MemorySegment file, String where, ArrayFile.Contents contents) {
        List<ZipDirectory.Entry> entries = ZipDirectory.read(file, where);
        boolean torch = entries.stream().anyMatch(e -> e.name().matches("(.*/)?data\\.pkl"));
        if (torch) {
            throw ArrayFile.pickled(where, "PyTorch's format");
        }
        for (ZipDirectory.Entry entry : entries) {
            if (entry.name().endsWith(".npy")) {
                String name = entry.name().substring(0, entry.name().length() - 4);
                String at = where + ": " + entry.name();
                Npy.read(source(entry, at, contents), name, at, contents);
            }
        }
    }

    /// The bytes of an entry, inflated as they are read.
    static ByteSource source(ZipDirectory.Entry entry, String where, ArrayFile.Contents contents) {
        if (entry.method() == 0) {
            if (entry.size() <= CHECKED_AT_ONCE) {
                requireChecksum(entry, where);
                return new ByteSource.Mapped(entry.packed());
            }
            return new ByteSource.Mapped(
                    entry.packed(),
                    Optional.of(new StreamedChecksum(where, entry.size(), entry.checksum())));
        }
        InflatedBytes inflated =
                new InflatedBytes(where, entry.packed(), entry.size(), entry.checksum());
        contents.closeLater(inflated);
        if (entry.size() <= CHECKED_AT_ONCE) {
            inflated.check();
        }
        return inflated;
    }

    private static void requireChecksum(ZipDirectory.Entry entry, String where) {
        CRC32 seen = new CRC32();
        for (long at = 0; at < entry.size(); at += ByteSource.CHUNK) {
            long length = Math.min(ByteSource.CHUNK, entry.size() - at);
            seen.update(entry.packed().asSlice(at, length).asByteBuffer());
        }
        if (seen.getValue() != entry.checksum()) {
            throw FormatException.damaged(
                    where,
                    "checksum %08x".formatted(seen.getValue()),
                    "%08x".formatted(entry.checksum()));
        }
    }
}
