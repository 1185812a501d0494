package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.chain.path.HigherOrderChain;

import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// What a transition answers for several vectors, some rows or one entry, against what its rows
/// say: whether it does that in its own way or in the interface's.
class SharedPassTest {
    private static final double U = 0x1p-53;

    /// The same chain, with nothing but what an implementation must give.
    private record Plain(Transition chain) implements Transition {
        @Override
        public int states() {
            return chain.states();
        }

        @Override
        public void step(double[] mu, double[] out) {
            chain.step(mu, out);
        }

        @Override
        public void expectation(double[] f, double[] out) {
            chain.expectation(f, out);
        }

        @Override
        public void row(int from, double[] out) {
            chain.row(from, out);
        }

        @Override
        public boolean lowerTriangular() {
            return chain.lowerTriangular();
        }
    }

    private static List<Transition> chains(int n, Random random) {
        AttentionHead any = Heads.noise(n, 2, random);
        AttentionHead causal = Heads.causal(n, 2, random);
        List<Transition> chains =
                List.of(
                        any,
                        causal,
                        StochasticMatrix.copyOf(any),
                        StochasticMatrix.copyOf(causal),
                        queriesAndKeys(n, Mask.NONE, random),
                        queriesAndKeys(n, Mask.CAUSAL, random),
                        new Teleporting(any, .9, Heads.anyDistribution(n, random)),
                        new Teleporting(causal, 1, Heads.anyDistribution(n, random)),
                        HigherOrderChain.of(1, Heads.anyDistribution(1, random)),
                        HigherOrderChain.of(
                                2,
                                Heads.anyDistribution(2, random),
                                Heads.anyDistribution(2, random),
                                Heads.anyDistribution(2, random),
                                Heads.anyDistribution(2, random)));
        return chains;
    }

    private static QueryKeyHead queriesAndKeys(int n, Mask mask, Random random) {
        float[] queries = new float[n * 3];
        float[] keys = new float[n * 3];
        for (int x = 0; x < keys.length; x++) {
            queries[x] = (float) random.nextGaussian();
            keys[x] = (float) random.nextGaussian();
        }
        return QueryKeyHead.of(queries, keys, 3, mask);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 197})
    void everyAnswerIsThatOfTheRows(int n) {
        Random random = new Random(n);
        for (Transition chain : chains(n, random)) {
            agrees(chain, random);
            agrees(new Plain(chain), random);
        }
    }

    private static void agrees(Transition chain, Random random) {
        int n = chain.states();
        String where = "%s, n = %d".formatted(chain.getClass().getSimpleName(), n);
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            chain.row(i, rows[i]);
        }
        for (int vectors : new int[] {0, 1, 3, 5, 11}) {
            double[][] in = new double[vectors][];
            for (int k = 0; k < vectors; k++) {
                in[k] = random.doubles(n, -1, 1).toArray();
            }
            double[][] stepped = filled(vectors, n);
            double[][] expected = filled(vectors, n);
            chain.steps(in, stepped);
            chain.expectations(in, expected);
            for (int k = 0; k < vectors; k++) {
                assertThat(stepped[k])
                        .as(where)
                        .containsExactly(sum(rows, 0, n, in[k], new double[n]), tolerance(n));
                assertThat(expected[k])
                        .as(where)
                        .containsExactly(expectation(rows, in[k]), tolerance(n));
            }
        }
        int first = random.nextInt(n);
        int end = first + 1 + random.nextInt(n - first);
        double[] mu = Heads.anyDistribution(n, random).toArray();
        double[] out = random.doubles(n).toArray();
        double[] sums = sum(rows, first, end, mu, out.clone());
        chain.addRows(first, end, new double[][] {mu}, new double[][] {out});
        assertThat(out).as(where).containsExactly(sums, tolerance(n));

        int m = end - first;
        double[] square = new double[m * m];
        chain.square(first, end, square);
        for (int i = first; i < end; i++) {
            assertThat(Arrays.copyOfRange(square, (i - first) * m, (i - first + 1) * m))
                    .as(where)
                    .containsExactly(Arrays.copyOfRange(rows[i], first, end));
        }
        for (int j = 0; j < n; j++) {
            assertThat(chain.probability(first, j)).as(where).isEqualTo(rows[first][j]);
        }
        for (double[] row : rows) {
            assertThat(Arrays.stream(row).sum())
                    .as(where)
                    .isCloseTo(1, within(chain.rowSumError() + n * U));
        }
    }

    private static double[][] filled(int vectors, int n) {
        double[][] filled = new double[vectors][n];
        for (double[] vector : filled) {
            Arrays.fill(vector, 7);
        }
        return filled;
    }

    private static Offset<Double> tolerance(int n) {
        return within(4 * (n + 2) * U);
    }

    private static double[] sum(double[][] rows, int first, int end, double[] mu, double[] out) {
        for (int i = first; i < end; i++) {
            for (int j = 0; j < out.length; j++) {
                out[j] += mu[i] * rows[i][j];
            }
        }
        return out;
    }

    private static double[] expectation(double[][] rows, double[] f) {
        return Arrays.stream(rows)
                .mapToDouble(
                        row -> {
                            double sum = 0;
                            for (int j = 0; j < f.length; j++) {
                                sum += row[j] * f[j];
                            }
                            return sum;
                        })
                .toArray();
    }
}
