package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

class StreamedChecksumTest {
    private static final MemorySegment BYTES =
            MemorySegment.ofArray("123456789".getBytes(StandardCharsets.US_ASCII));

    /// The CRC-32 of these nine bytes, as the catalogue of CRCs has it.
    private static final long RIGHT = 0xCBF43926L;

    private static void read(long expected, int... fromAndTo) {
        StreamedChecksum checksum = new StreamedChecksum("x", BYTES.byteSize(), expected);
        for (int i = 0; i < fromAndTo.length; i += 2) {
            checksum.read(
                    fromAndTo[i], BYTES.asSlice(fromAndTo[i], fromAndTo[i + 1] - fromAndTo[i]));
        }
    }

    @Test
    void itIsLookedAtWhereBytesAreReadInOrder() {
        assertThatCode(() -> read(RIGHT, 0, 4, 4, 9)).doesNotThrowAnyException();
        assertThatCode(() -> read(RIGHT, 0, 4, 1, 3, 2, 9, 0, 9)).doesNotThrowAnyException();
        assertThatThrownBy(() -> read(RIGHT + 1, 0, 4, 1, 3, 2, 9))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("checksum cbf43926");
    }

    @Test
    void itIsGivenUpWhereTheyAreNot() {
        assertThatCode(() -> read(RIGHT + 1, 0, 4, 5, 9, 4, 9, 0, 9)).doesNotThrowAnyException();
        assertThatCode(() -> read(RIGHT + 1, 0, 8)).as("not to the end").doesNotThrowAnyException();
    }
}
