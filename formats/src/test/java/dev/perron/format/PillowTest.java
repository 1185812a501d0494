package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perron.vision.PixelTensor;
import dev.perron.vision.Preprocessing;
import dev.perron.vision.Preprocessing.Size;
import dev.perron.vision.Resampling;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Whole photographs, decoded, resized and normalised, against Pillow on this machine.
class PillowTest {
    private static final int SIZE = 224;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(names = {"BILINEAR", "BICUBIC"})
    void normalisedPixelsArePillows(Resampling resampling) throws Exception {
        Path photographs =
                Path.of("..", "..", "shared", "data", "grabcut20", "images")
                        .toAbsolutePath()
                        .normalize();
        assumeTrue(Files.isDirectory(photographs), "skipped: there is no " + photographs);
        Python.requirePillow();
        List<String> names =
                Python.run(
                        "preprocess.py",
                        photographs.toString(),
                        folder.toString(),
                        String.valueOf(SIZE),
                        String.valueOf(resampling.number()),
                        "0.5",
                        "0.5");
        assertThat(names).isNotEmpty();
        List<Double> half = List.of(0.5, 0.5, 0.5);
        Preprocessing preprocessing =
                Preprocessing.exact(new Size(SIZE, SIZE), resampling, half, half);
        for (String name : names) {
            PixelTensor ours =
                    preprocessing.prepare(ImageFile.read(photographs.resolve(name))).pixels();
            FloatBuffer theirs =
                    ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name + ".f32")))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer();
            float[] values = ours.toArray();
            assertThat(theirs.remaining()).isEqualTo(values.length);
            double worst = 0;
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                double apart = Math.abs(values[i] - theirs.get(i));
                worst = Math.max(worst, apart);
                sum += apart;
            }
            assertThat(worst).as("%s, largest difference", name).isLessThan(2e-2);
            assertThat(sum / values.length).as("%s, mean difference", name).isLessThan(1e-3);
        }
    }
}
