package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Heads of queries and keys with something added to their scores, against the dense ones.
class AddedScoresTest {
    private static final int CHANNELS = 8;
    private static final double SCALE = .5;

    private static float[] normal(int count, double size, Random random) {
        float[] values = new float[count];
        for (int x = 0; x < count; x++) {
            values[x] = (float) (size * random.nextGaussian());
        }
        return values;
    }

    private static AttentionHead dense(
            float[] queries, float[] keys, int head, int n, SeenKeys seen, AddedScores added) {
        int begin = head * n * CHANNELS;
        return Heads.softmax(
                n,
                (i, j) -> {
                    boolean visible =
                            Math.abs(i - j) < seen.window() && (seen.mask() == Mask.NONE || j <= i);
                    if (!visible) {
                        return Double.NEGATIVE_INFINITY;
                    }
                    double score = 0;
                    for (int c = 0; c < CHANNELS; c++) {
                        score +=
                                (double) queries[begin + ((int) i) * CHANNELS + c]
                                        * keys[begin + ((int) j) * CHANNELS + c];
                    }
                    return SCALE * score + added.value(head, (int) i, (int) j);
                });
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "65, 2, 65", "130, 1, 130", "197, 2, 1", "197, 1, 197"})
    void itIsTheDenseHeadOfTheSameScores(int n, int biasedHeads, int biasedQueries) {
        for (SeenKeys seen :
                List.of(
                        SeenKeys.of(Mask.NONE),
                        SeenKeys.of(Mask.CAUSAL),
                        new SeenKeys(Mask.NONE, 70))) {
            Random random = new Random(n);
            float[] queries = normal(2 * n * CHANNELS, 3, random);
            float[] keys = normal(2 * n * CHANNELS, 3, random);
            AddedScores added =
                    AddedScores.of(
                            biasedHeads,
                            biasedQueries,
                            n,
                            normal(biasedHeads * biasedQueries * n, 4, random));
            List<QueryKeyHead> heads =
                    QueryKeyHead.ofLayer(
                            queries, 2, keys, 2, CHANNELS, Scoring.of(seen, SCALE).plus(added));
            for (int h = 0; h < 2; h++) {
                QueryKeyHead head = heads.get(h);
                AttentionHead dense = dense(queries, keys, h, n, seen, added);
                String where = "seed %d, H%d, %s".formatted(n, h, seen);
                double[] ours = new double[n];
                double[] theirs = new double[n];
                for (int i = 0; i < n; i++) {
                    head.row(i, ours);
                    dense.row(i, theirs);
                    assertThat(ours)
                            .as("%s, row %d", where, i)
                            .containsExactly(theirs, within(2e-7));
                }
                double[] mu = Heads.anyDistribution(n, random).toArray();
                head.step(mu, ours);
                dense.step(mu, theirs);
                assertThat(ours).as("%s, step", where).containsExactly(theirs, within(2e-7));
                head.expectation(mu, ours);
                dense.expectation(mu, theirs);
                assertThat(ours).as("%s, back", where).containsExactly(theirs, within(2e-7));
                assertThat(head.lowerTriangular()).isEqualTo(dense.lowerTriangular());
            }
        }
    }

    /// As exporters write a causal mask: -∞, or the smallest float, above the diagonal.
    @ParameterizedTest
    @CsvSource({"-Infinity", "-3.4028235e38", "-10000"})
    void aCausalMaskThatIsAddedIsACausalHead(float masked) {
        int n = 150;
        Random random = new Random(7);
        float[] queries = normal(n * CHANNELS, 1, random);
        float[] keys = normal(n * CHANNELS, 1, random);
        float[] mask = new float[n * n];
        for (int i = 0; i < n; i++) {
            Arrays.fill(mask, i * n + i + 1, (i + 1) * n, masked);
        }
        Scoring scoring = Scoring.of(SeenKeys.of(Mask.NONE), SCALE);
        QueryKeyHead added =
                QueryKeyHead.ofLayer(
                                queries,
                                1,
                                keys,
                                1,
                                CHANNELS,
                                scoring.plus(AddedScores.of(1, n, n, mask)))
                        .getFirst();
        QueryKeyHead causal = QueryKeyHead.of(queries, keys, CHANNELS, Mask.CAUSAL, SCALE);

        assertThat(added.lowerTriangular()).isTrue();
        double[] ours = new double[n];
        double[] theirs = new double[n];
        for (int i = 0; i < n; i++) {
            added.row(i, ours);
            causal.row(i, theirs);
            assertThat(ours).containsExactly(theirs, within(1e-15));
        }
        mask[3 * n + 100] = -1;
        assertThat(
                        QueryKeyHead.ofLayer(
                                        queries,
                                        1,
                                        keys,
                                        1,
                                        CHANNELS,
                                        scoring.plus(AddedScores.of(1, n, n, mask)))
                                .getFirst()
                                .lowerTriangular())
                .isFalse();
    }

    @Test
    void whatCannotBeAddedIsRefused() {
        assertThatThrownBy(() -> AddedScores.of(1, 2, 3, new float[5]))
                .hasMessage(
                        "5 numbers to add to scores, must be 1 heads x 2 queries x 3 keys, each at"
                                + " least 1");
        assertThatThrownBy(() -> AddedScores.of(1, 1, 2, new float[] {0, Float.NaN}))
                .hasMessage(
                        "added to the score of head 0, query 0, key 1: NaN, must be a number or"
                                + " -Infinity");
        float[] four = {1, 2, 3, 4};
        float none = Float.NEGATIVE_INFINITY;
        AddedScores all = AddedScores.of(1, 2, 2, new float[] {0, 0, none, none});
        Scoring scoring = Scoring.of(SeenKeys.of(Mask.NONE), 1);
        assertThatThrownBy(() -> QueryKeyHead.ofLayer(four, 1, four, 1, 2, scoring.plus(all)))
                .hasMessage(
                        "query 1: -Infinity is added to all its scores, must see at least one key");
        assertThatThrownBy(
                        () ->
                                QueryKeyHead.ofLayer(
                                        four,
                                        1,
                                        four,
                                        1,
                                        2,
                                        scoring.plus(AddedScores.of(1, 1, 3, new float[3]))))
                .hasMessage(
                        "1 heads x 1 queries x 3 keys to add to scores, must be 1 or 1, 1 or 2, and"
                                + " 2");
    }
}
