package dev.perron.format;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

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

    /// Bytes in a mapped file, or in memory. What was read of a file is given back to the system
    /// from time to time, so that going over a large one doesn't fill the memory.
    final class Mapped implements ByteSource {
        private static final long KEPT = 64L << 20;

        private final MemorySegment segment;
        private final Optional<StreamedChecksum> checksum;
        private final AtomicLong read = new AtomicLong();

        Mapped(MemorySegment segment) {
            this(segment, Optional.empty());
        }

        /// @param checksum of all bytes, looked at where they are read in order
        Mapped(MemorySegment segment, Optional<StreamedChecksum> checksum) {
            this.segment = segment;
            this.checksum = checksum;
        }

        @Override
        public long size() {
            return segment.byteSize();
        }

        @Override
        public MemorySegment bytes(long at, int length) {
            if (segment.isMapped() && read.addAndGet(length) > KEPT) {
                read.set(0);
                segment.unload();
            }
            MemorySegment bytes = segment.asSlice(at, length);
            checksum.ifPresent(sum -> sum.read(at, bytes));
            return bytes;
        }

        @Override
        public void close() {}
    }
}
