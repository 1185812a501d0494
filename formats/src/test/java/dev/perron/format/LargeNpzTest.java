package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/// A .npz with an entry above 4 GB and one that begins behind it, as numpy.savez writes them: sizes
/// and places are in zip64's fields. Nearly all of it are zeros that take no room on disk.
@EnabledIfSystemProperty(
        named = "perron.long",
        matches = ".*",
        disabledReason = "goes over 4.4 GB twice; -Dperron.long runs it")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the file would take 4.4 GB there")
class LargeNpzTest {
    private static final int HEADS = 1100;
    private static final int N = 1000;
    private static final int IN_ZIP64 = -1;

    @TempDir private Path folder;

    @Test
    void anEntryAboveFourGigabytesIsReadAndItsChecksumLookedAt() throws IOException {
        Path file = folder.resolve("large.npz");
        write(file, 0);
        try (AttentionFile read = AttentionFile.open(file, ReadOptions.defaults().withArray("a"))) {
            assertThat(read.description().bytes()).isEqualTo(4L * HEADS * N * N);
            assertThat(read.head(0, HEADS - 1).head().attention(7, 7)).isEqualTo(1);
            for (int head = 0; head < HEADS; head++) {
                assertThat(read.survey(0, head).worstError()).isZero();
            }
        }
        try (AttentionFile read = AttentionFile.open(file, ReadOptions.defaults().withArray("b"))) {
            assertThat(read.head(0, 0).head().attention(1, 0)).isEqualTo(.5);
        }
    }

    @Test
    void anotherChecksumIsSeenOnceAllOfItWasRead() throws IOException {
        Path file = folder.resolve("damaged.npz");
        write(file, 1);
        try (AttentionFile read = AttentionFile.open(file, ReadOptions.defaults().withArray("a"))) {
            for (int head = 0; head < HEADS - 1; head++) {
                read.survey(0, head);
            }
            assertThatThrownBy(() -> read.survey(0, HEADS - 1))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("a.npy: checksum");
        }
    }

    /// @param off what is added to the large entry's checksum
    private static void write(Path file, int off) throws IOException {
        byte[] header = NpyHeader.bytes("<f4", false, ArrayShape.of(HEADS, N, N));
        byte[] small = Examples.npy("<f4", new long[] {2, 2}, 1, 0, .5, .5);
        ByteBuffer identity = ByteBuffer.allocate(4 * N * N).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < N; i++) {
            identity.putFloat(4 * (i * N + i), 1);
        }
        CRC32 large = new CRC32();
        large.update(header);
        byte[] zeros = new byte[4 * N * N];
        for (int head = 0; head < HEADS - 1; head++) {
            large.update(zeros);
        }
        large.update(identity.duplicate());
        CRC32 other = new CRC32();
        other.update(small);
        int checksum = (int) large.getValue() + off;
        long size = header.length + 4L * HEADS * N * N;

        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer first =
                    start(200)
                            .putInt(0x04034b50)
                            .put(common("a.npy", checksum, IN_ZIP64, IN_ZIP64, 20))
                            .put("a.npy".getBytes(StandardCharsets.US_ASCII))
                            .put(zip64(size, size));
            long at = write(channel, first, 0);
            write(channel, ByteBuffer.wrap(header), at);
            at += size;
            write(channel, identity, at - identity.capacity());
            long second = at;
            ByteBuffer next =
                    start(200)
                            .putInt(0x04034b50)
                            .put(
                                    common(
                                            "b.npy",
                                            (int) other.getValue(),
                                            small.length,
                                            small.length,
                                            0))
                            .put("b.npy".getBytes(StandardCharsets.US_ASCII));
            at = write(channel, next, at);
            at = write(channel, ByteBuffer.wrap(small), at);
            long directory = at;
            at = write(channel, central("a.npy", checksum, IN_ZIP64, 0, zip64(size, size)), at);
            at =
                    write(
                            channel,
                            central(
                                    "b.npy",
                                    (int) other.getValue(),
                                    small.length,
                                    IN_ZIP64,
                                    zip64(second)),
                            at);
            ByteBuffer end =
                    start(200)
                            .putInt(0x06064b50)
                            .putLong(44)
                            .putShort((short) 45)
                            .putShort((short) 45)
                            .putInt(0)
                            .putInt(0)
                            .putLong(2)
                            .putLong(2)
                            .putLong(at - directory)
                            .putLong(directory)
                            .putInt(0x07064b50)
                            .putInt(0)
                            .putLong(at)
                            .putInt(1)
                            .putInt(0x06054b50)
                            .putInt(0)
                            .putInt(IN_ZIP64)
                            .putInt(IN_ZIP64)
                            .putInt(IN_ZIP64)
                            .putShort((short) 0);
            write(channel, end, at);
        }
    }

    private static ByteBuffer start(int room) {
        return ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Version to the length of the extra field: what both headers of an entry have.
    private static ByteBuffer common(String name, int checksum, int packed, int size, int extra) {
        return start(26)
                .putShort((short) 45)
                .putShort((short) 0)
                .putShort((short) 0) // stored
                .putInt(0)
                .putInt(checksum)
                .putInt(packed)
                .putInt(size)
                .putShort((short) name.length())
                .putShort((short) extra)
                .flip();
    }

    private static ByteBuffer zip64(long... values) {
        ByteBuffer extra =
                start(4 + 8 * values.length)
                        .putShort((short) 1)
                        .putShort((short) (8 * values.length));
        for (long value : values) {
            extra.putLong(value);
        }
        return extra.flip();
    }

    private static ByteBuffer central(
            String name, int checksum, int size, int begin, ByteBuffer extra) {
        return start(200)
                .putInt(0x02014b50)
                .putShort((short) 45)
                .put(common(name, checksum, size, size, extra.remaining()))
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(begin)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(extra);
    }

    /// Writes what was put, and says where it ends.
    private static long write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        ByteBuffer whole = bytes.position() == 0 ? bytes : bytes.flip();
        long end = at;
        while (whole.hasRemaining()) {
            end += channel.write(whole, end);
        }
        return end;
    }
}
