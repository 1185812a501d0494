package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.attention.RowPolicy;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Random bytes, changed bits and cut-off files: a [FormatException], or an answer, and nothing
/// else. `-Dperron.fuzz=20000` takes so many cases a format rather than 500.
class FuzzTest {
    private static final int CASES = Integer.getInteger("perron.fuzz", 500);

    /// Over what the good files take themselves, and far below what their headers can claim.
    private static final long MOST_ALLOCATED = 48L << 20;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir private Path folder;

    enum Format {
        NPY("npy"),
        FORTRAN("npy"),
        STORED("npz"),
        DEFLATED("npz"),
        SAFETENSORS("safetensors"),
        CSV("csv"),
        JSON("json"),
        MATRIX_MARKET("mtx"),
        SIDECAR("json");

        private final String ending;

        Format(String ending) {
            this.ending = ending;
        }

        /// What a changed bit can't change unnoticed: it has checksums.
        boolean checked() {
            return this == STORED || this == DEFLATED;
        }

        /// What a cut can't shorten unnoticed: it says its length.
        boolean measured() {
            return switch (this) {
                case NPY, FORTRAN, STORED, DEFLATED, SAFETENSORS, JSON -> true;
                case CSV, MATRIX_MARKET, SIDECAR -> false;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDamagedFileIsRefusedOrRead(Format format) throws IOException {
        long seed = Long.getLong("perron.seed", 20261122L);
        byte[] good = good(format);
        double[] answer = answer(format, good);
        for (int i = 0; i < CASES; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            byte[] bytes = good.clone();
            int damage = i % 4;
            switch (damage) {
                case 0 -> bytes = Arrays.copyOf(good, random.nextInt(good.length));
                case 1 -> bytes[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> {
                    for (int k = random.nextInt(1, 20); k > 0; k--) {
                        bytes[random.nextInt(good.length)] = (byte) random.nextInt(256);
                    }
                }
                default -> {
                    bytes = new byte[random.nextInt(600)];
                    random.nextBytes(bytes);
                    int kept = Math.min(random.nextInt(20), bytes.length);
                    System.arraycopy(good, 0, bytes, 0, Math.min(kept, good.length));
                }
            }
            String name = "%s, seed %d, case %d".formatted(format, seed, i);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                double[] read = answer(format, bytes);
                if ((damage == 0 && format.measured()) || (damage == 1 && format.checked())) {
                    assertThat(read).as(name).isEqualTo(answer);
                }
            } catch (FormatException e) {
                assertThat(e.getMessage()).as(name).hasLineCount(1).contains("; expected ");
            } catch (RuntimeException e) {
                throw new AssertionError(name, e);
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as(name)
                    .isLessThan(MOST_ALLOCATED);
        }
    }

    private static byte[] good(Format format) throws IOException {
        float[] rows = Examples.stochastic(12, 12, new SplittableRandom(3));
        byte[] npy = Examples.npy("<f4", new long[] {1, 12, 12}, Examples.widened(rows));
        String matrix = "[0.25, 0.75, 0], [0, 0.5, 0.5], [0.125, 0, 0.875]";
        return switch (format) {
            case NPY -> npy;
            case FORTRAN -> {
                float[] transposed = new float[rows.length];
                for (int i = 0; i < rows.length; i++) {
                    transposed[i % 12 * 12 + i / 12] = rows[i];
                }
                byte[] columns =
                        Examples.npy("<f4", new long[] {1, 12, 12}, Examples.widened(transposed));
                String header = new String(columns, StandardCharsets.ISO_8859_1);
                yield header.replace("False,", "True, ").getBytes(StandardCharsets.ISO_8859_1);
            }
            case STORED -> {
                Path file = Files.createTempFile("fuzz", ".npz");
                AttentionWriter.write(
                        file, Examples.tensor(2, 1, 8, 1), ElementType.FLOAT16, Sidecar.empty());
                byte[] bytes = Files.readAllBytes(file);
                Files.delete(file);
                Files.delete(Sidecar.beside(file));
                yield bytes;
            }
            case DEFLATED -> Examples.npz("attentions.0", npy, "attentions.1", npy);
            case SAFETENSORS ->
                    Examples.safetensors(
                            "{\"__metadata__\":{\"tokens\":\"[\\\"a\\\",\\\"b\\\"]\"},\"a\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]}}",
                            8);
            case CSV ->
                    "a,\"b \"\"c\"\"\",d\n0.25,0.75,0\n0,0.5,0.5\n0.125,0,0.875\n"
                            .getBytes(StandardCharsets.UTF_8);
            case JSON ->
                    "{\"attention\": [%s], \"tokens\": [\"a\", \"b\", \"c\"], \"causal\": false}"
                            .formatted(matrix)
                            .getBytes(StandardCharsets.UTF_8);
            case MATRIX_MARKET ->
                    "%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n1 1 1\n2 2 0.5\n3 2 5e-1\n"
                            .getBytes(StandardCharsets.UTF_8);
            case SIDECAR ->
                    "{\"model\": \"m\", \"axes\": \"h,q,k\", \"prefix\": 4, \"grid\": [2, 4], \"special\": [0], \"padding\": [11], \"causal\": false}"
                            .getBytes(StandardCharsets.UTF_8);
        };
    }

    private double[] answer(Format format, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("a." + format.ending), bytes);
        if (format == Format.MATRIX_MARKET) {
            return MatrixMarket.read(file).values();
        }
        if (format == Format.SIDECAR) {
            file = Files.write(folder.resolve("a.npy"), good(Format.NPY));
        }
        ReadOptions options = ReadOptions.defaults().withRows(RowPolicy.UNIFORM);
        try (AttentionFile read = AttentionFile.open(file, options)) {
            FileDescription about = read.description();
            if (!about.square()) {
                return Examples.widened(read.rows(about.layers().getFirst(), 0));
            }
            return Examples.widened(
                    read.head(about.layers().getFirst(), about.heads() - 1).head().toArray());
        }
    }
}
