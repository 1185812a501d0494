package dev.perron.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class NpyFileTest {
    @TempDir private Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("values.npy");
        double[] values = {1, Math.PI, -0.0, Double.MIN_VALUE};
        NpyFile.write(file, values);
        assertThat(NpyFile.readRows(file)).isEqualTo(new double[][] {values});
    }

    @Test
    void dataBeginAtAMultipleOf64() throws IOException {
        Path file = folder.resolve("heads.npy");
        NpyFile.writeSquares(file, 2, 3, _ -> new float[] {1, 2, 3, 4});
        assertThat((Files.size(file) - 3 * 4 * Float.BYTES) % 64).isZero();
    }

    @Test
    void float32IsRefusedWhereFloat64IsRead() throws IOException {
        Path file = folder.resolve("heads.npy");
        NpyFile.writeSquares(file, 1, 1, _ -> new float[] {1});
        assertThatIOException()
                .isThrownBy(() -> NpyFile.readRows(file))
                .withMessageContaining("must be");
    }

    @Test
    void numPyReadsWhatIsWrittenAndWritesWhatIsRead() throws Exception {
        PythonHere.require("numpy");
        Path heads = folder.resolve("heads.npy");
        Path twice = folder.resolve("twice.npy");
        NpyFile.writeSquares(heads, 2, 3, k -> new float[] {k, 0.5f, 2, 3});
        Process process =
                new ProcessBuilder(
                                Benchmark.python(),
                                "-c",
                                "import numpy, sys; x = numpy.load(sys.argv[1]); print(x.shape,"
                                        + " x.dtype); numpy.save(sys.argv[2], 2.0 *"
                                        + " x[:, 0].astype('f8'))",
                                heads.toString(),
                                twice.toString())
                        .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("(3, 2, 2) float32");
        assertThat(process.waitFor()).isZero();
        assertThat(NpyFile.readRows(twice)).isEqualTo(new double[][] {{0, 1}, {2, 1}, {4, 1}});
    }
}
