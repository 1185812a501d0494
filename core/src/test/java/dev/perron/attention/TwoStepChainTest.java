package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.StochasticMatrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

class TwoStepChainTest {
    private static RectangularHead head(int queries, float... rows) {
        return RectangularHead.of(2, 1, queries, rows, Precision.FLOAT32);
    }

    private static RectangularHead random(int queries, int keys, long seed) {
        Random random = new Random(seed);
        float[] rows = new float[queries * keys];
        for (int q = 0; q < queries; q++) {
            double sum = 0;
            for (int k = 0; k < keys; k++) {
                rows[q * keys + k] = (float) Math.exp(2 * random.nextGaussian());
                sum += rows[q * keys + k];
            }
            for (int k = 0; k < keys; k++) {
                rows[q * keys + k] /= (float) sum;
            }
        }
        return head(queries, rows);
    }

    private static double[][] rows(StochasticMatrix chain) {
        double[][] rows = new double[chain.states()][chain.states()];
        for (int i = 0; i < rows.length; i++) {
            chain.row(i, rows[i]);
        }
        return rows;
    }

    @Test
    void twoQueriesOnThreeKeys() {
        // Received: 1, 1/2, 1/2.
        RectangularHead head = head(2, 1, 0, 0, 0, 0.5f, 0.5f);
        TwoStepChain queries = TwoStepChain.onQueries(head);
        TwoStepChain keys = TwoStepChain.onKeys(head);

        assertThat(rows(queries.chain())).isDeepEqualTo(new double[][] {{1, 0}, {0, 1}});
        assertThat(rows(keys.chain()))
                .isDeepEqualTo(new double[][] {{1, 0, 0}, {0, 0.5, 0.5}, {0, 0.5, 0.5}});
        assertThat(head.name()).isEqualTo("L2H1");
    }

    @Test
    void whatTwoQueriesShareLeadsFromOneToTheOther() {
        // Received: 1/2, 3/2. From query 0 back to itself: 1/2 + 1/2 · 1/3.
        TwoStepChain queries = TwoStepChain.onQueries(head(2, 0.5f, 0.5f, 0, 1));
        double[][] p = rows(queries.chain());

        assertThat(p[0][0]).isCloseTo(2.0 / 3, within(1e-15));
        assertThat(p[1][1]).isCloseTo(2.0 / 3, within(1e-15));
    }

    @Test
    void aKeyThatNobodyLooksAtIsNoState() {
        TwoStepChain keys = TwoStepChain.onKeys(head(2, 0.5f, 0, 0.5f, 1, 0, 0));

        assertThat(keys.members()).containsExactly(0, 2);
        assertThat(keys.chain().states()).isEqualTo(2);
        assertThat(TwoStepChain.onQueries(head(1, 0, 1)).members()).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void receivedAttentionIsStationaryOnKeysAndTheUniformOneOnQueries(long seed) {
        RectangularHead head = random(5, 8, seed);
        double[] received = new double[8];
        double[] uniform = new double[5];
        for (int q = 0; q < 5; q++) {
            uniform[q] = 1.0 / 5;
            for (int k = 0; k < 8; k++) {
                received[k] += head.attention(q, k) / 5;
            }
        }
        double[] keys = new double[8];
        double[] queries = new double[5];
        TwoStepChain.onKeys(head).chain().step(received, keys);
        TwoStepChain.onQueries(head).chain().step(uniform, queries);

        assertThat(keys).as("seed %d", seed).containsExactly(received, within(1e-14));
        assertThat(queries).as("seed %d", seed).containsExactly(uniform, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7, 8})
    void theWayOnQueriesIsSymmetric(long seed) {
        double[][] p = rows(TwoStepChain.onQueries(random(6, 3, seed)).chain());
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(p[i][j]).as("seed %d", seed).isCloseTo(p[j][i], within(1e-14));
            }
        }
    }

    @Test
    void rowsThatAreNoDistributionsAreRefused() {
        assertThatThrownBy(() -> head(2, 0.5f, 0.5f, 0.5f, 0.6f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("L2H1 row 1: sums to 1.1");
        assertThatThrownBy(() -> head(1, 2, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("L2H1 row 0, key 1: -1.0, must be finite and >= 0");
        assertThatThrownBy(() -> head(2, 1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("L2H1: 3 entries in 2 rows, must be as many in each, at least 1");
        assertThatThrownBy(() -> head(1, 1).attention(0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        TwoStepChain chain = TwoStepChain.onKeys(head(1, 1));
        assertThatThrownBy(() -> new TwoStepChain(chain.chain(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0 members for 1 states, must be as many");
    }
}
