package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.AttentionTensor;
import dev.perron.attention.Mask;
import dev.perron.attention.SeenKeys;
import dev.perron.chain.SparseStochasticMatrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// Files of attention written from others.
class CopyTest {
    @TempDir private Path folder;

    private Path copy(Path from, String name, ElementType type, ReadOptions options) {
        Path to = folder.resolve(name);
        try (AttentionFile read = AttentionFile.open(from, options)) {
            AttentionWriter.copy(to, read, type);
        }
        return to;
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, npz",
        "FLOAT16, npy",
        "FLOAT32, npz",
        "FLOAT32, npy",
        "FLOAT64, npz",
        "FLOAT64, npy",
        "BFLOAT16, safetensors"
    })
    void thereAndBackIsTheSameFileByteForByte(ElementType type, String format) throws IOException {
        AttentionTensor tensor = Examples.tensor(2, 3, 9, 11);
        Path first = folder.resolve("first." + format);
        AttentionWriter.write(first, tensor, type, Sidecar.of(tensor, "tiny"));

        Path there = copy(first, "there.safetensors", type, ReadOptions.defaults());
        Path back = copy(there, "back." + format, type, ReadOptions.defaults());

        assertThat(back).hasSameBinaryContentAs(first);
        if (!format.equals("safetensors")) {
            assertThat(Sidecar.beside(back)).hasSameBinaryContentAs(Sidecar.beside(first));
        }
        try (ArrayFile read = ArrayFile.open(there)) {
            assertThat(read.arrays()).allMatch(array -> array.type() == type);
        }
    }

    @Test
    void doublesAreNotRounded() throws IOException {
        double third = 1.0 / 3;
        Path first =
                Examples.write(
                        folder.resolve("a.npy"),
                        Examples.npy("<f8", new long[] {2, 2}, third, 1 - third, 0, 1));
        Path second = copy(first, "b.npz", ElementType.FLOAT64, ReadOptions.defaults());

        try (ArrayFile read = ArrayFile.open(second)) {
            assertThat(read.arrays().getFirst().toArray()).containsExactly(third, 1 - third, 0, 1);
        }
    }

    @Test
    void axesComeOutInTheUsualOrder() throws IOException {
        // [key, query, head]: head 1 is head 0 with its tokens exchanged.
        Path first =
                Examples.write(
                        folder.resolve("a.npy"),
                        Examples.npy(
                                ">f4",
                                new long[] {2, 2, 2},
                                0.25,
                                0.5,
                                0.5,
                                0.75,
                                0.75,
                                0.5,
                                0.5,
                                0.25));
        ReadOptions options = ReadOptions.defaults().withAxes(Axes.parse("k,q,h"));
        Path second = copy(first, "b.npz", ElementType.FLOAT32, options);

        try (AttentionFile read = AttentionFile.open(second, ReadOptions.defaults())) {
            assertThat(read.description().axes()).hasToString("h,q,k");
            assertThat(read.rows(0, 0)).containsExactly(0.25f, 0.75f, 0.5f, 0.5f);
            assertThat(read.rows(0, 1)).containsExactly(0.5f, 0.5f, 0.75f, 0.25f);
        }
    }

    @Test
    void aDeflatedFileOfManyPiecesIsCopiedWhole() throws IOException {
        int n = 700; // more than a piece of rows
        float[] rows = Examples.stochastic(n, n, new SplittableRandom(1));
        byte[] array = Examples.npy("<f4", new long[] {1, n, n}, Examples.widened(rows));
        Path first =
                Examples.write(
                        folder.resolve("a.npz"),
                        Examples.npz("attentions.3", array, "attentions.5", array));
        Path second = copy(first, "b.npz", ElementType.FLOAT32, ReadOptions.defaults());

        try (AttentionFile read = AttentionFile.open(second, ReadOptions.defaults())) {
            assertThat(read.description().layers()).containsExactly(3, 5);
            assertThat(read.rows(3, 0)).isEqualTo(rows);
            assertThat(read.rows(5, 0)).isEqualTo(rows);
        }
    }

    @Test
    void badRowsStayAsTheyAre() throws IOException {
        Path first =
                Examples.write(
                        folder.resolve("a.npy"),
                        Examples.npy("<f4", new long[] {2, 2}, 0, 0, 3, Double.NaN));
        Path second = copy(first, "b.safetensors", ElementType.FLOAT16, ReadOptions.defaults());

        try (AttentionFile read = AttentionFile.open(second, ReadOptions.defaults())) {
            assertThat(read.rows(0, 0)).containsExactly(0, 0, 3, Float.NaN);
        }
    }

    @Test
    void ofScoresTheSoftmaxIsWritten() throws IOException {
        double three = Math.log(3);
        Path first =
                Examples.write(
                        folder.resolve("a.npy"),
                        Examples.npy("<f4", new long[] {2, 2}, 0, 50, three, 0));
        ReadOptions options = ReadOptions.defaults().withScores(SeenKeys.of(Mask.CAUSAL));
        Path second = copy(first, "b.safetensors", ElementType.FLOAT32, options);

        try (AttentionFile read = AttentionFile.open(second, ReadOptions.defaults())) {
            assertThat(read.rows(0, 0)).containsExactly(1, 0, 0.75f, 0.25f);
            assertThat(read.description().sidecar().causal()).contains(true);
        }
    }

    @Test
    void whatIsSaidOfTokensAndPaddingIsSaidAgain() throws IOException {
        Path first =
                Examples.write(
                        folder.resolve("a.npy"),
                        Examples.npy("<f4", new long[] {2, 2}, 1, 0, 0, 1));
        ReadOptions options =
                ReadOptions.defaults().withTokens(List.of("[CLS]", "fox")).withPadding(List.of(1));
        Path second = copy(first, "b.npz", ElementType.FLOAT32, options);

        try (AttentionFile read = AttentionFile.open(second, ReadOptions.defaults())) {
            assertThat(read.description().sidecar().tokens()).containsExactly("[CLS]", "fox");
            assertThat(read.head(0, 0).positions()).containsExactly(0);
        }
    }

    @Test
    void aSparseChainIsWrittenWithItsZeros() {
        SparseStochasticMatrix chain =
                SparseStochasticMatrix.ofEntries(
                        3,
                        new int[] {0, 1, 1, 2},
                        new int[] {1, 0, 2, 2},
                        new double[] {1, 0.1, 0.9, 1});
        Path to = folder.resolve("chain.npy");
        AttentionWriter.write(to, chain, ElementType.FLOAT64, Sidecar.ofTokens(List.of()));

        try (ArrayFile read = ArrayFile.open(to)) {
            assertThat(read.arrays().getFirst().toArray())
                    .containsExactly(0, 1, 0, 0.1, 0, 0.9, 0, 0, 1);
        }
    }

    @Test
    void aSidecarIsNeverTakenFromAnotherFile() throws IOException {
        AttentionTensor tensor = Examples.tensor(1, 1, 3, 2);
        Sidecar said = Sidecar.of(tensor, "tiny");
        AttentionWriter.write(folder.resolve("a.npy"), tensor, ElementType.FLOAT32, said);
        AttentionWriter.write(folder.resolve("a.npy"), tensor, ElementType.FLOAT32, said);
        AttentionWriter.write(folder.resolve("a.safetensors"), tensor, ElementType.FLOAT32, said);
        Files.writeString(folder.resolve("b.json"), "{}");

        for (String taken : new String[] {"a.npz", "b.npz"}) {
            Path file = folder.resolve(taken);
            assertThatThrownBy(() -> AttentionWriter.write(file, tensor, ElementType.FLOAT32, said))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("its sidecar would be")
                    .hasMessageContaining("choose another name");
            assertThat(file).doesNotExist();
        }
        assertThat(folder.resolve("b.json")).hasContent("{}");
        // a.json says l,h,q,k, the .safetensors itself h,q,k.
        try (AttentionFile read =
                AttentionFile.open(folder.resolve("a.safetensors"), ReadOptions.defaults())) {
            assertThat(read.description().axes()).hasToString("h,q,k");
        }
    }

    @Test
    void whatAFormatHasNoRoomForIsAnObjection() {
        List<Integer> two = List.of(0, 1);
        assertThat(AttentionWriter.objection(Path.of("a.npy"), two, ElementType.FLOAT16)).isEmpty();
        assertThat(AttentionWriter.objection(Path.of("a.npy"), List.of(1), ElementType.FLOAT16))
                .get()
                .asString()
                .contains("counts them from 0");
        assertThat(AttentionWriter.objection(Path.of("a.npz"), two, ElementType.BFLOAT16))
                .get()
                .asString()
                .contains("NumPy");
        assertThat(AttentionWriter.objection(Path.of("a.pt"), two, ElementType.FLOAT32))
                .get()
                .asString()
                .contains("must end in");
    }
}
