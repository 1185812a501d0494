package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The entries of a zip file, zip64 too, by its central directory, each checked against its own
/// header. The JDK's reader doesn't tell where an entry's bytes lie, so they couldn't be mapped.
final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_64 = 0x06064b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int MOST_ENTRIES = 1 << 17;
    private static final long IN_ZIP64 = 0xFFFF_FFFFL;

    private final MemorySegment file;
    private final String where;

    private ZipDirectory(MemorySegment file, String where) {
        this.file = file;
        this.where = where;
    }

    /// One entry.
    ///
    /// @param name its path in the file
    /// @param method 0 stored, 8 deflated
    /// @param checksum the CRC-32 of its bytes, unpacked
    /// @param size bytes, unpacked
    /// @param begin where its header begins
    /// @param packed its bytes as they lie there
    record Entry(
            String name, int method, long checksum, long size, long begin, MemorySegment packed) {}

    /// The entries, in the order of the directory.
    ///
    /// @throws FormatException if the directory lies, or is encrypted
    static List<Entry> read(MemorySegment file, String where) {
        return new ZipDirectory(file, where).entries();
    }

    private List<Entry> entries() {
        long end = end();
        long count = half(end + 10);
        long size = word(end + 12);
        long begin = word(end + 16);
        if (count == 0xFFFF || size == IN_ZIP64 || begin == IN_ZIP64) {
            require(end >= 20 && word(end - 20) == LOCATOR_64, "no zip64 locator");
            long end64 = dword(end - 20 + 8);
            require(end64 >= 0 && end64 <= end - 20 - 56, "a zip64 directory past the end");
            require(word(end64) == END_64, "no zip64 directory");
            count = dword(end64 + 32);
            size = dword(end64 + 40);
            begin = dword(end64 + 48);
            end = end64;
        }
        require(
                begin >= 0 && size >= 0 && begin <= end && size == end - begin,
                "a directory of %d bytes at %d".formatted(size, begin));
        require(
                count >= 0 && count <= MOST_ENTRIES && count * 46 <= size,
                "a directory of %d entries in %d bytes".formatted(count, size));
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long at = begin;
        for (int i = 0; i < count; i++) {
            require(at + 46 <= end && word(at) == CENTRAL, "no entry %d".formatted(i));
            int length = half(at + 28);
            int extra = half(at + 30);
            long next = at + 46 + length + extra + half(at + 32);
            require(next <= end, "entry %d past the end".formatted(i));
            Entry entry = entry(at, length, extra, begin);
            require(names.add(entry.name()), "'%s' twice".formatted(entry.name()));
            entries.add(entry);
            at = next;
        }
        require(at == end, "%d bytes after the last entry".formatted(end - at));
        requireApart(entries);
        return entries;
    }

    /// The end record is the last thing, but for a comment of a length that it knows.
    private long end() {
        long least = Math.max(0, file.byteSize() - 22 - 0xFFFF);
        for (long at = file.byteSize() - 22; at >= least; at--) {
            if (word(at) == END && at + 22 + half(at + 20) == file.byteSize()) {
                return at;
            }
        }
        throw FormatException.damaged(where, "no zip directory at the end", "one");
    }

    private Entry entry(long at, int nameLength, int extraLength, long directory) {
        int flags = half(at + 8);
        int method = half(at + 10);
        long checksum = word(at + 16);
        long packed = word(at + 20);
        long size = word(at + 24);
        long begin = word(at + 42);
        String name = text(at + 46, nameLength);
        long extra = at + 46 + nameLength;
        long extraEnd = extra + extraLength;
        while (extra + 4 <= extraEnd) {
            int length = half(extra + 2);
            long field = extra + 4;
            require(field + length <= extraEnd, "'%s' with a broken extra field".formatted(name));
            if (half(extra) == 1) {
                if (size == IN_ZIP64 && field + 8 <= extraEnd) {
                    size = dword(field);
                    field += 8;
                }
                if (packed == IN_ZIP64 && field + 8 <= extraEnd) {
                    packed = dword(field);
                    field += 8;
                }
                if (begin == IN_ZIP64 && field + 8 <= extraEnd) {
                    begin = dword(field);
                }
            }
            extra += 4 + length;
        }
        if ((flags & 1) != 0 || (method != 0 && method != 8)) {
            throw FormatException.of(
                    where + ": " + name,
                    (flags & 1) != 0 ? "an encrypted entry" : "compression method " + method,
                    "a stored or deflated one",
                    "save it with numpy.savez or numpy.savez_compressed");
        }
        require(
                begin >= 0 && begin <= directory - 30 && word(begin) == LOCAL,
                "'%s' without its header at %d".formatted(name, begin));
        long data = begin + 30 + half(begin + 26) + half(begin + 28);
        require(
                packed >= 0 && size >= 0 && data <= directory && packed <= directory - data,
                "'%s' of %d bytes at %d, past the end".formatted(name, packed, data));
        require(
                half(begin + 8) == method && text(begin + 30, half(begin + 26)).equals(name),
                "'%s' with a header that says otherwise".formatted(name));
        require(
                method != 0 || packed == size,
                "'%s' stored as %d bytes of %d".formatted(name, packed, size));
        return new Entry(name, method, checksum, size, begin, file.asSlice(data, packed));
    }

    /// Entries that share bytes make a bomb of a small file.
    private void requireApart(List<Entry> entries) {
        List<Entry> inOrder =
                entries.stream().sorted(Comparator.comparingLong(Entry::begin)).toList();
        for (int i = 1; i < inOrder.size(); i++) {
            Entry before = inOrder.get(i - 1);
            Entry entry = inOrder.get(i);
            require(
                    before.packed().address() + before.packed().byteSize()
                            <= file.address() + entry.begin(),
                    "'%s' and '%s' overlap".formatted(before.name(), entry.name()));
        }
    }

    private void require(boolean holds, String found) {
        if (!holds) {
            throw FormatException.damaged(where, found, "a zip directory that fits the file");
        }
    }

    private int half(long at) {
        requireThere(at, 2);
        return Short.toUnsignedInt(
                file.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at));
    }

    private long word(long at) {
        requireThere(at, 4);
        return Integer.toUnsignedLong(
                file.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at));
    }

    private long dword(long at) {
        requireThere(at, 8);
        return file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at);
    }

    private String text(long at, int length) {
        requireThere(at, length);
        return new String(
                file.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private void requireThere(long at, long length) {
        require(at >= 0 && at <= file.byteSize() - length, "a field past the end");
    }
}
