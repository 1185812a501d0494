package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.chain.Distribution;
import dev.perron.chain.Teleporting;
import dev.perron.chain.stationary.StationaryDistribution;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Random;

/// The law that every certificate states: the true error, known from sixty digits, is never above
/// the bound.
class ErrorBoundTest {
    private enum Family {
        NOISE,
        CAUSAL,
        STICKY,
        NEAR_DETERMINISTIC,
        NEAR_DETERMINISTIC_CAUSAL;

        AttentionHead head(int n, Random random) {
            return switch (this) {
                case NOISE -> Heads.noise(n, 2, random);
                case CAUSAL -> Heads.causal(n, 2, random);
                case STICKY -> Heads.sticky(n, random);
                case NEAR_DETERMINISTIC -> Heads.nearDeterministic(n, random);
                case NEAR_DETERMINISTIC_CAUSAL -> Heads.causal(n, 40, random);
            };
        }
    }

    private int rankings;

    @ParameterizedTest
    @EnumSource
    void noErrorIsAboveItsBound(Family family) {
        for (long seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            int n = 2 + random.nextInt(12);
            AttentionHead head = family.head(n, random);
            for (double alpha : new double[] {.05, .85, .99, .999}) {
                for (Distribution restart :
                        List.of(
                                Distribution.uniform(n),
                                Distribution.at(random.nextInt(n), n),
                                Heads.anyDistribution(n, random))) {
                    for (Direction direction : Direction.values()) {
                        check(
                                "%s, seed %d, n %d, alpha %s, %s, %s"
                                        .formatted(family, seed, n, alpha, restart, direction),
                                head,
                                new Teleporting(head, alpha, restart),
                                direction);
                    }
                }
            }
        }
        assertThat(rankings).as("most cases are ranked").isGreaterThan(200);
    }

    private void check(String where, AttentionHead head, Teleporting chain, Direction direction) {
        ExactChain incoming =
                ExactChain.of(head).teleporting(chain.alpha(), chain.restart().toArray());
        switch (TokenRank.of(chain, direction)) {
            case TokenRank.Undefined(int state) ->
                    assertThat(incoming.columnSum(state)).as(where).isZero();
            case TokenRank.NotUnique(StationaryDistribution.OnePerClass several) ->
                    assertThat(several.residual()).as(where).isLessThan(1e-15);
            case TokenRank.Ranked _, TokenRank.NotConverged _ -> {
                double[] truth =
                        switch (direction) {
                            case INCOMING -> incoming.stationary();
                            case OUTGOING -> incoming.columnsNormalisedAndTransposed().stationary();
                        };
                for (double tolerance : new double[] {1e-2, 1e-9, 1e-18}) {
                    checkRanking(
                            where,
                            TokenRank.of(chain, direction, tolerance, 20_000),
                            truth,
                            tolerance);
                    for (Certificate.Method method : Certificate.Method.values()) {
                        if (TokenRank.objection(method, chain, direction).isEmpty()) {
                            checkRanking(
                                    where + ", " + method,
                                    TokenRank.by(method, chain, direction, tolerance, 20_000),
                                    truth,
                                    tolerance);
                        }
                    }
                }
            }
        }
    }

    private void checkRanking(String where, TokenRank rank, double[] truth, double tolerance) {
        switch (rank) {
            case TokenRank.Ranked(Distribution scores, Certificate certificate) -> {
                rankings++;
                assertThat(Heads.distance(scores, truth))
                        .as(where)
                        .isLessThanOrEqualTo(certificate.errorBound());
                switch (certificate.method()) {
                    case POWER_ITERATION, KRYLOV ->
                            assertThat(certificate.errorBound()).isLessThanOrEqualTo(tolerance);
                    case TRIANGULAR_SOLVE, ELIMINATION ->
                            assertThat(certificate.errorBound()).isLessThan(1e-8);
                }
            }
            case TokenRank.NotConverged(Distribution last, Certificate certificate) -> {
                assertThat(Heads.distance(last, truth))
                        .as(where)
                        .isLessThanOrEqualTo(certificate.errorBound());
                assertThat(certificate.errorBound()).isGreaterThan(tolerance);
            }
            case TokenRank.NotUnique _, TokenRank.Undefined _ -> throw new AssertionError(where);
        }
    }
}
