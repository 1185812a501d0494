package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Random;

class SoftmaxTest {
    private static final float MASKED = Float.NEGATIVE_INFINITY;

    private static float[] rows(int keys, Mask mask, float... scores) {
        Softmax.ofRows(scores, scores.length / keys, keys, 0, SeenKeys.of(mask));
        return scores;
    }

    @Test
    void twoKeysAreSolvedOnPaper() {
        float three = (float) Math.log(3);

        assertThat(rows(2, Mask.NONE, 0, three, three, 0))
                .containsExactly(new float[] {.25f, .75f, .75f, .25f}, within(1e-7f));
        assertThat(rows(2, Mask.CAUSAL, 0, three, three, 0))
                .containsExactly(new float[] {1, 0, .75f, .25f}, within(1e-7f));
    }

    @Test
    void aMaskedKeyGetsNothingAndARowOfThemIsEmpty() {
        assertThat(rows(2, Mask.NONE, MASKED, 3, MASKED, MASKED)).containsExactly(0, 1, 0, 0);
    }

    @Test
    void aScoreThatIsNotSeenIsNotLookedAt() {
        assertThat(rows(2, Mask.CAUSAL, 5, Float.NaN, 1, 1)).containsExactly(1, 0, .5f, .5f);
    }

    @Test
    void largeScoresAreAsGoodAsSmallOnes() {
        assertThat(rows(2, Mask.NONE, 3e38f, 3e38f, -3e38f, -3e38f))
                .containsExactly(.5f, .5f, .5f, .5f);
    }

    @Test
    void rowsInTheMiddleAreMaskedByTheirOwnQuery() {
        float[] one = {1, 1, 1, 1};
        Softmax.ofRows(one, 1, 4, 2, new SeenKeys(Mask.CAUSAL, 2));
        assertThat(one).containsExactly(0, .5f, .5f, 0);
    }

    @Test
    void itIsTheHeadOfTheQueriesAndKeysThatTheScoresAreOf() {
        int n = 70;
        int d = 4;
        Random random = new Random(3);
        float[] queries = new float[n * d];
        float[] keys = new float[n * d];
        for (int x = 0; x < n * d; x++) {
            queries[x] = (float) random.nextGaussian();
            keys[x] = (float) random.nextGaussian();
        }
        SeenKeys seen = new SeenKeys(Mask.CAUSAL, 20);
        QueryKeyHead head =
                QueryKeyHead.ofLayer(queries, 1, keys, 1, d, Scoring.of(seen, 1)).getFirst();
        double[] row = new double[n];
        float[] ours = new float[n];
        for (int i = 0; i < n; i++) {
            double[] scores = new double[n];
            for (int j = 0; j < n; j++) {
                for (int c = 0; c < d; c++) {
                    scores[j] += (double) queries[i * d + c] * keys[j * d + c];
                }
            }
            Softmax.ofRow(scores, i, seen, ours, 0);
            head.row(i, row);
            for (int j = 0; j < n; j++) {
                assertThat((double) ours[j])
                        .as("row %d, key %d", i, j)
                        .isCloseTo(row[j], within(1e-7));
            }
        }
    }

    @Test
    void whatIsNoScoreIsRefusedByItsPlace() {
        assertThatThrownBy(() -> rows(2, Mask.NONE, 0, 0, Float.NaN, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1, key 0: a score of NaN, must be a number or -Infinity");
        assertThatThrownBy(() -> rows(2, Mask.NONE, 0, Float.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 0, key 1: a score of Infinity, must be a number or -Infinity");
    }
}
