package dev.perron.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Attention of many sequences of two symbols at once against that of each, which knows nothing of
/// symbols, by either kind of kernels.
class BinaryAttentionTest {
    private static final long SEED = 17;

    @ParameterizedTest(name = "T {0}, D {1}, B {2}, window {3}")
    @CsvSource({
        "1, 1, 1, 1",
        "32, 4, 16, 32",
        "37, 3, 6, 37",
        "45, 8, 21, 7",
        "160, 8, 16, 160",
        "290, 5, 33, 130",
        "300, 16, 12, 1",
    })
    void isThatOfEachSequence(int times, int d, int sequences, int window) {
        Batch batch = new Batch(times, d, sequences, window);
        Result each = batch.oneByOne(TransformerKernels.scalar());
        for (TransformerKernels kernels :
                new TransformerKernels[] {
                    TransformerKernels.scalar(), TransformerKernels.active()
                }) {
            Result together = batch.together(kernels);
            String name = kernels.describe() + ", seed " + SEED;
            assertThat(batch.difference(together.y, each.y)).as(name).isLessThan(1e-6);
            assertThat(batch.difference(together.dqkv, each.dqkv)).as(name).isLessThan(3e-6);
        }
    }

    /// Ranges of queries are independent of each other, to the bit.
    @ParameterizedTest
    @CsvSource({"160, 8, 16, 160", "96, 4, 21, 40"})
    void rangesAddUp(int times, int d, int sequences, int window) {
        Batch batch = new Batch(times, d, sequences, window);
        TransformerKernels kernels = TransformerKernels.active();
        assertThat(batch.together(kernels, 32).y).isEqualTo(batch.together(kernels, 64).y);
        assertThat(
                        batch.difference(
                                batch.together(kernels, 32).dqkv, batch.together(kernels, 96).dqkv))
                .isCloseTo(0, within(1e-6));
    }

    /// What comes out of each sequence, and gradients of the rows of both symbols.
    private static final class Result {
        private final float[] y;
        private final float[] dqkv;

        Result(float[] y, float[] dqkv) {
            this.y = y;
            this.dqkv = dqkv;
        }
    }

    /// Random rows of both symbols, random sequences, and a gradient of what comes out.
    private static final class Batch {
        private final SplittableRandom random = new SplittableRandom(SEED);
        private final BinaryAttentionShape shape;
        private final AttentionShape head;
        private final int d;
        private final int stride;
        private final int end;
        private final float[] qkv;
        private final float[] symbols;
        private final float[] dy;

        Batch(int times, int d, int sequences, int window) {
            this.d = d;
            end = (times + 31) / 32 * 32;
            stride = end + 16;
            head = new AttentionShape(times, stride, d, window, false);
            shape = new BinaryAttentionShape(head, sequences, 3 * d * stride, d * stride);
            qkv = rows(2 * 3 * d);
            dy = rows(sequences * d);
            symbols = new float[sequences * stride];
            for (int i = 0; i < symbols.length; i++) {
                symbols[i] = i % stride < times ? random.nextInt(2) : 0;
            }
        }

        private float[] rows(int count) {
            float[] x = new float[count * stride];
            for (int i = 0; i < x.length; i++) {
                x[i] = i % stride < head.times() ? (float) random.nextGaussian() : 0;
            }
            return x;
        }

        Result together(TransformerKernels kernels) {
            return together(kernels, end);
        }

        Result together(TransformerKernels kernels, int range) {
            int k = d * stride;
            float[] values = new float[dy.length];
            for (int s = 0; s < shape.sequences(); s++) {
                kernels.choose(
                        symbols, s * stride, qkv, 2 * k, 5 * k, values, s * k, d, stride, 0, end);
            }
            float[] y = new float[dy.length];
            float[] sums = new float[symbols.length];
            float[] scratch = new float[kernels.binaryAttentionScratch(shape)];
            for (int from = 0; from < end; from += range) {
                int[] blocks = blocks(from, Math.min(end, from + range));
                kernels.binaryAttention(
                        shape, qkv, 0, k, symbols, 0, values, 0, y, 0, sums, 0, blocks, scratch);
            }
            float[] scaled = new float[dy.length];
            float[] dot = new float[symbols.length];
            for (int s = 0; s < shape.sequences(); s++) {
                for (int i = 0; i < k; i++) {
                    scaled[s * k + i] = dy[s * k + i] * sums[s * stride + i % stride];
                }
                kernels.minusDots(scaled, s * k, y, s * k, d, dot, s * stride, stride, 0, end);
            }
            float[] dqkv = new float[qkv.length];
            for (int from = 0; from < end; from += range) {
                int[] blocks = blocks(from, Math.min(end, from + range));
                kernels.binaryAttentionBackward(
                        shape, qkv, 0, k, 2 * k, symbols, 0, scaled, 0, dot, 0, dqkv, 0, k, 2 * k,
                        blocks, scratch);
            }
            return new Result(y, dqkv);
        }

        private static int[] blocks(int from, int to) {
            return IntStream.iterate(from, block -> block < to, block -> block + 32).toArray();
        }

        Result oneByOne(TransformerKernels kernels) {
            int k = d * stride;
            float[] all = new float[dy.length];
            float[] dqkv = new float[qkv.length];
            float[] scratch = new float[kernels.attentionScratch(d)];
            float[] mask = head.mask();
            for (int s = 0; s < shape.sequences(); s++) {
                float[] own = new float[3 * k];
                for (int i = 0; i < own.length; i++) {
                    own[i] = qkv[symbolRows(s, i) + i];
                }
                float[] y = new float[k];
                float[] logSums = new float[stride];
                kernels.attention(head, own, 0, k, 2 * k, mask, y, 0, logSums, 0, scratch);
                float[] dot = new float[stride];
                kernels.minusDots(dy, s * k, y, 0, d, dot, 0, stride, 0, end);
                float[] downwards = new float[3 * k];
                kernels.attentionBackward(
                        head, own, 0, k, 2 * k, mask, logSums, 0, dy, s * k, dot, 0, downwards, 0,
                        k, 2 * k, mask, scratch);
                System.arraycopy(y, 0, all, s * k, k);
                for (int i = 0; i < own.length; i++) {
                    dqkv[symbolRows(s, i) + i] += downwards[i];
                }
            }
            return new Result(all, dqkv);
        }

        private int symbolRows(int s, int i) {
            return symbols[s * stride + i % stride] > 0 ? shape.symbolStep() : 0;
        }

        /// The length of the difference, in that of what is expected, over times up to T.
        double difference(float[] actual, float[] expected) {
            double off = 0;
            double all = 0;
            for (int i = 0; i < expected.length; i++) {
                if (i % stride < head.times()) {
                    double difference = (double) actual[i] - expected[i];
                    off += difference * difference;
                    all += (double) expected[i] * expected[i];
                }
            }
            return Math.sqrt(off / all);
        }
    }
}
