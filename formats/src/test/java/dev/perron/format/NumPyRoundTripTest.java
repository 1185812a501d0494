package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The same numbers, bit for bit, on NumPy's side and on ours (src/test/python/arrays.py).
class NumPyRoundTripTest {
    @TempDir private Path folder;

    @BeforeEach
    void requireNumPy() throws Exception {
        Python.requireNumPy();
    }

    @Test
    void everyTypeAndOrderThatNumPyWritesIsReadBitForBit() throws Exception {
        List<String> theirs = Python.run("arrays.py", "write", folder.toString());

        assertThat(theirs).hasSize(12);
        for (String line : theirs) {
            String[] words = line.split(" ", -1);
            try (ArrayFile file = ArrayFile.open(folder.resolve(words[0] + ".npy"))) {
                assertThat(described(words[0], file.arrays().getFirst())).isEqualTo(line);
            }
        }
        for (String archive : List.of("stored.npz", "packed.npz")) {
            try (ArrayFile file = ArrayFile.open(folder.resolve(archive))) {
                assertThat(file.arrays())
                        .as(archive)
                        .map(array -> described(array.name(), array))
                        .isEqualTo(theirs);
            }
        }
    }

    @Test
    void allVersionsOfTheHeaderAreRead() throws Exception {
        List<String> theirs = Python.run("arrays.py", "write", folder.toString());
        String little4c =
                theirs.stream().filter(l -> l.startsWith("littlef4c")).findFirst().orElseThrow();
        for (int version = 1; version <= 3; version++) {
            try (ArrayFile file =
                    ArrayFile.open(folder.resolve("version%d.npy".formatted(version)))) {
                assertThat(described("littlef4c", file.arrays().getFirst())).isEqualTo(little4c);
            }
        }
    }

    @Test
    void whatWeWriteIsReadByNumPyBitForBit() throws Exception {
        Map<String, String> ours = new LinkedHashMap<>();
        for (ElementType type :
                List.of(ElementType.FLOAT16, ElementType.FLOAT32, ElementType.FLOAT64)) {
            for (String ending : List.of(".npy", ".npz")) {
                // Names apart, since a sidecar is found by its name alone.
                Path file = folder.resolve(type + "-" + ending.substring(1) + ending);
                AttentionWriter.write(file, Examples.tensor(2, 3, 5, 17), type, Sidecar.empty());
                try (ArrayFile read = ArrayFile.open(file)) {
                    for (FloatArray array : read.arrays()) {
                        String label = ending.equals(".npy") ? file.toString() : array.name();
                        ours.merge(
                                file.toString(), described(label, array), (a, b) -> a + "\n" + b);
                    }
                }
            }
        }
        List<String> theirs =
                Python.run(
                        "arrays.py",
                        java.util.stream.Stream.concat(
                                        java.util.stream.Stream.of("read"), ours.keySet().stream())
                                .toArray(String[]::new));
        assertThat(theirs)
                .containsExactlyElementsOf(
                        ours.values().stream().flatMap(String::lines).collect(Collectors.toList()));
    }

    /// As arrays.py prints it.
    private static String described(String label, FloatArray array) {
        double[] values = array.toArray();
        byte[] bytes = new byte[values.length * 8];
        for (int i = 0; i < values.length; i++) {
            MemorySegment.ofArray(bytes)
                    .set(
                            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
                            i * 8L,
                            values[i]);
        }
        try {
            return "%s %s%s %s %s %s"
                    .formatted(
                            label,
                            array.byteOrder() == ByteOrder.BIG_ENDIAN ? ">" : "<",
                            array.type().numpyCode(),
                            array.fortran() ? "f" : "c",
                            array.shape().sizes().stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining("x")),
                            HexFormat.of()
                                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
