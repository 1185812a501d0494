package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Bytes that lie deflated: unpacked from the beginning up to what is asked for, and kept no longer
/// than that. Going forward is one pass; going back begins anew. So memory and disk need no room
/// for the whole, and what claims to be more than it is costs nothing.
final class InflatedBytes implements ByteSource {
    /// Deflate can't do better than 1032 to 1.
    private static final long BEST_RATIO = 1032;

    private final String where;
    private final MemorySegment packed;
    private final long size;
    private final long checksum;
    private Inflater inflater = new Inflater(true);
    private CRC32 seen = new CRC32();
    private final byte[] window;
    private long windowAt; // where the window begins
    private int filled; // how much of it there is
    private long fed; // packed bytes that were given to the inflater

    /// @param where the file and the entry, for messages
    /// @param size how many bytes there are, unpacked
    /// @param checksum the CRC-32 of all of them
    /// @throws FormatException if so few packed bytes can't hold so many
    InflatedBytes(String where, MemorySegment packed, long size, long checksum) {
        if (size / BEST_RATIO > packed.byteSize()) {
            throw FormatException.damaged(
                    where,
                    "%d bytes that unpack to %d".formatted(packed.byteSize(), size),
                    "at most %d times as many".formatted(BEST_RATIO));
        }
        this.where = where;
        this.packed = packed;
        this.size = size;
        this.checksum = checksum;
        this.window = new byte[(int) Math.min(size, 2L * CHUNK)];
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public synchronized MemorySegment bytes(long at, int length) {
        if (at < windowAt) {
            begin();
        }
        while (at + length > windowAt + filled) {
            advance(at);
        }
        // A copy, since another thread may move the window on.
        byte[] bytes = new byte[length];
        System.arraycopy(window, (int) (at - windowAt), bytes, 0, length);
        return MemorySegment.ofArray(bytes);
    }

    @Override
    public synchronized void close() {
        inflater.end();
    }

    /// Unpacks all that is left and throws it away.
    ///
    /// @throws FormatException if the bytes aren't what the directory says
    synchronized void check() {
        while (windowAt + filled < size) {
            advance(windowAt + filled);
        }
        if (size == 0) {
            requireEnd();
        }
    }

    private void begin() {
        inflater.end();
        inflater = new Inflater(true);
        seen = new CRC32();
        windowAt = 0;
        filled = 0;
        fed = 0;
    }

    /// Unpacks some more; keeps what comes from `needed` on.
    private void advance(long needed) {
        int unneeded = (int) Math.min(filled, Math.max(0, needed - windowAt));
        if (filled == window.length || unneeded == filled) {
            System.arraycopy(window, unneeded, window, 0, filled - unneeded);
            windowAt += unneeded;
            filled -= unneeded;
        }
        int more = unpack(window, filled, window.length - filled);
        seen.update(window, filled, more);
        filled += more;
        if (windowAt + filled == size) {
            requireEnd();
        }
    }

    private int unpack(byte[] out, int at, int most) {
        try {
            while (true) {
                long room = size - windowAt - at;
                int got = inflater.inflate(out, at, (int) Math.min(most, room));
                if (got > 0) {
                    return got;
                }
                if (inflater.finished() || inflater.needsDictionary() || !feed()) {
                    throw FormatException.damaged(
                            where, "unpacks to %d bytes".formatted(windowAt + at), size + " bytes");
                }
            }
        } catch (DataFormatException e) {
            throw FormatException.of(
                    where,
                    "bytes that can't be unpacked",
                    "deflated ones",
                    "the file is damaged or cut off: save or copy it again",
                    e);
        }
    }

    private boolean feed() {
        if (!inflater.needsInput() || fed == packed.byteSize()) {
            return false;
        }
        int length = (int) Math.min(CHUNK, packed.byteSize() - fed);
        inflater.setInput(packed.asSlice(fed, length).asByteBuffer());
        fed += length;
        return true;
    }

    private void requireEnd() {
        try {
            byte[] beyond = new byte[1];
            while (!inflater.finished()) {
                if (inflater.inflate(beyond) > 0) {
                    throw FormatException.damaged(
                            where, "unpacks to more bytes than it says", size + " bytes");
                }
                if (!inflater.finished() && !feed()) {
                    throw FormatException.damaged(
                            where, "packed bytes without an end", "a last block");
                }
            }
        } catch (DataFormatException e) {
            throw FormatException.of(
                    where,
                    "bytes that can't be unpacked",
                    "deflated ones",
                    "the file is damaged or cut off: save or copy it again",
                    e);
        }
        if (seen.getValue() != checksum) {
            throw FormatException.damaged(
                    where, "checksum %08x".formatted(seen.getValue()), "%08x".formatted(checksum));
        }
    }
}
