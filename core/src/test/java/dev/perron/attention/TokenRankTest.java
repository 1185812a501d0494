package dev.perron.attention;

import static dev.perron.attention.Direction.INCOMING;
import static dev.perron.attention.Direction.OUTGOING;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.PowerIteration;
import dev.perron.chain.stationary.StationaryDistribution;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class TokenRankTest {
    private static Teleporting uniform(Transition chain, double alpha) {
        return new Teleporting(chain, alpha, Distribution.uniform(chain.states()));
    }

    private static TokenRank.Ranked ranked(Teleporting chain, Direction direction) {
        // Rounding forbids to prove less than 3nu/(1-α), 1.3e-12 for 40 tokens at α = .99.
        return (TokenRank.Ranked) TokenRank.of(chain, direction, 2e-12, TokenRank.MAX_STEPS);
    }

    private static double[] exact(
            AttentionHead head, double alpha, Distribution restart, Direction direction) {
        ExactChain chain = ExactChain.of(head).teleporting(alpha, restart.toArray());
        return switch (direction) {
            case INCOMING -> chain.stationary();
            case OUTGOING -> chain.columnsNormalisedAndTransposed().stationary();
        };
    }

    private static double[] elimination(Transition chain) {
        return ((StationaryDistribution.Unique) StationaryDistribution.of(chain)).pi().toArray();
    }

    @Test
    void everyoneLooksAtOneToken() {
        // π(0) = α + (1-α)/3, and the others restart only.
        AttentionHead star = Heads.head(new float[][] {{1, 0, 0}, {1, 0, 0}, {1, 0, 0}});
        assertThat(ranked(uniform(star, .7), INCOMING).scores().toArray())
                .containsExactly(new double[] {.8, .1, .1}, within(1e-15));
    }

    @Test
    void equalAttentionRanksAllAlikeBothWays() {
        AttentionHead head = Heads.softmax(7, (_, _) -> 0);
        for (Direction direction : Direction.values()) {
            assertThat(
                            Heads.distance(
                                    ranked(uniform(head, .99), direction).scores(),
                                    Distribution.uniform(7).toArray()))
                    .isLessThan(1e-14);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsTheSolutionOfTheDenseSystem(Direction direction) {
        for (long seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            AttentionHead head = Heads.noise(30, 2, random);
            for (Distribution restart :
                    List.of(
                            Distribution.uniform(30),
                            Distribution.at(3, 30),
                            Heads.anyDistribution(30, random))) {
                Teleporting chain = new Teleporting(head, .9, restart);
                assertThat(
                                Heads.distance(
                                        ranked(chain, direction).scores(),
                                        exact(head, .9, restart, direction)))
                        .as("seed %d", seed)
                        .isLessThan(1e-12);
            }
        }
    }

    /// n = 50, α = .85, all restarts at token 3, as measured on the published code: its E = vvᵀ/n
    /// has rows that don't sum to 1, hidden by a renormalisation after each step.
    @Test
    void personalisationIsOneTimesVTransposedAndNotThePublishedOne() {
        AttentionHead head = Heads.noise(50, 1, new Random(3));
        Distribution atThree = Distribution.at(3, 50);
        double[] ours = ranked(new Teleporting(head, .85, atThree), INCOMING).scores().toArray();
        assertThat(Heads.distance(ours, exact(head, .85, atThree, INCOMING))).isLessThan(1e-12);
        assertThat(ours[3]).isBetween(.15, .2);

        PublishedRank published = PublishedRank.of(head, .85, atThree.toArray());
        assertThat(published.rowSums())
                .allSatisfy(sum -> assertThat(sum).isBetween(.8499999, .8531));
        assertThat(published.scores().mass(3)).isBetween(.01, .03);
        double[] notPersonalised = exact(head, .85, Distribution.uniform(50), INCOMING);
        assertThat(Heads.distance(published.scores(), ours))
                .as("off by as much as the whole effect of personalisation")
                .isCloseTo(Heads.distance(notPersonalised, ours), within(.02));
    }

    @Test
    void thePublishedUniformDistributionAllButStopsTeleporting() {
        AttentionHead head = Heads.noise(50, 1, new Random(4));
        PublishedRank published = PublishedRank.of(head, .85, Distribution.uniform(50).toArray());
        assertThat(published.rowSums())
                .allSatisfy(sum -> assertThat(sum - .85).isCloseTo(6e-5, within(1e-6)));
    }

    @Test
    void thePublishedDefaultIsOurs() {
        AttentionHead head = Heads.noise(50, 1, new Random(5));
        double[] ones = IntStream.range(0, 50).mapToDouble(_ -> 1).toArray();
        assertThat(
                        Heads.distance(
                                ranked(uniform(head, .9), INCOMING).scores(),
                                PublishedRank.of(head, .9, ones).scores().toArray()))
                .isLessThan(1e-5);
    }

    @Test
    void aSubstitutionIsEliminationIsPowerIterationForACausalHead() {
        for (long seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            AttentionHead head = Heads.causal(40, 2, random);
            Teleporting chain = new Teleporting(head, .95, Heads.anyDistribution(40, random));
            TokenRank.Ranked rank = ranked(chain, INCOMING);
            assertThat(rank.certificate().method()).isEqualTo(Method.TRIANGULAR_SOLVE);
            assertThat(rank.certificate().iterations()).isZero();
            assertThat(rank.certificate().residual()).isLessThan(1e-15);

            StationaryDistribution.Unique eliminated =
                    (StationaryDistribution.Unique) StationaryDistribution.of(chain);
            assertThat(Heads.distance(rank.scores(), eliminated.pi().toArray()))
                    .as("seed %d", seed)
                    .isLessThan(rank.certificate().errorBound() + eliminated.errorBound());

            PowerIteration.Converged iterated =
                    (PowerIteration.Converged) PowerIteration.of(chain, 1e-12, 10_000);
            assertThat(Heads.distance(rank.scores(), iterated.pi().toArray()))
                    .as("seed %d", seed)
                    .isLessThan(rank.certificate().errorBound() + iterated.errorBound());
        }
    }

    @Test
    void withoutTeleportingACausalHeadHasAllMassOnItsFirstToken() {
        AttentionHead head = Heads.causal(20, 1, new Random(6));
        TokenRank.Ranked rank = ranked(uniform(head, 1), INCOMING);
        assertThat(rank.scores()).isEqualTo(Distribution.at(0, 20));
        assertThat(rank.certificate()).isEqualTo(new Certificate(Method.ELIMINATION, 0, 0, 0));
    }

    @Test
    void twoAbsorbingTokensShareNothingWithoutTeleporting() {
        AttentionHead head = Heads.head(new float[][] {{1, 0, 0}, {0, 1, 0}, {.25f, .5f, .25f}});
        assertThat(TokenRank.of(uniform(head, 1), INCOMING))
                .isInstanceOfSatisfying(
                        TokenRank.NotUnique.class,
                        several ->
                                assertThat(several.stationary().extremes())
                                        .containsExactly(
                                                Distribution.at(0, 3), Distribution.at(1, 3)));
        assertThat(ranked(uniform(head, .99), INCOMING).scores().mass(1))
                .as("teleporting decides: token 1 gets two thirds of what token 2 sends on")
                .isGreaterThan(1 / 3.0);
    }

    @Test
    void withoutTeleportingAnErgodicHeadIsEliminated() {
        AttentionHead head = Heads.noise(25, 2, new Random(7));
        TokenRank.Ranked rank = ranked(uniform(head, 1), INCOMING);
        assertThat(rank.certificate().method()).isEqualTo(Method.ELIMINATION);
        assertThat(Heads.distance(rank.scores(), ExactChain.of(head).stationary()))
                .isLessThan(rank.certificate().errorBound());
    }

    @ParameterizedTest
    @EnumSource
    void renamingTokensRenamesTheRanking(Direction direction) {
        Random random = new Random(8);
        AttentionHead head = Heads.noise(30, 2, random);
        Distribution restart = Heads.anyDistribution(30, random);
        List<Integer> order = new ArrayList<>(IntStream.range(0, 30).boxed().toList());
        Collections.shuffle(order, random);
        float[][] rows = new float[30][30];
        double[] moved = new double[30];
        for (int i = 0; i < 30; i++) {
            moved[i] = restart.mass(order.get(i));
            for (int j = 0; j < 30; j++) {
                rows[i][j] = head.toArray()[order.get(i) * 30 + order.get(j)];
            }
        }
        Distribution before = ranked(new Teleporting(head, .9, restart), direction).scores();
        Distribution after =
                ranked(new Teleporting(Heads.head(rows), .9, Distribution.of(moved)), direction)
                        .scores();
        assertThat(after.toArray())
                .containsExactly(order.stream().mapToDouble(before::mass).toArray(), within(1e-13));
    }

    @Test
    void rowsThatMissOneByRoundingAreExactChains() {
        AttentionHead head = Heads.noise(40, 1, new Random(9));
        float[] rows = head.toArray();
        for (int i = 0; i < rows.length; i++) {
            rows[i] *= 1 + 1e-7f * (i / 40 % 3);
        }
        AttentionHead off =
                AttentionTensor.of(Heads.tokens(40), List.of(0), 1, List.of(rows)).head(0, 0);
        assertThat(off.worstRow()).isBetween(1e-7, 1e-6);
        Distribution uniform = Distribution.uniform(40);
        assertThat(
                        Heads.distance(
                                ranked(uniform(off, .99), INCOMING).scores(),
                                exact(off, .99, uniform, INCOMING)))
                .isLessThan(1e-12);
    }

    /// Twice 20 tokens: the published rule stops when the change is small, not the error.
    @Test
    void onStickyGroupsThePublishedRuleErrsAndOursDoesNot() {
        for (long seed = 0; seed < 5; seed++) {
            AttentionHead head = Heads.sticky(40, new Random(seed));
            Teleporting chain = uniform(head, .99);
            double[] truth = elimination(chain);
            double[] ones = IntStream.range(0, 40).mapToDouble(_ -> 1).toArray();
            assertThat(Heads.distance(PublishedRank.of(head, .99, ones).scores(), truth))
                    .as("seed %d", seed)
                    .isGreaterThan(1e-4);
            TokenRank.Ranked rank = (TokenRank.Ranked) TokenRank.of(chain, INCOMING);
            assertThat(Heads.distance(rank.scores(), truth)).as("seed %d", seed).isLessThan(1e-9);
            assertThat(rank.certificate().errorBound()).isLessThanOrEqualTo(TokenRank.TOLERANCE);
        }
    }

    /// 513 tokens that look at most 16 away: the family on which popular PageRanks were off by .27.
    @Test
    void onALongLocalHeadTheErrorIsWithinItsBoundToo() {
        Random random = new Random(12);
        AttentionHead head =
                Heads.softmax(
                        513,
                        (i, j) ->
                                Math.abs(i - j) <= 16
                                        ? random.nextGaussian()
                                        : Double.NEGATIVE_INFINITY);
        Teleporting chain = uniform(head, .99);
        double[] truth = elimination(chain);
        TokenRank.Ranked rank = (TokenRank.Ranked) TokenRank.of(chain, INCOMING);
        assertThat(Heads.distance(rank.scores(), truth))
                .isLessThanOrEqualTo(rank.certificate().errorBound());
        assertThat(rank.certificate().errorBound()).isLessThanOrEqualTo(1e-9);
        double[] ones = IntStream.range(0, 513).mapToDouble(_ -> 1).toArray();
        assertThat(Heads.distance(PublishedRank.of(head, .99, ones).scores(), truth))
                .isGreaterThan(1e-4);
    }

    @Test
    void twoTokensThatLookAtEachOtherShareTheRank() {
        AttentionHead cycle = Heads.head(new float[][] {{0, 1}, {1, 0}});
        for (Direction direction : Direction.values()) {
            assertThat(ranked(uniform(cycle, 1), direction).scores())
                    .isEqualTo(Distribution.uniform(2));
        }
        // π(0) = α π(1) + (1-α)
        assertThat(
                        ranked(new Teleporting(cycle, .5, Distribution.at(0, 2)), INCOMING)
                                .scores()
                                .toArray())
                .containsExactly(new double[] {2 / 3.0, 1 / 3.0}, within(1e-12));
    }

    @Test
    void tooFewStepsAreSaid() {
        Teleporting chain = uniform(Heads.sticky(20, new Random(10)), .99);
        assertThat(TokenRank.of(chain, INCOMING, 1e-9, 5))
                .isInstanceOfSatisfying(
                        TokenRank.NotConverged.class,
                        rank -> {
                            assertThat(rank.certificate().iterations()).isEqualTo(5);
                            assertThat(rank.certificate().errorBound())
                                    .isGreaterThan(1e-9)
                                    .isGreaterThan(Heads.distance(rank.last(), elimination(chain)));
                        });
    }

    @Test
    void everyMethodThatFitsGivesTheSameRanking() {
        Teleporting sticky = uniform(Heads.sticky(40, new Random(14)), .99);
        Teleporting causal =
                new Teleporting(
                        Heads.causal(40, 2, new Random(15)),
                        .99,
                        Heads.anyDistribution(40, new Random(15)));
        for (Teleporting chain : List.of(sticky, causal)) {
            for (Direction direction : Direction.values()) {
                double[] eliminated = null;
                for (Method method : Method.values()) {
                    if (TokenRank.objection(method, chain, direction).isPresent()) {
                        continue;
                    }
                    TokenRank.Ranked rank =
                            (TokenRank.Ranked)
                                    TokenRank.by(method, chain, direction, 2e-12, 30_000);
                    assertThat(rank.certificate().method()).isEqualTo(method);
                    assertThat(rank.certificate().iterations() > 0)
                            .isEqualTo(method == Method.POWER_ITERATION || method == Method.KRYLOV);
                    double[] scores = rank.scores().toArray();
                    eliminated = eliminated == null ? scores : eliminated;
                    assertThat(Heads.distance(rank.scores(), eliminated)).isLessThan(1e-11);
                }
            }
        }
    }

    @Test
    void aStickyHeadIsLeftToTheKrylovMethodAndAnEasyOneIsNot() {
        TokenRank.Ranked sticky =
                ranked(
                        new Teleporting(
                                Heads.sticky(40, new Random(14)), .99, Distribution.at(2, 40)),
                        INCOMING);
        assertThat(sticky.certificate().method()).isEqualTo(Method.KRYLOV);
        assertThat(sticky.certificate().iterations()).isLessThan(60);
        TokenRank.Ranked easy = ranked(uniform(Heads.noise(40, 1, new Random(3)), .99), INCOMING);
        assertThat(easy.certificate().method()).isEqualTo(Method.POWER_ITERATION);
    }

    @Test
    void aMethodThatDoesNotFitIsRefused() {
        Teleporting chain = uniform(Heads.noise(4, 1, new Random(1)), .9);
        refused(
                Method.TRIANGULAR_SOLVE,
                chain,
                INCOMING,
                "a triangular solve needs a causal chain, this one looks ahead");
        refused(
                Method.KRYLOV,
                chain,
                OUTGOING,
                "outgoing rank is solved directly, no iteration is proven for it");
        refused(
                Method.POWER_ITERATION,
                uniform(chain.base(), 1),
                INCOMING,
                "alpha = 1 never restarts, so that only elimination is proven");
        refused(
                Method.TRIANGULAR_SOLVE,
                new Teleporting(Heads.causal(4, 1, new Random(1)), .9, Distribution.at(0, 4)),
                OUTGOING,
                "a triangular solve needs every token to be attended to by another or restarted"
                        + " at");
        for (Direction direction : Direction.values()) {
            assertThat(TokenRank.objection(Method.ELIMINATION, chain, direction)).isEmpty();
        }
    }

    private static void refused(
            Method method, Teleporting chain, Direction direction, String message) {
        assertThatThrownBy(() -> TokenRank.by(method, chain, direction, 1e-9, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(doubles = {.01, .99, 1})
    void oneTokenHasAllTheRank(double alpha) {
        for (Direction direction : Direction.values()) {
            assertThat(ranked(uniform(Heads.head(new float[][] {{1}}), alpha), direction).scores())
                    .isEqualTo(Distribution.at(0, 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void argumentsAreChecked(Direction direction) {
        Teleporting chain = uniform(Heads.causal(4, 1, new Random(11)), .9);
        assertThatThrownBy(() -> TokenRank.of(chain, direction, 0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tolerance = 0.0, must be > 0");
        assertThatThrownBy(() -> TokenRank.of(chain, direction, 1e-9, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxSteps = 0, must be >= 1");
    }
}
