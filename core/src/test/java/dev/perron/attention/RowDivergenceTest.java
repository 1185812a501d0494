package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class RowDivergenceTest {
    private static final StochasticMatrix STAYS =
            StochasticMatrix.ofRows(new double[] {1, 0}, new double[] {0, 1});

    @Test
    void theSameChainIsAtZeroAndOneWithoutAKeyInCommonAtLogTwo() {
        StochasticMatrix turns = StochasticMatrix.ofRows(new double[] {0, 1}, new double[] {1, 0});
        assertThat(RowDivergence.of(STAYS, STAYS)).isEqualTo(new RowDivergence(0, 0, 0));
        RowDivergence apart = RowDivergence.of(STAYS, turns);
        assertThat(apart.mean()).isEqualTo(Math.log(2));
        assertThat(apart.meanShare()).isEqualTo(1);
    }

    /// The row (0,1) against (½,½): ½ log(4/3) + ½ (½ log(2/3) + ½ log 2).
    @Test
    void aKnownRowIsFoundAndNamed() {
        StochasticMatrix half = StochasticMatrix.ofRows(new double[] {1, 0}, new double[] {.5, .5});
        RowDivergence some = RowDivergence.of(STAYS, half);
        double known = (Math.log(4 / 3.0) + (Math.log(2 / 3.0) + Math.log(2)) / 2) / 2;
        assertThat(known).isCloseTo(.215762, within(1e-6));
        assertThat(some.row()).isEqualTo(1);
        assertThat(some.largest()).isCloseTo(known, within(1e-15));
        assertThat(some.mean()).isCloseTo(known / 2, within(1e-15));
    }

    /// Near 0 the divergence is Σ (p-q)²/(8p): digits that a difference of entropies loses.
    @Test
    void nearlyTheSameRowsKeepTheirDigits() {
        double e = 1e-7;
        double nats = RowDivergence.nats(new double[] {.5 + e, .5 - e}, new double[] {.5, .5});
        assertThat(nats / (e * e / 2)).isCloseTo(1, within(1e-6));
    }

    @Test
    void itIsWhatEntropiesSayAndItsRootIsAMetric() {
        RandomInput.times(
                20,
                random -> {
                    int n = random.between(2, 20);
                    StochasticMatrix a = random.softmax(n, random.between(0.0, 30.0));
                    StochasticMatrix b = random.sparse(n);
                    StochasticMatrix c = random.causal(n, 3);
                    double ab = RowDivergence.of(a, b).distance();
                    double bc = RowDivergence.of(b, c).distance();
                    double ac = RowDivergence.of(a, c).distance();
                    assertThat(ab).isLessThanOrEqualTo(ac + bc + 1e-12);
                    assertThat(RowDivergence.of(b, a).distance()).isEqualTo(ab);
                    double entropies = 0;
                    double[] p = new double[n];
                    double[] q = new double[n];
                    double[] m = new double[n];
                    for (int i = 0; i < n; i++) {
                        a.row(i, p);
                        b.row(i, q);
                        Arrays.setAll(m, j -> (p[j] + q[j]) / 2);
                        entropies += entropy(m) - (entropy(p) + entropy(q)) / 2;
                    }
                    assertThat(ab * ab).isCloseTo(entropies / n, within(1e-12));
                });
    }

    private static double entropy(double[] p) {
        return -Arrays.stream(p).filter(x -> x > 0).map(x -> x * Math.log(x)).sum();
    }

    @Test
    void chainsOnOtherTokensAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RowDivergence.of(STAYS, StochasticMatrix.ofRows(new double[] {1})))
                .withMessage("chains on 2 and 1 states, must be on as many");
    }
}
