package dev.perron.attention;

import static dev.perron.attention.SpecialTokens.CENSOR;
import static dev.perron.attention.SpecialTokens.DROP;
import static dev.perron.attention.SpecialTokens.KEEP;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.AttentionChain.Defined;
import dev.perron.attention.AttentionChain.Undefined;
import dev.perron.attention.AttentionChain.WeightedHead;
import dev.perron.attention.HeadWeighting.ByLambda2;
import dev.perron.attention.HeadWeighting.Mean;
import dev.perron.attention.HeadWeighting.Single;
import dev.perron.chain.Distribution;
import dev.perron.chain.Mixture;
import dev.perron.chain.StationaryDistribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class AttentionChainTest {
    private static final Token CLS = new Token.Special("[CLS]");
    private static final Token SEP = new Token.Special("[SEP]");
    private static final Token FOX = new Token.Piece("fox");
    private static final Token DOG = new Token.Piece("dog");

    private static Defined defined(AttentionChain chain) {
        return (Defined) chain;
    }

    private static double[] pi(Defined chain) {
        return ((StationaryDistribution.Unique) StationaryDistribution.of(chain.transition()))
                .pi()
                .toArray();
    }

    /// n tokens, the first and the last of them special.
    private static List<Token> framed(int n) {
        List<Token> tokens = new ArrayList<>(Heads.tokens(n));
        tokens.set(0, CLS);
        tokens.set(n - 1, SEP);
        return tokens;
    }

    @Test
    void keptTokensLeaveTheHeadAsItIs() {
        AttentionHead head = Heads.noise(6, 1, new Random(1));
        Defined chain = defined(AttentionChain.of(head, framed(6), KEEP));
        assertThat(chain.transition()).isSameAs(head);
        assertThat(chain.positions()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(chain.heads()).containsExactly(new WeightedHead(0, 0, 1));
    }

    @ParameterizedTest
    @EnumSource
    void withoutSpecialTokensThereIsNothingToDo(SpecialTokens specials) {
        AttentionHead head = Heads.noise(6, 1, new Random(1));
        assertThat(defined(AttentionChain.of(head, Heads.tokens(6), specials)).transition())
                .isSameAs(head);
    }

    @Test
    void droppedRowsAreDividedByWhatTheyHaveLeft() {
        AttentionHead head =
                Heads.head(new float[][] {{.5f, .25f, .25f}, {.5f, .125f, .375f}, {.75f, .25f, 0}});
        Defined chain = defined(AttentionChain.of(head, List.of(CLS, FOX, DOG), DROP));
        assertThat(chain.positions()).containsExactly(1, 2);
        assertThat(StochasticMatrix.copyOf(chain.transition()))
                .isEqualTo(StochasticMatrix.ofRows(new double[] {.25, .75}, new double[] {1, 0}));
    }

    @Test
    void droppingIsTheSoftmaxOverTheOthers() {
        double[][] logits = new double[12][12];
        Random random = new Random(2);
        for (double[] row : logits) {
            Arrays.setAll(row, _ -> 2 * random.nextGaussian());
        }
        Defined dropped =
                defined(
                        AttentionChain.of(
                                Heads.softmax(12, (i, j) -> logits[(int) i][(int) j]),
                                framed(12),
                                DROP));
        AttentionHead others = Heads.softmax(10, (i, j) -> logits[(int) i + 1][(int) j + 1]);
        double[] row = new double[10];
        for (int i = 0; i < 10; i++) {
            dropped.transition().row(i, row);
            for (int j = 0; j < 10; j++) {
                // Two entries and a sum, each rounded to float32.
                assertThat(row[j]).isCloseTo(others.attention(i, j), within(3 * 0x1p-24));
            }
        }
    }

    @Test
    void aCausalHeadStaysCausalWhenTokensAreDropped() {
        Defined chain =
                defined(AttentionChain.of(Heads.causal(9, 1, new Random(3)), framed(9), DROP));
        assertThat(chain.transition().lowerTriangular()).isTrue();
    }

    @Test
    void censoringCountsAPathThroughSpecialTokensAsOneStep() {
        // From fox: to dog 1/4, or to [CLS] 1/2 and from there, once it is left, to fox or dog
        // alike.
        AttentionHead head =
                Heads.head(new float[][] {{.5f, .25f, .25f}, {.5f, .25f, .25f}, {0, 1, 0}});
        Defined chain = defined(AttentionChain.of(head, List.of(CLS, FOX, DOG), CENSOR));
        assertThat(StochasticMatrix.copyOf(chain.transition()))
                .isEqualTo(StochasticMatrix.ofRows(new double[] {.5, .5}, new double[] {1, 0}));
    }

    @Test
    void censoringKeepsTheStationaryDistributionAndDroppingDoesNot() {
        for (long seed = 0; seed < 5; seed++) {
            AttentionHead head = Heads.noise(14, 2, new Random(seed));
            double[] whole = pi(defined(AttentionChain.of(head, framed(14), KEEP)));
            double[] restricted =
                    Distribution.proportionalTo(Arrays.copyOfRange(whole, 1, 13)).toArray();
            assertThat(
                            Heads.distance(
                                    pi(defined(AttentionChain.of(head, framed(14), CENSOR))),
                                    restricted))
                    .as("seed %d", seed)
                    .isLessThan(1e-13);
            assertThat(
                            Heads.distance(
                                    pi(defined(AttentionChain.of(head, framed(14), DROP))),
                                    restricted))
                    .as("seed %d", seed)
                    .isGreaterThan(1e-3);
        }
    }

    @Test
    void anAbsorbingFirstTokenCantBeCensored() {
        AttentionHead head = Heads.causal(4, 1, new Random(4));
        List<Token> tokens = List.of(new Token.Special("<s>"), FOX, DOG, FOX);
        assertThat(AttentionChain.of(head, tokens, CENSOR))
                .isEqualTo(
                        new Undefined(
                                "L0H0: from token 0 '<s>' attention never comes back to the other"
                                        + " tokens, so the chain can't be watched on those; keep"
                                        + " special tokens or drop them"));
        assertThat(AttentionChain.of(head, tokens, DROP)).isInstanceOf(Defined.class);
    }

    @Test
    void aRowWithNothingLeftCantBeDropped() {
        AttentionHead head = Heads.head(new float[][] {{.5f, .5f, 0}, {.5f, 0, .5f}, {1, 0, 0}});
        List<Token> tokens = List.of(CLS, FOX, DOG);
        assertThat(AttentionChain.of(head, tokens, DROP))
                .isEqualTo(
                        new Undefined(
                                "L0H0: token 2 'dog' attends only to special tokens, so nothing is"
                                        + " left of its row; keep special tokens or censor them"));
        assertThat(AttentionChain.of(head, tokens, CENSOR)).isInstanceOf(Defined.class);
    }

    @Test
    void ifAllTokensAreSpecialNothingIsLeft() {
        AttentionHead head = Heads.noise(2, 1, new Random(5));
        List<Token> tokens = List.of(CLS, SEP);
        for (SpecialTokens specials : List.of(DROP, CENSOR)) {
            assertThat(AttentionChain.of(head, tokens, specials))
                    .isEqualTo(
                            new Undefined(
                                    "all tokens are special tokens, nothing is left; keep them"));
            assertThat(AttentionChain.of(Heads.tensor(tokens, head), new Mean(), specials))
                    .isInstanceOf(Undefined.class);
        }
        assertThat(AttentionChain.of(head, tokens, KEEP)).isInstanceOf(Defined.class);
    }

    @Test
    void tokensMustFitTheHead() {
        AttentionHead head = Heads.noise(3, 1, new Random(6));
        assertThatThrownBy(() -> AttentionChain.of(head, Heads.tokens(2), KEEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 tokens for L0H0, must be 3");
    }

    @Test
    void theMeanIsThePlainAverage() {
        AttentionTensor tensor =
                Heads.tensor(
                        new float[][] {{1, 0}, {.5f, .5f}}, new float[][] {{.5f, .5f}, {.5f, .5f}});
        Defined chain = defined(AttentionChain.of(tensor, new Mean(), KEEP));
        assertThat(StochasticMatrix.copyOf(chain.transition()))
                .isEqualTo(StochasticMatrix.ofRows(new double[] {.75, .25}, new double[] {.5, .5}));
        assertThat(chain.heads())
                .containsExactly(new WeightedHead(0, 0, .5), new WeightedHead(0, 1, .5));
    }

    /// A long text's heads aren't added up, and answer as if they had been.
    @Test
    void theMeanOverManyTokensIsAMixture() {
        int n = HeadAverage.ADDED_UP + 3;
        List<Token> tokens = framed(n);
        AttentionTensor tensor =
                Heads.tensor(
                        tokens,
                        Heads.noise(n, 1, new Random(11)),
                        Heads.causal(n, 1, new Random(12)));
        double[] uniform = Distribution.uniform(n - 2).toArray();
        double[] step = new double[n - 2];
        double[] added = new double[n - 2];
        Defined chain = defined(AttentionChain.of(tensor, new Mean(), DROP));
        assertThat(chain.transition()).isInstanceOf(Mixture.class);
        chain.transition().step(uniform, step);
        StochasticMatrix.copyOf(chain.transition()).step(uniform, added);
        assertThat(Heads.distance(step, added)).isLessThan(1e-13);
    }

    @Test
    void specialTokensAreTreatedInEachHeadBeforeTheMean() {
        AttentionTensor tensor =
                Heads.tensor(
                        List.of(CLS, FOX, DOG),
                        Heads.head(new float[][] {{1, 0, 0}, {.9375f, .0625f, 0}, {0, 1, 0}}),
                        Heads.head(new float[][] {{1, 0, 0}, {0, 0, 1}, {0, 1, 0}}));
        assertThat(
                        StochasticMatrix.copyOf(
                                defined(AttentionChain.of(tensor, new Mean(), DROP)).transition()))
                .as("fox on fox alone in one head, on dog alone in the other")
                .isEqualTo(StochasticMatrix.ofRows(new double[] {.5, .5}, new double[] {1, 0}));
    }

    @Test
    void oneHeadOfManyIsThatHead() {
        AttentionHead head = Heads.noise(3, 1, new Random(7));
        AttentionTensor tensor =
                AttentionTensor.of(
                        Heads.tokens(3), List.of(4, 6), 1, List.of(head.toArray(), head.toArray()));
        Defined chain = defined(AttentionChain.of(tensor, new Single(6, 0), KEEP));
        assertThat(chain.transition()).isSameAs(tensor.head(6, 0));
        assertThat(chain.heads()).containsExactly(new WeightedHead(6, 0, 1));
        assertThatThrownBy(() -> AttentionChain.of(tensor, new Single(5, 0), KEEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layer 5, must be one of [4, 6]");
    }

    /// Two states: λ₂ is the trace less 1.
    @Test
    void headsCountByTheModulusOfLambda2() {
        AttentionTensor tensor =
                Heads.tensor(
                        new float[][] {{.75f, .25f}, {.25f, .75f}}, // .5
                        new float[][] {{.125f, .875f}, {.875f, .125f}}, // -.75
                        new float[][] {{.25f, .75f}, {.25f, .75f}}); // 0
        Defined chain = defined(AttentionChain.of(tensor, new ByLambda2(), KEEP));
        assertThat(chain.heads())
                .extracting(WeightedHead::weight)
                .satisfiesExactly(
                        w -> assertThat(w).isCloseTo(.4, within(1e-14)),
                        w -> assertThat(w).isCloseTo(.6, within(1e-14)),
                        w -> assertThat(w).isCloseTo(0, within(1e-14)));
        double[] row = new double[2];
        chain.transition().row(0, row);
        assertThat(row[0]).isCloseTo(.4 * .75 + .6 * .125, within(1e-14));
    }

    /// Two blocks of equal attention, left with probability 1-p: λ₂ = 2p-1, and the others are 0.
    /// More states than the number up to which all eigenvalues are computed.
    @Test
    void headsOfLongTextsCountAlike() {
        AttentionTensor tensor =
                Heads.tensor(Heads.tokens(140), twoBlocks(140, .9), twoBlocks(140, .3));
        Defined chain = defined(AttentionChain.of(tensor, new ByLambda2(), KEEP));
        assertThat(chain.heads().getFirst().weight()).isCloseTo(.8 / 1.2, within(1e-6));
    }

    private static AttentionHead twoBlocks(int n, double stay) {
        return Heads.softmax(
                n, (i, j) -> Math.log((i < n / 2.0) == (j < n / 2.0) ? stay : 1 - stay));
    }

    /// A walk to neighbours alone has eigenvalues that crowd at 1, too close to be told apart.
    @Test
    void aLambda2ThatIsNotFoundLeavesNoWeights() {
        AttentionHead neighbours =
                Heads.softmax(600, (i, j) -> Math.abs(i - j) <= 1 ? 0 : Double.NEGATIVE_INFINITY);
        AttentionTensor tensor = Heads.tensor(Heads.tokens(600), neighbours);
        assertThat(AttentionChain.of(tensor, new ByLambda2(), KEEP))
                .isInstanceOfSatisfying(
                        Undefined.class,
                        undefined ->
                                assertThat(undefined.explanation())
                                        .startsWith("L0H0: |λ₂| has residual ")
                                        .endsWith("; take the mean of the heads"));
    }

    @Test
    void weightsNeedAHeadThatForgetsSlowerThanAtOnce() {
        AttentionTensor tensor =
                Heads.tensor(new float[][] {{1, 0}, {1, 0}}, new float[][] {{1, 0}, {1, 0}});
        assertThat(AttentionChain.of(tensor, new ByLambda2(), KEEP))
                .isEqualTo(
                        new Undefined(
                                "all heads have λ₂ = 0, so there are no weights; take the mean of"
                                        + " the heads"));
    }

    @Test
    void oneUndefinedHeadLeavesNoAverage() {
        AttentionTensor tensor =
                Heads.tensor(
                        List.of(CLS, FOX),
                        Heads.head(new float[][] {{.5f, .5f}, {.5f, .5f}}),
                        Heads.head(new float[][] {{.5f, .5f}, {1, 0}}));
        for (HeadWeighting weighting : List.of(new Mean(), new ByLambda2())) {
            assertThat(AttentionChain.of(tensor, weighting, DROP))
                    .isInstanceOfSatisfying(
                            Undefined.class,
                            undefined ->
                                    assertThat(undefined.explanation())
                                            .startsWith("L0H1: token 1 'fox' attends only to"));
        }
    }

    @Test
    void aCausalTensorHasACausalMean() {
        Random random = new Random(8);
        AttentionTensor tensor =
                Heads.tensor(
                        Heads.tokens(7), Heads.causal(7, 1, random), Heads.causal(7, 2, random));
        assertThat(defined(AttentionChain.of(tensor, new Mean(), KEEP)).transition())
                .matches(chain -> chain.lowerTriangular());
        double sum =
                defined(AttentionChain.of(tensor, new ByLambda2(), KEEP)).heads().stream()
                        .mapToDouble(WeightedHead::weight)
                        .sum();
        assertThat(sum).isCloseTo(1, within(1e-15));
    }

    @Test
    void aLongTextOfTwelveHeadsIsRanked() {
        Random random = new Random(9);
        AttentionHead[] heads =
                IntStream.range(0, 12)
                        .mapToObj(_ -> Heads.noise(512, 2, random))
                        .toArray(AttentionHead[]::new);
        Defined chain =
                defined(AttentionChain.of(Heads.tensor(framed(512), heads), new Mean(), CENSOR));
        assertThat(chain.transition().states()).isEqualTo(510);
        Teleporting teleporting =
                new Teleporting(chain.transition(), TokenRank.ALPHA, Distribution.uniform(510));
        for (Direction direction : Direction.values()) {
            assertThat(TokenRank.of(teleporting, direction))
                    .isInstanceOfSatisfying(
                            TokenRank.Ranked.class,
                            rank ->
                                    assertThat(rank.certificate().errorBound())
                                            .isLessThan(TokenRank.TOLERANCE));
        }
    }
}
