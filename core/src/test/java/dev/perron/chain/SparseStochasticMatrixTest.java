package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.IntStream;

class SparseStochasticMatrixTest {
    @Test
    void entriesComeInAnyOrderAndAddUp() {
        SparseStochasticMatrix chain =
                SparseStochasticMatrix.ofEntries(
                        3,
                        new int[] {2, 0, 1, 0, 2, 2, 1},
                        new int[] {2, 1, 0, 1, 0, 2, 2},
                        new double[] {.25, .5, 1, .5, .5, .25, 0});
        assertThat(StochasticMatrix.copyOf(chain))
                .isEqualTo(
                        StochasticMatrix.ofRows(
                                new double[] {0, 1, 0},
                                new double[] {1, 0, 0},
                                new double[] {.5, 0, .5}));
        assertThat(chain.entries()).isEqualTo(4);
    }

    @Test
    void aCopyOfADenseChainIsThatChain() {
        RandomInput.times(
                20,
                input -> {
                    StochasticMatrix chain = input.sparse(input.between(1, 40));
                    SparseStochasticMatrix copy = SparseStochasticMatrix.copyOf(chain);
                    assertThat(StochasticMatrix.copyOf(copy)).isEqualTo(chain);
                    for (double threshold : new double[] {0, 1e-3, .9}) {
                        assertThat(Structure.of(copy, threshold))
                                .isEqualTo(Structure.of(chain, threshold));
                    }
                });
    }

    /// A ring of 200,000 states, which as a matrix would be 320 GB: to the next with 3/4, back with
    /// 1/4. Doubly stochastic, so π is uniform; of even length, so it has period 2.
    @Test
    void manyStatesWithFewLinksAreNoTrouble() {
        int n = 200_000;
        int[] from = IntStream.range(0, 2 * n).map(e -> e / 2).toArray();
        int[] to =
                IntStream.range(0, 2 * n)
                        .map(e -> (e / 2 + (e % 2 == 0 ? 1 : n - 1)) % n)
                        .toArray();
        double[] p = IntStream.range(0, 2 * n).mapToDouble(e -> e % 2 == 0 ? .75 : .25).toArray();
        SparseStochasticMatrix ring = SparseStochasticMatrix.ofEntries(n, from, to, p);
        Structure structure = Structure.of(ring);
        assertThat(structure.irreducible()).isTrue();
        assertThat(structure.recurrent().getFirst().period()).isEqualTo(2);
        Teleporting chain = new Teleporting(ring, .85, Distribution.at(0, n));
        assertThat(PowerIteration.of(chain, 1e-8, 500))
                .isInstanceOfSatisfying(
                        PowerIteration.Converged.class,
                        done -> {
                            // Restarted at 0, π(j) falls geometrically on either side; the ratio on
                            // the side of the larger step solves x = .85(.75 + .25x²).
                            double ratio =
                                    (1 - Math.sqrt(1 - 4 * .85 * .85 * .75 * .25))
                                            / (2 * .85 * .25);
                            assertThat(done.pi().mass(5) / done.pi().mass(4))
                                    .isCloseTo(ratio, within(1e-6));
                        });
    }

    @Test
    void whatIsNoChainIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> entries(0))
                .withMessage("0 states, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> entries(2, 0, 1, 1))
                .withMessage("row 1: masses sum to 0.0, must be 1 within 1.0E-9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> entries(1, 0, 0, 1.1))
                .withMessage("row 0: masses sum to 1.1, must be 1 within 1.0E-9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> entries(2, 0, 2, 1))
                .withMessage("entry 0: from state 0 to 2, must be from 0 to 1");
        for (double wrong : new double[] {-.5, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> entries(1, 0, 0, wrong))
                    .withMessage("entry 0: p(0, 0) = %s, must be finite and >= 0".formatted(wrong));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                SparseStochasticMatrix.ofEntries(
                                        1, new int[2], new int[1], new double[1]))
                .withMessage("1 entries from 2 states to 1, must be as many");
    }

    /// Triples from, to, p.
    private static SparseStochasticMatrix entries(int n, double... triples) {
        double[][] columns = new double[3][triples.length / 3];
        for (int e = 0; e < triples.length; e++) {
            columns[e % 3][e / 3] = triples[e];
        }
        return SparseStochasticMatrix.ofEntries(
                n,
                Arrays.stream(columns[0]).mapToInt(x -> (int) x).toArray(),
                Arrays.stream(columns[1]).mapToInt(x -> (int) x).toArray(),
                columns[2]);
    }
}
