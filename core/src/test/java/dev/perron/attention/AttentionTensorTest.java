package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class AttentionTensorTest {
    private static final List<Token> TOKENS =
            List.of(new Token.Special("[CLS]"), new Token.Piece("fox"));
    private static final String WHAT_TO_GIVE =
            "; give attention after the softmax, without padded tokens";

    private static AttentionTensor tensor(List<Integer> layers, int heads, float[]... rows) {
        return AttentionTensor.of(TOKENS, layers, heads, List.of(rows));
    }

    private static void refused(String message, ThrowingCallable making) {
        assertThatThrownBy(making)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message)
                .hasMessageNotContaining("\n");
    }

    private static float[] rows(float... entries) {
        return entries;
    }

    @Test
    void badRowsAreRefusedByHeadRowTokenAndValue() {
        float[] good = rows(.5f, .5f, .5f, .5f);
        refused(
                "L4H1 row 1 'fox', key 0 '[CLS]': NaN, must be finite and >= 0" + WHAT_TO_GIVE,
                () -> tensor(List.of(4), 2, good, rows(1, 0, Float.NaN, 1)));
        refused(
                "L0H0 row 0 '[CLS]', key 1 'fox': -0.5, must be finite and >= 0" + WHAT_TO_GIVE,
                () -> tensor(List.of(0), 1, rows(1.5f, -.5f, 0, 1)));
        refused(
                "L0H0 row 0 '[CLS]', key 1 'fox': Infinity, must be finite and >= 0" + WHAT_TO_GIVE,
                () -> tensor(List.of(0), 1, rows(1, Float.POSITIVE_INFINITY, 0, 1)));
        refused(
                "L0H0 row 1 'fox': sums to 1.5, must be 1 within 1.0E-4" + WHAT_TO_GIVE,
                () -> tensor(List.of(0), 1, rows(1, 0, 1, .5f)));
        refused(
                "L0H0 row 1 'fox': sums to 0.0, must be 1 within 1.0E-4" + WHAT_TO_GIVE,
                () -> tensor(List.of(0), 1, rows(1, 0, 0, 0)));
    }

    @Test
    void sizesThatDontFitAreRefused() {
        float[] good = rows(.5f, .5f, .5f, .5f);
        refused(
                "no tokens, must be at least 1",
                () -> AttentionTensor.of(List.of(), List.of(0), 1, List.of(new float[0])));
        refused(
                "L0H0 has 3 entries, must be 2 x 2, one row and one column a token",
                () -> tensor(List.of(0), 1, rows(1, 0, 1)));
        refused("1 layers of 0 heads, must be at least 1", () -> tensor(List.of(0), 0));
        refused("0 layers of 1 heads, must be at least 1", () -> tensor(List.of(), 1));
        refused("1 matrices, must be 1 layers x 2 heads", () -> tensor(List.of(0), 2, good));
        refused(
                "layers [3, 1], must be ascending, each at least 0",
                () -> tensor(List.of(3, 1), 1, good, good));
        refused(
                "layers [1, 1], must be ascending, each at least 0",
                () -> tensor(List.of(1, 1), 1, good, good));
        refused(
                "layers [-1, 1], must be ascending, each at least 0",
                () -> tensor(List.of(-1, 1), 1, good, good));
    }

    @Test
    void nestedArraysThatDontFitAreRefused() {
        float[][] good = {{1, 0}, {0, 1}};
        refused("0 layers of 0 heads, must be at least 1", () -> nested(new float[0][][][]));
        refused(
                "layer 1 has 1 heads, layer 0 has 2, must be as many",
                () -> nested(new float[][][][] {{good, good}, {good}}));
        refused(
                "L1H0 has 1 rows, must have 2, one a token",
                () -> nested(new float[][][][] {{good}, {{{1, 0}}}}));
        refused(
                "L0H0 row 1 has 3 entries, must have 2, one a token",
                () -> nested(new float[][][][] {{{{1, 0}, {0, 1, 0}}}}));
    }

    private static AttentionTensor nested(float[][][][] attention) {
        return AttentionTensor.of(TOKENS, attention);
    }

    @Test
    void nestedArraysAreLayersHeadsQueriesKeys() {
        AttentionTensor tensor =
                nested(
                        new float[][][][] {
                            {{{1, 0}, {.25f, .75f}}, {{1, 0}, {0, 1}}},
                            {{{0, 1}, {1, 0}}, {{.5f, .5f}, {.5f, .5f}}}
                        });
        assertThat(tensor.layers()).containsExactly(0, 1);
        assertThat(tensor.heads()).isEqualTo(2);
        assertThat(tensor.head(0, 0).attention(1, 0)).isEqualTo(.25);
        assertThat(tensor.head(1, 0).attention(0, 1)).isEqualTo(1);
        assertThat(tensor.all())
                .extracting(AttentionHead::name)
                .containsExactly("L0H0", "L0H1", "L1H0", "L1H1");
    }

    @Test
    void layersKeepTheirNumbers() {
        float[] self = rows(1, 0, 0, 1);
        float[] swap = rows(0, 1, 1, 0);
        AttentionTensor tensor = tensor(List.of(2, 5), 1, self, swap);
        assertThat(tensor.layers()).containsExactly(2, 5);
        assertThat(tensor.head(5, 0).name()).isEqualTo("L5H0");
        assertThat(tensor.head(5, 0).toArray()).containsExactly(swap);
        refused("layer 3, must be one of [2, 5]", () -> tensor.head(3, 0));
        refused("head 1, must be from 0 to 0", () -> tensor.head(2, 1));
        refused("head -1, must be from 0 to 0", () -> tensor.head(2, -1));
    }

    @Test
    void causalMeansThatEveryHeadLooksOnlyBack() {
        float[] causal = rows(1, 0, .5f, .5f);
        assertThat(tensor(List.of(0), 2, causal, rows(1, 0, 0, 1)).causal()).isTrue();
        assertThat(tensor(List.of(0), 2, causal, rows(.5f, .5f, 0, 1)).causal()).isFalse();
    }

    @Test
    void nothingThatIsHandedInOrOutIsShared() {
        float[] rows = rows(1, 0, .5f, .5f);
        List<Token> tokens = new ArrayList<>(TOKENS);
        List<Integer> layers = new ArrayList<>(List.of(0));
        AttentionTensor tensor = AttentionTensor.of(tokens, layers, 1, List.of(rows));
        rows[0] = 7;
        tokens.clear();
        layers.clear();
        tensor.head(0, 0).toArray()[0] = 7;
        assertThat(tensor.head(0, 0).attention(0, 0)).isEqualTo(1);
        assertThat(tensor.tokens()).isEqualTo(TOKENS);
        assertThat(tensor.layers()).containsExactly(0);
        assertThatThrownBy(() -> tensor.all().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whatIsNoTokenIsRefused() {
        AttentionHead head = tensor(List.of(0), 1, rows(1, 0, .5f, .5f)).head(0, 0);
        refused("state 2, must be from 0 to 1", () -> head.attention(0, 2));
        refused("state -1, must be from 0 to 1", () -> head.attention(-1, 0));
        refused("state 2, must be from 0 to 1", () -> head.row(2, new double[2]));
    }

    @Test
    void aRowIsDividedByItsSumAndHowFarItWasFromOneIsKept() {
        AttentionTensor tensor = tensor(List.of(0), 1, rows(.50005f, .5f, 0, 1));
        assertThat(tensor.worstRow()).isCloseTo(5e-5, within(1e-7));
        assertThat(tensor.head(0, 0).attention(0, 1)).isCloseTo(.5 / 1.00005, within(1e-8));
    }

    @Test
    void aHeadStepsAsItsEntriesSay() {
        for (long seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            AttentionHead head = Heads.noise(37, 1, random);
            double[] mu = Heads.anyDistribution(37, random).toArray();
            double[] stepped = new double[37];
            double[] expected = new double[37];
            double[] along = new double[37];
            double[] across = new double[37];
            double[] row = new double[37];
            Arrays.fill(stepped, Double.NaN);
            Arrays.fill(expected, Double.NaN);
            head.step(mu, stepped);
            head.expectation(mu, expected);
            for (int i = 0; i < 37; i++) {
                head.row(i, row);
                assertThat(Arrays.stream(row).sum()).isCloseTo(1, within(1e-14));
                for (int j = 0; j < 37; j++) {
                    assertThat(row[j]).isEqualTo(head.attention(i, j));
                    along[j] += mu[i] * row[j];
                    across[i] += row[j] * mu[j];
                }
            }
            assertThat(stepped).as("seed %d", seed).containsExactly(along, within(1e-15));
            assertThat(expected).as("seed %d", seed).containsExactly(across, within(1e-15));
        }
    }
}
