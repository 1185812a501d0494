package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Whole numbers of .npy and .npz, a row at a time.
class IntegerFileTest {
    @TempDir Path folder;

    /// A .npy of one type, its numbers as they would lie in memory.
    private Path npy(String descr, boolean fortran, ArrayShape shape, long... values)
            throws IOException {
        int each = descr.charAt(2) - '0';
        byte[] header = NpyHeader.bytes(descr, fortran, shape);
        ByteBuffer bytes =
                ByteBuffer.allocate(header.length + each * values.length)
                        .order(
                                descr.startsWith(">")
                                        ? ByteOrder.BIG_ENDIAN
                                        : ByteOrder.LITTLE_ENDIAN);
        bytes.put(header);
        for (long value : values) {
            switch (each) {
                case 1 -> bytes.put((byte) value);
                case 2 -> bytes.putShort((short) value);
                case 4 -> bytes.putInt((int) value);
                default -> bytes.putLong(value);
            }
        }
        return Files.write(folder.resolve("a.npy"), bytes.array());
    }

    @ParameterizedTest
    @CsvSource({
        "|i1, -3",
        "|u1, 253",
        "<i2, -300",
        ">i2, -300",
        "<u2, 65000",
        "<i4, -70000",
        ">i4, 70000",
        "<u4, 2000000000",
        "<i8, -70000",
        ">u8, 70000"
    })
    void everyIntegerTypeIsRead(String descr, int value) throws IOException {
        Path file = npy(descr, false, ArrayShape.of(2, 2), 0, 1, 2, value);
        try (IntegerFile opened = IntegerFile.open(file)) {
            IntegerArray array = named(opened, "");
            int[] row = new int[2];
            array.read(1, row);
            assertThat(row).containsExactly(2, value);
            array.read(0, row);
            assertThat(row).containsExactly(0, 1);
        }
    }

    @Test
    void whatWeWriteComesBack() {
        Path file = folder.resolve("a.npz");
        int columns = 100_000; // several chunks a row
        new IntegerArchive()
                .with("prompt_length", 1, 1, (_, out) -> out[0] = 7)
                .with(
                        "tokens",
                        3,
                        columns,
                        (row, out) -> {
                            for (int i = 0; i < out.length; i++) {
                                out[i] = 31 * i % 97 + row;
                            }
                        })
                .write(file);
        try (IntegerFile opened = IntegerFile.open(file)) {
            assertThat(opened.arrays().keySet()).containsExactly("prompt_length", "tokens");
            IntegerArray tokens = named(opened, "tokens");
            assertThat(tokens.rows()).isEqualTo(3);
            int[] row = new int[columns];
            for (int r = 0; r < 3; r++) {
                tokens.read(r, row);
                assertThat(row[99_999]).isEqualTo(31 * 99_999 % 97 + r);
                assertThat(row[1]).isEqualTo(31 + r);
            }
        }
    }

    @Test
    void oneAxisIsOneRowAndNoneIsANumber() throws IOException {
        try (IntegerFile opened = IntegerFile.open(npy("<i4", false, ArrayShape.of(3), 4, 5, 6))) {
            assertThat(named(opened, "").rows()).isEqualTo(1);
            assertThat(named(opened, "").columns()).isEqualTo(3);
        }
        try (IntegerFile opened = IntegerFile.open(npy("<i8", false, ArrayShape.of(), 9))) {
            assertThat(named(opened, "").columns()).isEqualTo(1);
        }
    }

    @Test
    void whatCantBeReadIsSaidInOneLine() throws IOException {
        refused(npy("<f4", false, ArrayShape.of(1, 1), 0), "numbers of type <f4");
        refused(npy("<i4", true, ArrayShape.of(2, 2), 0, 1, 2, 3), "Fortran order");
        refused(npy("<i4", false, ArrayShape.of(1, 1, 1), 0), "an array of shape");
        refused(npy("<i4", false, ArrayShape.of(2, 2), 0, 1, 2), "12 bytes of numbers");
        refused(Files.writeString(folder.resolve("t.npz"), "no"), "neither .npy nor .npz");
        refused(folder.resolve("absent.npy"), "no such file");
        refused(folder, "folder");
        try (IntegerFile opened =
                IntegerFile.open(npy("<i8", false, ArrayShape.of(1, 2), 0, 1L << 40))) {
            assertThatExceptionOfType(FormatException.class)
                    .isThrownBy(() -> named(opened, "").read(0, new int[2]))
                    .withMessageContaining("row 0, column 1: 1099511627776");
        }
    }

    private static IntegerArray named(IntegerFile file, String name) {
        return Objects.requireNonNull(file.arrays().get(name));
    }

    private static void refused(Path file, String why) {
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> IntegerFile.open(file).close())
                .withMessageContaining(why);
    }
}
