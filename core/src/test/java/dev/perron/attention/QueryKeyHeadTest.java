package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.PowerIteration;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.TriangularSolve;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class QueryKeyHeadTest {
    private static float[] normal(int count, double size, Random random) {
        float[] values = new float[count];
        for (int x = 0; x < count; x++) {
            values[x] = (float) (size * random.nextGaussian());
        }
        return values;
    }

    /// The softmax on paper, in double, rounded to float32 as a model would give it.
    private static AttentionHead dense(
            float[] queries, float[] keys, int channels, Mask mask, double scale) {
        return dense(queries, keys, channels, SeenKeys.of(mask), scale);
    }

    private static AttentionHead dense(
            float[] queries, float[] keys, int channels, SeenKeys keysSeen, double scale) {
        return Heads.softmax(
                queries.length / channels,
                (i, j) -> {
                    double score = 0;
                    for (int c = 0; c < channels; c++) {
                        score +=
                                (double) queries[((int) i) * channels + c]
                                        * keys[((int) j) * channels + c];
                    }
                    boolean seen =
                            Math.abs(i - j) < keysSeen.window()
                                    && (keysSeen.mask() == Mask.NONE || j <= i);
                    return seen ? scale * score : Double.NEGATIVE_INFINITY;
                });
    }

    /// Scores 0 and log 3 for keys 0 and 1: a quarter and three quarters.
    @Test
    void twoTokensAreSolvedOnPaper() {
        float[] queries = {1, 2};
        float[] keys = {0, (float) Math.log(3)};
        QueryKeyHead head = QueryKeyHead.of(queries, keys, 1, Mask.NONE);
        double[] row = new double[2];
        head.row(0, row);
        assertThat(row).containsExactly(new double[] {.25, .75}, within(1e-7));
        head.row(1, row);
        assertThat(row).containsExactly(new double[] {.1, .9}, within(1e-7));
        assertThat(head.logSumExp(0)).isCloseTo(Math.log(4), within(1e-7));
        assertThat(head.logSumExp(1)).isCloseTo(Math.log(10), within(1e-7));

        QueryKeyHead causal = QueryKeyHead.of(queries, keys, 1, Mask.CAUSAL);
        causal.row(0, row);
        assertThat(row).containsExactly(1, 0);
        assertThat(causal.lowerTriangular()).isTrue();
        assertThat(head.lowerTriangular()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "2, 3, 1",
        "5, 4, 30",
        "63, 8, 1",
        "64, 8, 3",
        "65, 16, 3",
        "197, 64, 3",
        "130, 7, 100",
        "2048, 16, 1"
    })
    void itIsTheDenseHeadOfTheSameQueriesAndKeys(int n, int channels, double size) {
        for (Mask mask : Mask.values()) {
            Random random = new Random(n);
            float[] queries = normal(n * channels, size, random);
            float[] keys = normal(n * channels, size, random);
            double scale = 1 / Math.sqrt(channels);
            QueryKeyHead head = QueryKeyHead.of(queries, keys, channels, mask);
            AttentionHead dense = dense(queries, keys, channels, mask, scale);
            String where = "%s, n %d, d %d, size %s".formatted(mask, n, channels, size);
            assertThat(head.scale()).isEqualTo(scale);

            double[] ours = new double[n];
            double[] theirs = new double[n];
            for (int i = 0; i < n; i += 1 + n / 100) {
                head.row(i, ours);
                dense.row(i, theirs);
                assertClose(ours, theirs, where + ", row " + i);
            }
            double[] mu = Heads.anyDistribution(n, random).toArray();
            head.step(mu, ours);
            dense.step(mu, theirs);
            assertClose(ours, theirs, where + ", step");
            head.expectation(mu, ours);
            dense.expectation(mu, theirs);
            assertClose(ours, theirs, where + ", expectation");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 3", "64, 1", "65, 64", "130, 2", "197, 20", "197, 65", "300, 129"})
    void aWindowIsTheDenseHeadOfTheKeysInIt(int n, int window) {
        for (Mask mask : Mask.values()) {
            Random random = new Random(n);
            float[] queries = normal(n * 8, 3, random);
            float[] keys = normal(n * 8, 3, random);
            SeenKeys seen = new SeenKeys(mask, window);
            QueryKeyHead head =
                    QueryKeyHead.ofLayer(queries, 1, keys, 1, 8, Scoring.of(seen, .5)).getFirst();
            AttentionHead dense = dense(queries, keys, 8, seen, .5);
            assertThat(head.seen()).isEqualTo(seen);
            assertThat(head.lowerTriangular()).isEqualTo(dense.lowerTriangular());

            double[] ours = new double[n];
            double[] theirs = new double[n];
            for (int i = 0; i < n; i++) {
                head.row(i, ours);
                dense.row(i, theirs);
                assertClose(ours, theirs, "%s of %d, row %d".formatted(seen, n, i));
            }
            double[] mu = Heads.anyDistribution(n, random).toArray();
            head.step(mu, ours);
            dense.step(mu, theirs);
            assertClose(ours, theirs, "%s of %d, step".formatted(seen, n));
            head.expectation(mu, ours);
            dense.expectation(mu, theirs);
            assertClose(ours, theirs, "%s of %d, expectation".formatted(seen, n));
            int first = n / 3;
            int end = Math.min(n, first + 5);
            double[] square = new double[(end - first) * (end - first)];
            double[] denseSquare = new double[square.length];
            head.square(first, end, square);
            dense.square(first, end, denseSquare);
            assertClose(square, denseSquare, "%s of %d, square".formatted(seen, n));
        }
    }

    @Test
    void heavyScoresOutsideAWindowLeaveNoTrace() {
        // Key 0 would have all attention, and its score overflows as a power of 2.
        float[] queries = new float[100];
        float[] keys = new float[100];
        Arrays.fill(queries, 1);
        keys[0] = 1e30f;
        QueryKeyHead head =
                QueryKeyHead.ofLayer(
                                queries, 1, keys, 1, 1, Scoring.of(new SeenKeys(Mask.NONE, 3), 1))
                        .getFirst();
        double[] row = new double[100];
        head.row(50, row);
        assertThat(row[48]).isEqualTo(.2);
        assertThat(Arrays.stream(row).sum()).isCloseTo(1, within(1e-14));
        double[] out = new double[100];
        head.step(row, out);
        assertThat(Arrays.stream(out).sum()).isCloseTo(1, within(1e-14));
    }

    @Test
    void theMeanOfHeadsOfQueriesAndKeysIsThatOfTheDenseOnes() {
        Random random = new Random(11);
        int n = 30;
        float[] queries = normal(4 * n * 8, 1, random);
        float[] keys = normal(2 * n * 8, 1, random);
        List<QueryKeyHead> made = QueryKeyHead.ofLayer(queries, 4, keys, 2, 8, Mask.NONE);
        List<Token> tokens =
                IntStream.range(0, n)
                        .<Token>mapToObj(
                                i -> i == 0 ? new Token.Special("[CLS]") : new Token.Piece("t" + i))
                        .toList();
        List<HeadChain> heads =
                IntStream.range(0, 4).mapToObj(h -> new HeadChain(2, h, made.get(h))).toList();
        var mean =
                (AttentionChain.Defined)
                        AttentionChain.of(
                                heads, tokens, new HeadWeighting.Mean(), SpecialTokens.DROP);
        assertThat(mean.positions()).hasSize(n - 1).doesNotContain(0);
        assertThat(mean.heads()).hasSize(4).allMatch(h -> h.layer() == 2 && h.weight() == .25);
        double expected = 0;
        for (QueryKeyHead head : made) {
            expected += head.probability(3, 5) / (1 - head.probability(3, 0)) / 4;
        }
        assertThat(mean.transition().probability(2, 4)).isCloseTo(expected, within(1e-12));

        assertThatThrownBy(
                        () ->
                                AttentionChain.of(
                                        heads,
                                        tokens,
                                        new HeadWeighting.Single(0, 0),
                                        SpecialTokens.KEEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no head L0H0");
    }

    /// Within 1e-6 of their size, but for what is lost where float32 has no more numbers.
    private static void assertClose(double[] ours, double[] theirs, String where) {
        for (int j = 0; j < ours.length; j++) {
            double allowed = 1e-6 * theirs[j] + 1e-37;
            assertThat(Math.abs(ours[j] - theirs[j]))
                    .as("%s, entry %d: %s and %s", where, j, ours[j], theirs[j])
                    .isLessThanOrEqualTo(allowed);
        }
    }

    @Test
    void theCheckOfClosenessFails() {
        assertThatThrownBy(
                        () -> assertClose(new double[] {.5, .5}, new double[] {.500001, .5}, "x"))
                .isInstanceOf(AssertionError.class);
    }

    /// Scores up to 1e38: a float32 softmax of them would be NaN.
    @ParameterizedTest
    @EnumSource
    void rowsSumToOneHoweverLargeTheScores(Mask mask) {
        for (double size : new double[] {0, 1, 100, 1e10, 1e38}) {
            QueryKeyHead head =
                    QueryKeyHead.of(
                            normal(70 * 3, Math.min(size, 1e37), new Random(1)),
                            normal(70 * 3, Math.min(size, 1e37), new Random(2)),
                            3,
                            mask);
            double[] ones = new double[70];
            double[] sums = new double[70];
            Arrays.fill(ones, 1);
            head.expectation(ones, sums);
            for (double sum : sums) {
                assertThat(sum).as("size %s", size).isCloseTo(1, within(1e-14));
            }
            double[] row = new double[70];
            head.row(40, row);
            assertThat(Arrays.stream(row).min().orElseThrow()).isNotNegative();
        }
    }

    @ParameterizedTest
    @EnumSource
    void stepExpectationAndRowSeeTheSameEntries(Mask mask) {
        Random random = new Random(4);
        QueryKeyHead head =
                QueryKeyHead.of(normal(101 * 5, 2, random), normal(101 * 5, 2, random), 5, mask);
        double[] row = new double[101];
        double[] at = new double[101];
        double[] stepped = new double[101];
        for (int i = 0; i < 101; i++) {
            head.row(i, row);
            Arrays.fill(at, 0);
            at[i] = 1;
            head.step(at, stepped);
            assertThat(stepped).containsExactly(row);
            head.expectation(at, stepped);
            head.row(50, row);
            assertThat(stepped[50]).isEqualTo(row[i]);
        }
    }

    @Test
    void groupedQueriesShareTheKeysOfTheirGroup() {
        int n = 9;
        int d = 4;
        Random random = new Random(6);
        float[] queries = normal(6 * n * d, 1, random);
        float[] keys = normal(2 * n * d, 1, random);
        List<QueryKeyHead> heads = QueryKeyHead.ofLayer(queries, 6, keys, 2, d, Mask.CAUSAL);
        assertThat(heads).hasSize(6);
        double[] row = new double[n];
        double[] alone = new double[n];
        for (int h = 0; h < 6; h++) {
            int group = h / 3;
            QueryKeyHead head =
                    QueryKeyHead.of(
                            Arrays.copyOfRange(queries, h * n * d, (h + 1) * n * d),
                            Arrays.copyOfRange(keys, group * n * d, (group + 1) * n * d),
                            d,
                            Mask.CAUSAL);
            head.row(7, alone);
            heads.get(h).row(7, row);
            assertThat(row).as("head %d", h).containsExactly(alone);
        }
    }

    @Test
    void substitutionEliminationAndPowersAgreeWithinTheirBounds() {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            int n = 1 + random.nextInt(150);
            QueryKeyHead head =
                    QueryKeyHead.of(
                            normal(n * 8, 2, random), normal(n * 8, 2, random), 8, Mask.CAUSAL);
            Teleporting chain = new Teleporting(head, .99, Heads.anyDistribution(n, random));
            TriangularSolve solved = TriangularSolve.of(chain);
            var eliminated = (StationaryDistribution.Unique) StationaryDistribution.of(chain);
            var powered = (PowerIteration.Converged) PowerIteration.of(chain, 1e-9, 100_000);
            assertThat(2 * solved.pi().distanceTo(eliminated.pi()))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(solved.errorBound() + eliminated.errorBound());
            assertThat(2 * solved.pi().distanceTo(powered.pi()))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(solved.errorBound() + powered.errorBound());
        }
    }

    @Test
    void outgoingRanksAndSpectraAreThoseOfTheDenseHead() {
        Random random = new Random(8);
        float[] queries = normal(140 * 8, 2, random);
        float[] keys = normal(140 * 8, 2, random);
        for (Mask mask : Mask.values()) {
            QueryKeyHead head = QueryKeyHead.of(queries, keys, 8, mask);
            AttentionHead dense = dense(queries, keys, 8, mask, 1 / Math.sqrt(8));
            Distribution anywhere = Distribution.uniform(140);
            for (Direction direction : Direction.values()) {
                var ours =
                        (TokenRank.Ranked)
                                TokenRank.of(new Teleporting(head, .9, anywhere), direction);
                var theirs =
                        (TokenRank.Ranked)
                                TokenRank.of(new Teleporting(dense, .9, anywhere), direction);
                assertThat(ours.scores().distanceTo(theirs.scores())).isLessThan(1e-6);
                assertThat(ours.certificate().method()).isEqualTo(theirs.certificate().method());
            }
        }
        QueryKeyHead head = QueryKeyHead.of(queries, keys, 8, Mask.NONE);
        AttentionHead dense = dense(queries, keys, 8, Mask.NONE, 1 / Math.sqrt(8));
        assertThat(((Spectrum.Leading) Spectrum.of(head)).lambda2().modulus())
                .isCloseTo(
                        ((Spectrum.Leading) Spectrum.of(dense)).lambda2().modulus(), within(1e-5));
    }

    @Test
    void whatIsNoHeadIsRefused() {
        float[] six = new float[6];
        float[] broken = {0, 0, 0, Float.NaN};
        refused("queries: 6 numbers, must be a multiple of 1 heads x 4 channels and not 0", six, 4);
        refused(
                "queries: 0 numbers, must be a multiple of 1 heads x 2 channels and not 0",
                new float[0],
                2);
        refused("0 channels, must be at least 1", six, 0);
        refused("queries: head 0, token 1, channel 1: NaN, must be finite", broken, 2);
        assertThatThrownBy(() -> QueryKeyHead.of(six, new float[4], 2, Mask.NONE))
                .hasMessage("keys of 2 tokens for queries of 3, must be the same tokens");
        assertThatThrownBy(() -> QueryKeyHead.of(six, six, 2, Mask.NONE, Double.NaN))
                .hasMessage("scale = NaN, must be from -1e100 to 1e100");
        assertThatThrownBy(() -> QueryKeyHead.ofLayer(six, 3, six, 2, 1, Mask.NONE))
                .hasMessage("3 heads of queries on 2 of keys, must be a multiple of them");
    }

    private static void refused(String message, float[] values, int channels) {
        assertThatThrownBy(() -> QueryKeyHead.of(values, values, channels, Mask.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
