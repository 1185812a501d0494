package dev.perron.attention;

import static dev.perron.attention.Direction.INCOMING;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Several rankings at once, and the way from iteration to elimination.
class SharedRankTest {
    /// n tokens in a ring that attend to themselves and their neighbours only.
    private static AttentionHead ring(int n, Random random) {
        return Heads.softmax(
                n,
                (i, j) ->
                        (i - j + 1 + n) % n <= 2
                                ? random.nextGaussian()
                                : Double.NEGATIVE_INFINITY);
    }

    private static List<Teleporting> several(Transition attention, Random random) {
        int n = attention.states();
        return Stream.of(.5, .85, .99, .999, 1.0)
                .flatMap(
                        alpha ->
                                Stream.of(
                                        new Teleporting(attention, alpha, Distribution.uniform(n)),
                                        new Teleporting(
                                                attention,
                                                alpha,
                                                Heads.anyDistribution(n, random))))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void inCompanyARankingIsWhatItIsAlone(Direction direction) {
        for (long seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            for (AttentionHead head :
                    List.of(
                            Heads.noise(30, 2, random),
                            Heads.sticky(30, random),
                            Heads.causal(30, 2, random))) {
                List<Teleporting> chains = several(head, random);
                List<TokenRank> together =
                        TokenRank.ofAll(chains, direction, 1e-9, TokenRank.MAX_STEPS);
                for (int k = 0; k < chains.size(); k++) {
                    same(
                            "seed %d, chain %d".formatted(seed, k),
                            together.get(k),
                            TokenRank.of(chains.get(k), direction));
                }
            }
        }
    }

    private static void same(String where, TokenRank actual, TokenRank expected) {
        if (actual instanceof TokenRank.Ranked(var scores, var certificate)
                && expected instanceof TokenRank.Ranked(var alone, var itsCertificate)) {
            assertThat(Heads.distance(scores, alone.toArray()))
                    .as(where)
                    .isLessThanOrEqualTo(certificate.errorBound() + itsCertificate.errorBound());
            assertThat(certificate.method()).as(where).isEqualTo(itsCertificate.method());
        } else {
            assertThat(actual).as(where).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMethodIsTheSameForSeveral(Method method) {
        AttentionHead head = Heads.causal(20, 2, new Random(1));
        List<Teleporting> chains = several(head, new Random(2)).subList(0, 8);
        List<TokenRank> together =
                TokenRank.byAll(method, chains, INCOMING, 1e-9, TokenRank.MAX_STEPS);
        for (int k = 0; k < chains.size(); k++) {
            TokenRank alone =
                    TokenRank.by(method, chains.get(k), INCOMING, 1e-9, TokenRank.MAX_STEPS);
            same("chain " + k, together.get(k), alone);
            assertThat(together.get(k))
                    .isInstanceOfSatisfying(
                            TokenRank.Ranked.class,
                            rank -> assertThat(rank.certificate().method()).isEqualTo(method));
        }
    }

    @Test
    void severalAttentionsShareNothing() {
        Teleporting one =
                new Teleporting(Heads.noise(4, 1, new Random(1)), .9, Distribution.uniform(4));
        Teleporting other =
                new Teleporting(Heads.noise(4, 1, new Random(2)), .9, Distribution.uniform(4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRank.ofAll(List.of(one, other), INCOMING, 1e-9, 10))
                .withMessage("chain 1 is on another attention than chain 0, must be on the same");
    }

    @Test
    void whereIterationIsSlowEliminationTakesOverAndSaysSo() {
        AttentionHead head = ring(300, new Random(3));
        Teleporting chain = new Teleporting(head, .9999, Distribution.at(7, 300));
        TokenRank.Ranked rank = (TokenRank.Ranked) TokenRank.of(chain, INCOMING, 1e-8, 1_000_000);
        assertThat(rank.certificate().method()).isEqualTo(Method.ELIMINATION);
        assertThat(rank.certificate().iterations()).isEqualTo(IncomingRank.SLOW);
        TokenRank.Ranked iterated =
                (TokenRank.Ranked) TokenRank.by(Method.KRYLOV, chain, INCOMING, 1e-8, 1_000_000);
        assertThat(iterated.certificate().iterations()).isGreaterThan(IncomingRank.SLOW);
        assertThat(Heads.distance(rank.scores(), iterated.scores().toArray()))
                .isLessThanOrEqualTo(
                        rank.certificate().errorBound() + iterated.certificate().errorBound());
    }

    @Test
    void whereRoundingForbidsTheToleranceEliminationProvesWhatItCan() {
        Teleporting chain =
                new Teleporting(
                        Heads.noise(10, 1, new Random(4)), 1 - 1e-9, Distribution.uniform(10));
        TokenRank.Ranked rank = (TokenRank.Ranked) TokenRank.of(chain, INCOMING);
        assertThat(rank.certificate().method()).isEqualTo(Method.ELIMINATION);
        assertThat(rank.certificate().iterations()).isBetween(1, 100);
        assertThat(rank.certificate().errorBound()).isLessThan(1e-12);
        assertThat(TokenRank.by(Method.KRYLOV, chain, INCOMING, 1e-9, 30_000))
                .isInstanceOf(TokenRank.NotConverged.class);
    }

    @Test
    void stepsThatTheCallerForbidsAreNotMadeUpForByElimination() {
        Teleporting chain = new Teleporting(ring(60, new Random(5)), .9999, Distribution.at(7, 60));
        assertThat(TokenRank.of(chain, INCOMING, 1e-9, 20))
                .isInstanceOf(TokenRank.NotConverged.class);
    }
}
