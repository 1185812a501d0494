package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionHead;
import dev.perron.attention.AttentionTensor;
import dev.perron.attention.RowPolicy;
import dev.perron.attention.Token;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

class AttentionFileTest {
    private static final double[] TWO = {0.25, 0.75, 0.5, 0.5};

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"a.npy", "a.npz", "a.safetensors"})
    void whatIsWrittenIsReadAgainWithoutOptionsBitForBit(String name) {
        AttentionTensor written = Examples.tensor(3, 4, 7, 42);
        Path file = folder.resolve(name);
        AttentionWriter.write(file, written, ElementType.FLOAT32, Sidecar.of(written, "tiny"));

        try (AttentionFile read = open(file)) {
            assertThat(read.description().model()).contains("tiny");
            assertThat(read.description().layers()).containsExactly(0, 1, 2);
            AttentionTensor tensor = read.tensor(List.of(0, 1, 2)).tensor();
            assertThat(tensor.tokens()).isEqualTo(written.tokens());
            for (AttentionHead head : written.all()) {
                assertThat(tensor.head(head.layer(), head.number()).toArray())
                        .as(head.name())
                        .isEqualTo(head.toArray());
            }
        }
    }

    @Test
    void layersKeepTheirNumbers() {
        AttentionTensor written = Examples.tensor(3, 2, 4, 1).layer(2);
        Path file = folder.resolve("a.safetensors");
        AttentionWriter.write(file, written, ElementType.FLOAT64, Sidecar.of(written, "tiny"));

        try (AttentionFile read = open(file)) {
            assertThat(read.description().layers()).containsExactly(2);
            assertThat(read.head(2, 1).head().toArray()).isEqualTo(written.head(2, 1).toArray());
        }
    }

    @Test
    void bfloat16IsReadAsTheUpperHalfOfFloat32() {
        AttentionTensor written = Examples.tensor(1, 1, 6, 5);
        Path file = folder.resolve("a.safetensors");
        AttentionWriter.write(file, written, ElementType.BFLOAT16, Sidecar.empty());

        try (AttentionFile read = open(file)) {
            assertThat(read.description().type()).isEqualTo(ElementType.BFLOAT16);
            float[] rows = read.rows(0, 0);
            for (int i = 0; i < rows.length; i++) {
                assertThat(Float.floatToRawIntBits(rows[i]) & 0xFFFF).isZero();
                assertThat(rows[i])
                        .isCloseTo(written.head(0, 0).toArray()[i], within(0.004f * rows[i]));
            }
        }
    }

    @Test
    void theNumberOfAxesSaysWhatTheyAre() throws IOException {
        double[] rows = repeated(2 * 3);
        assertAxes(npy(TWO, 2, 2), "q,k", 1, 1);
        assertAxes(npy(rows, 6, 2, 2), "h,q,k", 1, 6);
        assertAxes(npy(rows, 2, 3, 2, 2), "l,h,q,k", 2, 3);
        assertAxes(npy(rows, 2, 1, 3, 2, 2), "l,b,h,q,k", 2, 3);
    }

    @Test
    void oneSampleOfABatchIsRead() throws IOException {
        Path file =
                npy(
                        DoubleStream.concat(DoubleStream.of(TWO), DoubleStream.of(1, 0, 0, 1))
                                .toArray(),
                        1,
                        2,
                        1,
                        2,
                        2);

        assertRefused(file, ReadOptions.defaults(), "a batch of 2", "--batch N");
        try (AttentionFile read = AttentionFile.open(file, ReadOptions.defaults().withBatch(1))) {
            assertThat(read.rows(0, 0)).containsExactly(1, 0, 0, 1);
        }
    }

    @Test
    void axesInAnyOrderAreRead() throws IOException {
        // [key, query, head]: head 1 is head 0 with its tokens exchanged.
        Path file = npy(new double[] {0.25, 0.5, 0.5, 0.75, 0.75, 0.5, 0.5, 0.25}, 2, 2, 2);
        ReadOptions options = ReadOptions.defaults().withAxes(Axes.parse("k,q,h"));

        try (AttentionFile read = AttentionFile.open(file, options)) {
            assertThat(read.rows(0, 0)).containsExactly(0.25f, 0.75f, 0.5f, 0.5f);
            assertThat(read.rows(0, 1)).containsExactly(0.5f, 0.5f, 0.75f, 0.25f);
            assertThat(read.head(0, 1).head().attention(1, 0)).isEqualTo(0.75);
        }
    }

    @Test
    void anAmbiguityIsAnErrorWithItsCandidates() throws IOException {
        assertRefused(
                npy(new double[3 * 3 * 2], 3, 3, 2),
                ReadOptions.defaults(),
                "3 x 3 x 2, which can be h,q,k or q,k,h",
                "--axes q,k,h");
        Path two = folder.resolve("two.npz");
        byte[] array = Examples.npy("<f4", new long[] {2, 2}, TWO);
        Examples.write(two, Examples.npz("encoder", array, "decoder", array));
        assertRefused(two, ReadOptions.defaults(), "encoder, decoder", "--array NAME");
        try (AttentionFile read =
                AttentionFile.open(two, ReadOptions.defaults().withArray("decoder"))) {
            assertThat(read.rows(0, 0)).containsExactly(0.25f, 0.75f, 0.5f, 0.5f);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arr_%d",
                "attentions.%d",
                "layer_%d",
                "blocks.%d.attn.hook_pattern",
                "%d",
                "encoder_attentions.%d",
                "layer%d"
            })
    void numberedArraysAreLayers(String names) throws IOException {
        byte[] even = Examples.npy("<f8", new long[] {1, 1, 2, 2}, TWO);
        byte[] odd = Examples.npy("<f8", new long[] {1, 1, 2, 2}, 1, 0, 0, 1);
        Path file = folder.resolve("a.npz");
        // 10 comes before 2 in the alphabet.
        Examples.write(
                file,
                Examples.npz(
                        names.formatted(10),
                        odd,
                        names.formatted(2),
                        even,
                        names.formatted(3),
                        odd));

        try (AttentionFile read = open(file)) {
            assertThat(read.description().layers()).containsExactly(2, 3, 10);
            assertThat(read.description().axes()).isEqualTo(Axes.parse("b,h,q,k"));
            assertThat(read.rows(2, 0)[1]).isEqualTo(0.75f);
            assertThat(read.rows(10, 0)[1]).isZero();
        }
    }

    @Test
    void stepsOfGenerateAreStackedToOneCausalMatrix() throws IOException {
        Path file = folder.resolve("a.npz");
        Examples.write(
                file,
                Examples.npz(
                        "attentions.0.0",
                                Examples.npy("<f4", new long[] {1, 1, 2, 2}, 1, 0, 0.5, 0.5),
                        "attentions.0.1",
                                Examples.npy("<f4", new long[] {1, 1, 2, 2}, 1, 0, 0.25, 0.75),
                        "attentions.1.0",
                                Examples.npy("<f4", new long[] {1, 1, 1, 3}, 0.5, 0.25, 0.25),
                        "attentions.1.1", Examples.npy("<f4", new long[] {1, 1, 1, 3}, 0, 0, 1),
                        "attentions.2.0", Examples.npy("<f4", new long[] {1, 1, 1, 4}, 0, 0, 0, 1),
                        "attentions.2.1",
                                Examples.npy("<f4", new long[] {1, 1, 1, 4}, 0.5, 0, 0, 0.5)));

        try (AttentionFile read = open(file)) {
            assertThat(read.description().reason()).contains("generate");
            assertThat(read.head(0, 0).head().toArray())
                    .containsExactly(
                            1, 0, 0, 0, 0.5f, 0.5f, 0, 0, 0.5f, 0.25f, 0.25f, 0, 0, 0, 0, 1);
            assertThat(read.head(1, 0).head().lowerTriangular()).isTrue();
            assertThat(read.head(1, 0).head().attention(3, 0)).isEqualTo(0.5);
        }
    }

    @Test
    void rectangularAttentionIsNamedAndNeverAChain() throws IOException {
        Path file = npy(new double[] {0.5, 0.25, 0.25, 0, 0, 1}, 2, 3);
        try (AttentionFile read = open(file)) {
            assertThat(read.description().square()).isFalse();
            assertThat(read.rows(0, 0)).hasSize(6);
            assertThatThrownBy(() -> read.head(0, 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("2 queries and 3 keys: rectangular");
        }
    }

    @Test
    void emptyRowsAreNamedAndTreatedAsAsked() throws IOException {
        double nan = Double.NaN;
        for (double empty : new double[] {0, nan}) {
            Path file = npy(new double[] {0.25, 0.75, 0, 0.5, 0.5, 0, empty, empty, empty}, 3, 3);
            assertRefused(file, ReadOptions.defaults(), "an empty row 2", "--rows drop-empty");
            assertRefused(file, rows(RowPolicy.RENORMALIZE), "an empty row 2");
            try (AttentionFile read = AttentionFile.open(file, rows(RowPolicy.DROP_EMPTY))) {
                FileHead head = read.head(0, 0);
                assertThat(head.positions()).containsExactly(0, 1);
                assertThat(head.findings().empty()).containsExactly(2);
                assertThat(head.head().toArray()).containsExactly(0.25f, 0.75f, 0.5f, 0.5f);
            }
            try (AttentionFile read = AttentionFile.open(file, rows(RowPolicy.SELF_LOOP))) {
                assertThat(read.head(0, 0).head().attention(2, 2)).isEqualTo(1);
            }
            try (AttentionFile read = AttentionFile.open(file, rows(RowPolicy.UNIFORM))) {
                assertThat(read.head(0, 0).head().attention(2, 0)).isCloseTo(1 / 3.0, within(1e-9));
            }
        }
    }

    @Test
    void rowsThatMissOneAreRefusedUnlessRenormalised() throws IOException {
        Path file = npy(new double[] {0.25, 0.75, 0.5, 0.25}, 2, 2);
        assertRefused(file, ReadOptions.defaults(), "row 1 is off by 0.250", "--rows renormalize");
        try (AttentionFile read = AttentionFile.open(file, rows(RowPolicy.RENORMALIZE))) {
            AttentionHead head = read.head(0, 0).head();
            assertThat(head.worstRow()).isEqualTo(0.25);
            assertThat(head.attention(1, 0)).isCloseTo(2 / 3.0, within(1e-7));
        }
    }

    @Test
    void columnsThatSumToOneAreFoundAndNamed() throws IOException {
        Path file = npy(new double[] {0.25, 0.5, 0.75, 0.5}, 2, 2);
        assertRefused(file, ReadOptions.defaults(), "columns that sum to 1", "--axes k,q");
        try (AttentionFile read =
                AttentionFile.open(file, ReadOptions.defaults().withAxes(Axes.parse("k,q")))) {
            assertThat(read.head(0, 0).head().attention(0, 1)).isEqualTo(0.75);
        }
    }

    @Test
    void scoresBeforeTheSoftmaxAreRefused() throws IOException {
        assertRefused(
                npy(new double[] {0.25, 0.75, -1.5, 2.5}, 2, 2),
                rows(RowPolicy.UNIFORM),
                "row 1, key 0: -1.5",
                "after the softmax");
    }

    @Test
    void uniformRowsAreNamedUnlessAllAre() throws IOException {
        try (AttentionFile read = open(npy(new double[] {0.25, 0.75, 0.5, 0.5}, 2, 2))) {
            assertThat(read.survey(0, 0).uniform()).containsExactly(1);
        }
        try (AttentionFile read = open(npy(new double[] {0.5, 0.5, 0.5, 0.5}, 2, 2))) {
            assertThat(read.survey(0, 0).uniform()).isEmpty();
        }
    }

    @Test
    void paddingBecomesNoState() throws IOException {
        Path file = npy(new double[] {0.2, 0.6, 0.2, 0.5, 0.5, 0, 0, 0, 1}, 3, 3);
        try (AttentionFile read =
                AttentionFile.open(file, ReadOptions.defaults().withPadding(List.of(2)))) {
            FileHead head = read.head(0, 0);
            assertThat(head.positions()).containsExactly(0, 1);
            assertThat(head.head().attention(0, 1)).isCloseTo(0.75, within(1e-7));
        }
        assertRefused(
                file, ReadOptions.defaults().withPadding(List.of(3)), "padding at position 3");
    }

    @Test
    void theSidecarBesideAFileSaysWhatItHolds() throws IOException {
        Path file = npy(repeated(1), 2, 2);
        Files.writeString(
                Sidecar.beside(file),
                """
                {"model": "vit", "axes": "q,k", "prefix": 1, "grid": [1, 1], "causal": false}
                """);
        try (AttentionFile read = open(file)) {
            assertThat(read.description().model()).contains("vit");
            assertThat(read.description().tokens())
                    .containsExactly(new Token.Special("[CLS]"), new Token.Patch(0, 0));
        }
        Files.writeString(Sidecar.beside(file), "{\"tokens\": [\"a\"]}");
        assertRefused(file, ReadOptions.defaults(), "1 tokens for 2 keys", "--tokens");
        Files.writeString(Sidecar.beside(file), "{\"causal\": true}");
        assertRefused(file, ReadOptions.defaults(), "attends to a later key");
        Files.writeString(Sidecar.beside(file), "{\"grid\": [0, 3]}");
        assertRefused(file, ReadOptions.defaults(), "grid");
        Files.writeString(Sidecar.beside(file), "{\"of\": \"something else\"}");
        open(file).close();
    }

    @Test
    void csvAndJsonAreRead() throws IOException {
        Path csv = folder.resolve("a.csv");
        for (String text :
                List.of(
                        "the,\"fox, red\"\n0.25,0.75\n0.5,0.5\n",
                        ",the,\"fox, red\"\r\nthe,0.25,0.75\r\n\"fox, red\",0.5,0.5",
                        "the;fox, red\n0.25;0.75\n0.5;0.5\n")) {
            Files.writeString(csv, text);
            try (AttentionFile read = open(csv)) {
                assertThat(read.description().tokens())
                        .containsExactly(new Token.Piece("the"), new Token.Piece("fox, red"));
                assertThat(read.rows(0, 0)).containsExactly(0.25f, 0.75f, 0.5f, 0.5f);
            }
        }
        Files.writeString(csv, "0.25,0.75\n0.5,0.5\n");
        try (AttentionFile read = open(csv)) {
            assertThat(read.description().tokens()).hasSize(2);
        }
        Files.writeString(csv, "0,1\n0.25,0.75\n0.5,0.5\n");
        try (AttentionFile read = open(csv)) {
            assertThat(read.rows(0, 0)).containsExactly(0.25f, 0.75f, 0.5f, 0.5f);
        }
        // Three queries of two keys, not a square below a line of names.
        Files.writeString(csv, "0.5,0.5\n0.25,0.75\n0.5,0.5\n");
        try (AttentionFile read = open(csv)) {
            assertThat(read.description().queries()).isEqualTo(3);
        }
        Path json = folder.resolve("b.json");
        Files.writeString(json, "[[[0.25, 0.75], [0.5, 0.5]]]");
        try (AttentionFile read = open(json)) {
            assertThat(read.rows(0, 0)).containsExactly(0.25f, 0.75f, 0.5f, 0.5f);
        }
        Files.writeString(
                json, "{\"attention\": [[0.25, 0.75], [0.5, 0.5]], \"tokens\": [\"a\", \"b\"]}");
        try (AttentionFile read = open(json)) {
            assertThat(read.description().tokens().getLast()).isEqualTo(new Token.Piece("b"));
        }
    }

    @Test
    void aPackedFileIsReadInAnyOrder() throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        float[] first = Examples.stochastic(300, 300, random);
        float[] second = Examples.stochastic(300, 300, random);
        double[] both =
                DoubleStream.concat(
                                DoubleStream.of(Examples.widened(first)),
                                DoubleStream.of(Examples.widened(second)))
                        .toArray();
        Path file = folder.resolve("a.npz");
        Examples.write(
                file, Examples.npz("a", Examples.npy("<f4", new long[] {2, 300, 300}, both)));
        try (AttentionFile read = open(file)) {
            assertThat(read.rows(0, 1)).isEqualTo(second);
            assertThat(read.rows(0, 0)).isEqualTo(first);
            assertThat(read.rows(0, 1)).isEqualTo(second);
        }
    }

    private static AttentionFile open(Path file) {
        return AttentionFile.open(file, ReadOptions.defaults());
    }

    private static ReadOptions rows(RowPolicy policy) {
        return ReadOptions.defaults().withRows(policy);
    }

    private Path npy(double[] values, long... shape) throws IOException {
        return Examples.write(folder.resolve("a.npy"), Examples.npy("<f4", shape, values));
    }

    private static double[] repeated(int times) {
        double[] all = new double[4 * times];
        for (int i = 0; i < all.length; i++) {
            all[i] = TWO[i % 4];
        }
        return all;
    }

    private static void assertAxes(Path file, String axes, int layers, int heads) {
        try (AttentionFile read = open(file)) {
            assertThat(read.description().axes()).isEqualTo(Axes.parse(axes));
            assertThat(read.description().layers()).hasSize(layers);
            assertThat(read.description().heads()).isEqualTo(heads);
            assertThat(read.head(layers - 1, heads - 1).head().attention(0, 1)).isEqualTo(0.75);
        }
    }

    private static void assertRefused(Path file, ReadOptions options, String... parts) {
        assertThatThrownBy(
                        () -> {
                            try (AttentionFile read = AttentionFile.open(file, options)) {
                                read.head(0, 0);
                            }
                        })
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll(parts);
    }
}
