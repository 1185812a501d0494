package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Each file that can't be read is one clear line: where, found, expected, what to do.
class BadFileTest {
    private static final byte[] GOOD = Examples.npy("<f4", new long[] {2, 2}, 0.25, 0.75, 0.5, 0.5);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    |F32|[2,2]|[0,16]|16|nothing
                    negative size|F32|[-2,-2]|[0,16]|16|an axis of size -2
                    size that overflows|F32|[4294967296,4294967296]|[0,16]|16|fewer than 2^63
                    more than there is|F32|[4,4]|[0,16]|16|4 x 4 of 4 bytes each
                    past the end|F32|[2,2]|[0,32]|16|offsets from 0 to 16
                    backwards|F32|[2,2]|[16,0]|16|offsets from 0 to 16
                    negative offset|F32|[2,2]|[-16,0]|16|offsets from 0 to 16
                    a hole before|F32|[2,2]|[4,20]|20|from 0, where
                    rest|F32|[2,2]|[0,16]|17|17 bytes of numbers
                    a fraction|F32|[2.5,2]|[0,16]|16|no whole number
                    integers|I64|[2,1]|[0,16]|16|numbers of type I64
                    empty axis|F32|[0,2]|[0,0]|0|no entry on axis q
                    one token|F32|[1,1]|[0,4]|4|at least 2 tokens
                    one axis|F32|[4]|[0,16]|16|1 axes
                    """)
    void aSafetensorsHeaderThatLies(
            String what, String type, String shape, String offsets, int bytes, String found)
            throws IOException {
        Path file = folder.resolve("a.safetensors");
        String header =
                "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
                        .formatted(type, shape, offsets);
        Files.write(file, Examples.safetensors(header, bytes));
        if (what == null) {
            open(file).close();
        } else {
            assertRefused(file, found);
        }
    }

    @Test
    void safetensorsWhoseArraysOverlap() throws IOException {
        String array = "{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[%d,%d]}";
        assertRefused(
                write(
                        "a.safetensors",
                        Examples.safetensors(
                                "{\"a0\":%s,\"a1\":%s}"
                                        .formatted(array.formatted(0, 16), array.formatted(8, 24)),
                                24)),
                "from 16, where the array before ends");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"a\":1}",
                "{\"a\":{}}",
                "{\"a\":{},\"a\":{}}",
                "\"\"",
                "{\"__metadata__\":{\"x\":1}}",
                "{\"__metadata__\":[]}"
            })
    void aBrokenSafetensorsHeader(String header) throws IOException {
        assertRefused(write("a.safetensors", Examples.safetensors(header, 0)), "a.safetensors");
    }

    @Test
    void aSafetensorsHeaderLongerThanTheFile() throws IOException {
        for (long length : new long[] {-1, Long.MAX_VALUE, 1 << 20, 0}) {
            byte[] bytes = Examples.safetensors("{}", 0);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            assertRefused(write("a.safetensors", bytes), "a header of");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
                    {'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }~4 x 4 of 4 bytes each
                    {'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }~1 x 2 of 4 bytes each
                    {'descr': '<f4', 'fortran_order': False, 'shape': (-2, -2), }~an axis of size -2
                    {'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }~fewer than 2^63
                    {'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999999, 2), }~a shape with
                    {'descr': '<i8', 'fortran_order': False, 'shape': (2, 1), }~numbers of type int64
                    {'descr': '|b1', 'fortran_order': False, 'shape': (16,), }~numbers of type bool
                    {'descr': '|O', 'fortran_order': False, 'shape': (2,), }~Python objects
                    {'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }~numbers of type [('a'
                    {'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2), }~neither True nor False
                    {'descr': '<f4', 'shape': (2, 2), }~a .npy header with
                    {'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }~the key 'descr'
                    {'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'x': 1}~the key 'x'
                    import os~no '{'
                    """)
    void aNpyHeaderThatLies(String dictionary, String found) throws IOException {
        byte[] text = dictionary.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + text.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(NpyHeader.MAGIC).put((byte) 1).put((byte) 0).putShort((short) text.length);
        bytes.put(text);
        assertRefused(write("a.npy", bytes.array()), found);
    }

    @Test
    void aNpyThatIsCutOff() throws IOException {
        assertRefused(write("a.npy", Arrays.copyOf(GOOD, 9)), "9 bytes");
        assertRefused(write("a.npy", Arrays.copyOf(GOOD, 60)), "a .npy header of");
        assertRefused(write("a.npy", Arrays.copyOf(GOOD, GOOD.length - 1)), "15 bytes of numbers");
        byte[] version = GOOD.clone();
        version[6] = 9;
        assertRefused(write("a.npy", version), ".npy version 9.0");
    }

    @Test
    void aNpzThatIsCutOffOrChanged() throws IOException {
        byte[] whole = Examples.npz("a", GOOD);
        for (int length = 4; length < whole.length; length++) {
            assertRefused(write("a.npz", Arrays.copyOf(whole, length)), "a.npz");
        }
        assertRefused(write("a.npz", new byte[] {'P', 'K', 3, 4}), "no zip directory");
    }

    @Test
    void aZipThatClaimsToUnpackToMoreThanItCan() throws IOException {
        byte[] bomb = Examples.npz("a", GOOD);
        int directory = new String(bomb, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, 0x7FFF_0000);
        assertRefused(write("a.npz", bomb), "that unpack to 2147418112");
    }

    @Test
    void zipEntriesThatShareTheirBytes() throws IOException {
        byte[] bomb = Examples.npz("a0", GOOD, "a1", GOOD);
        String text = new String(bomb, StandardCharsets.ISO_8859_1);
        int second = text.indexOf("PK\1\2", text.indexOf("PK\1\2") + 1);
        ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN).putInt(second + 42, 0);
        assertRefused(write("a.npz", bomb), "a1.npy' with a header that says otherwise");
        bomb[second + 46 + 1] = '0';
        assertRefused(write("a.npz", bomb), "'a0.npy' twice");
    }

    @Test
    void aDeflatedEntryThatWasChangedDoesNotPass() throws IOException {
        byte[] changed = Examples.npz("a", GOOD);
        int directory = new String(changed, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        changed[directory + 16] ^= 1;
        assertRefused(write("a.npz", changed), "checksum");
    }

    /// 0x80 2, and 0x80 5, are how a pickle begins, too.
    @Test
    void aHeaderWhoseLengthBeginsAsAPickleDoesIsRead() throws IOException {
        for (int length : new int[] {0x280, 0x580}) {
            String array = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";
            ByteBuffer bytes = ByteBuffer.allocate(8 + length + 16).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(length).put(array.getBytes(StandardCharsets.UTF_8));
            while (bytes.position() < 8 + length) {
                bytes.put((byte) ' ');
            }
            bytes.putFloat(0.5f).putFloat(0.5f).putFloat(0.25f).putFloat(0.75f);
            try (AttentionFile file =
                    AttentionFile.open(
                            write("p.safetensors", bytes.array()), ReadOptions.defaults())) {
                assertThat(file.rows(0, 0)).containsExactly(0.5f, 0.5f, 0.25f, 0.75f);
            }
        }
    }

    @Test
    void picklesAreRefusedWithTheWayOut() throws IOException {
        assertRefused(write("a.pt", new byte[] {(byte) 0x80, 2, 'c', '_'}), "numpy.savez");
        assertRefused(write("a.pt", Examples.zip("archive/data.pkl", GOOD)), "PyTorch's format");
        assertRefused(write("pytorch_model.bin", new byte[100]), "torch.load");
    }

    @Test
    void mixedTypesAndShapes() throws IOException {
        byte[] wide = Examples.npy("<f8", new long[] {2, 2}, 0.25, 0.75, 0.5, 0.5);
        byte[] large = Examples.npy("<f4", new long[] {1, 3}, 0.25, 0.75, 0);
        assertRefused(write("a.npz", Examples.npz("a.0", GOOD, "a.1", wide)), "a.1 is float64");
        assertRefused(
                write("a.npz", Examples.npz("a.0", GOOD, "a.1", large, "a.2", GOOD)), "one shape");
    }

    @Test
    void anythingElse() throws IOException {
        assertRefused(write("a.npy", new byte[0]), "an empty file");
        assertRefused(write("a.npz", new byte[100]), "bytes that begin 00 00");
        assertRefused(folder.resolve("absent.npy"), "no such file");
        assertRefused(folder, folder.toString());
        assertRefused(write("a.csv", "1,2\n3\n".getBytes(StandardCharsets.UTF_8)), "cells");
        assertRefused(write("a.csv", "a,b\n0.5,x\n".getBytes(StandardCharsets.UTF_8)), "'x'");
        assertRefused(write("a.json", "[[1,2],[3]]".getBytes(StandardCharsets.UTF_8)), "axis 1");
        assertRefused(write("a.json", "[1,[2]]".getBytes(StandardCharsets.UTF_8)), "an array");
        assertRefused(write("a.json", "{}".getBytes(StandardCharsets.UTF_8)), "no arrays");
    }

    @Test
    void aHeadAboveJavasArrayLimitIsRefusedBeforeItIsAllocated() throws IOException {
        int n = 46341;
        Path file = sparse(folder.resolve("huge.npy"), 1, 1, n, n);
        try (AttentionFile read = open(file)) {
            assertThat(read.description().keys()).isEqualTo(n);
            assertThatThrownBy(() -> read.head(0, 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("46341 queries x 46341 keys");
            assertThatThrownBy(() -> read.tensor(List.of(0)))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("46341 queries x 46341 keys")
                    .hasMessageContaining("--queries and --keys");
        }
        // 1 GB of attention, under half of that.
        try (AttentionFile read = open(sparse(folder.resolve("large.npy"), 1, 1, 16000, 16000))) {
            assertThatThrownBy(() -> read.head(0, 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("1.0 GB of attention")
                    .hasMessageContaining("PERRON_JAVA_OPTIONS=-Xmx");
        }
    }

    /// Zeros that take no room on disk, behind a header.
    static Path sparse(Path file, long... shape) throws IOException {
        byte[] header = NpyHeader.bytes("<f4", false, ArrayShape.of(shape));
        try (var writer = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            writer.write(header);
            writer.setLength(header.length + ArrayShape.of(shape).elements() * 4);
        }
        return file;
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Examples.write(folder.resolve(name), bytes);
    }

    private static AttentionFile open(Path file) {
        return AttentionFile.open(file, ReadOptions.defaults());
    }

    private static void assertRefused(Path file, String found) {
        assertThatThrownBy(() -> open(file).close())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(found)
                .hasMessageContaining("; expected ")
                .message()
                .hasLineCount(1);
    }
}
