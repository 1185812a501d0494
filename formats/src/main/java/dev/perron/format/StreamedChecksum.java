package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;

/// The checksum of bytes that are too many to go over when the file is opened: looked at where they
/// are read from the first to the last, as they are read. Where they aren't, it is given up, since
/// looking would cost more than what was asked for.
final class StreamedChecksum {
    private final String where;
    private final long size;
    private final long expected;
    private final CRC32 seen = new CRC32();
    private long next; // the first byte that isn't in `seen`
    private boolean looking = true;

    /// @param where the file and the entry, for messages
    /// @param size how many bytes there are
    /// @param expected the CRC-32 of all of them
    StreamedChecksum(String where, long size, long expected) {
        this.where = where;
        this.size = size;
        this.expected = expected;
    }

    /// Some bytes are read.
    ///
    /// @param at the first of them
    /// @throws FormatException if these are the last ones, and the checksum is another one
    synchronized void read(long at, MemorySegment bytes) {
        long end = at + bytes.byteSize();
        if (!looking || end <= next) {
            return;
        }
        if (at > next) {
            looking = false;
            return;
        }
        seen.update(bytes.asSlice(next - at).asByteBuffer());
        next = end;
        if (next == size) {
            looking = false;
            if (seen.getValue() != expected) {
                throw FormatException.damaged(
                        where,
                        "checksum %08x".formatted(seen.getValue()),
                        "%08x".formatted(expected));
            }
        }
    }
}
