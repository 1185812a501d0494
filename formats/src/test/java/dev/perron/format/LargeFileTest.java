package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.AttentionHead;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;

/// A file many times the heap: 12 layers of 12 heads on 4097 tokens, 9.7 GB of float32, nearly all
/// of them zeros that take no room on disk.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the file would take 9.7 GB there")
class LargeFileTest {
    private static final int N = 4097;

    @TempDir private Path folder;

    @Test
    void oneHeadOfAFileManyTimesTheHeapIsReadBitForBit() throws IOException {
        Path file = BadFileTest.sparse(folder.resolve("large.npy"), 12, 12, N, N);
        float[] rows = Examples.stochastic(N, N, new SplittableRandom(1));
        writeHead(file, 3 * 12 + 5, rows);

        try (AttentionFile read = AttentionFile.open(file, ReadOptions.defaults())) {
            assertThat(read.description().bytes()).isEqualTo(4L * 12 * 12 * N * N);
            assertThat(read.description().bytes())
                    .isGreaterThan(10 * Runtime.getRuntime().maxMemory());
            AttentionHead head = read.head(3, 5).head();
            for (int i = 0; i < N; i += 512) {
                double[] row = new double[N];
                head.row(i, row);
                for (int j = 0; j < N; j++) {
                    assertThat((float) row[j]).isEqualTo(rows[i * N + j], MARGIN);
                }
            }
            assertThat(read.survey(3, 5).worstError()).isEqualTo(head.worstRow());
            assertThat(read.survey(11, 11).zero()).hasSize(N);
            assertThatThrownBy(() -> read.head(11, 11))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("L11H11: empty rows 0 to 4096 (all zero)");
            assertThatThrownBy(() -> read.tensor(List.of(0, 1, 2, 3)))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("3.2 GB of attention in 4 layers");
        }
    }

    private static final org.assertj.core.data.Offset<Float> MARGIN =
            org.assertj.core.api.Assertions.within(1e-9f);

    private static void writeHead(Path file, long head, float[] rows) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(rows.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        MemorySegment.copy(
                MemorySegment.ofArray(rows), 0, MemorySegment.ofBuffer(bytes), 0, rows.length * 4L);
        int header = NpyHeader.bytes("<f4", false, ArrayShape.of(12, 12, N, N)).length;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long at = header + head * rows.length * 4;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }
    }
}
