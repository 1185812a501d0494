package dev.perron.format;

import java.lang.foreign.MemorySegment;

/// Bytes of an array, wherever they lie.
sealed interface ByteSource permits ByteSource.Mapped, InflatedBytes {
    /// The most that is asked for at once.
    int CHUNK = 1 << 18;

    /// How many there are.
    long size();

    /// Some of them, to be used before the next call.
    ///
    /// @param at the first, from 0
    /// @param length at most [#CHUNK], not past the end
    MemorySegment bytes(long at, int length);

    /// Lets go of what they needed.
    void close();

    /// Bytes in a mapped file, or in memory.
    record Mapped(MemorySegment segment) implements ByteSource {
        @Override
        public long size() {
            return segment.byteSize();
        }

        @Override
        public MemorySegment bytes(long at, int length) {
            return segment.asSlice(at, length);
        }

        @Override
        public void close() {}
    }
}
