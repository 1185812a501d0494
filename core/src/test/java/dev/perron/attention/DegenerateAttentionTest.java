package dev.perron.attention;

import static dev.perron.attention.Direction.INCOMING;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;
import dev.perron.chain.stationary.StationaryDistribution;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

/// Attention on which rankings go wrong elsewhere: each has one outcome, by whatever method.
class DegenerateAttentionTest {
    private static final double NEARLY_ZERO = 1e-290;

    private enum Kind {
        ONE_TOKEN,
        IDENTITY,
        TWO_CYCLE,
        TWO_ABSORBING_STATES_JOINED_BY_A_TRANSIENT_ONE,
        A_NEARLY_ZERO_LINK;

        StochasticMatrix attention() {
            return StochasticMatrix.ofRows(
                    switch (this) {
                        case ONE_TOKEN -> new double[][] {{1}};
                        case IDENTITY -> new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
                        case TWO_CYCLE -> new double[][] {{0, 1}, {1, 0}};
                        case TWO_ABSORBING_STATES_JOINED_BY_A_TRANSIENT_ONE ->
                                new double[][] {{1, 0, 0}, {.25, .5, .25}, {0, 0, 1}};
                        case A_NEARLY_ZERO_LINK ->
                                new double[][] {{1, NEARLY_ZERO}, {NEARLY_ZERO, 1}};
                    });
        }
    }

    private static Teleporting uniform(Transition attention, double alpha) {
        return new Teleporting(attention, alpha, Distribution.uniform(attention.states()));
    }

    @ParameterizedTest
    @EnumSource
    void withRestartsEveryMethodHasTheOneAnswer(Kind kind) {
        int n = kind.attention().states();
        for (double alpha : new double[] {1e-300, .85, .99, 1 - 1e-6}) {
            Teleporting chain = uniform(kind.attention(), alpha);
            double[] truth =
                    ((StationaryDistribution.Unique) StationaryDistribution.of(chain))
                            .pi()
                            .toArray();
            for (Method method : Method.values()) {
                if (TokenRank.objection(method, chain, INCOMING).isPresent()) {
                    continue;
                }
                TokenRank.Ranked rank =
                        (TokenRank.Ranked) TokenRank.by(method, chain, INCOMING, 1e-8, 100_000_000);
                assertThat(rank.scores().states()).isEqualTo(n);
                assertThat(Heads.distance(rank.scores(), truth))
                        .as("%s, alpha %s, %s", kind, alpha, method)
                        .isLessThanOrEqualTo(rank.certificate().errorBound() + 1e-13);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutRestartsItIsOneAnswerOrOneAClass(Kind kind) {
        TokenRank rank = TokenRank.of(uniform(kind.attention(), 1), INCOMING);
        switch (kind) {
            case ONE_TOKEN ->
                    assertThat(((TokenRank.Ranked) rank).scores())
                            .isEqualTo(Distribution.uniform(1));
            case TWO_CYCLE, A_NEARLY_ZERO_LINK ->
                    assertThat(((TokenRank.Ranked) rank).scores())
                            .isEqualTo(Distribution.uniform(2));
            case IDENTITY ->
                    assertThat(((TokenRank.NotUnique) rank).stationary().extremes())
                            .containsExactly(
                                    Distribution.at(0, 3),
                                    Distribution.at(1, 3),
                                    Distribution.at(2, 3));
            case TWO_ABSORBING_STATES_JOINED_BY_A_TRANSIENT_ONE -> {
                StationaryDistribution.OnePerClass several =
                        ((TokenRank.NotUnique) rank).stationary();
                assertThat(several.extremes())
                        .containsExactly(Distribution.at(0, 3), Distribution.at(2, 3));
                assertThat(several.absorption().get(1)).isEqualTo(Distribution.of(.5, 0.5));
            }
        }
    }

    @Test
    void rowsThatAreNoneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> StochasticMatrix.ofRows(new double[] {1.5, -.5}, new double[] {0, 1}))
                .withMessage("row 0: mass[1] = -0.5, must be >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.proportionalTo(0, 0, 0))
                .withMessage("weights sum to 0.0, must be positive and finite");
    }

    /// The published code ignores such a vector: v = e makes its restart vvᵀ/n, no chain at all.
    @Test
    void restartingAtOneOfFiftyTokensIsTheDirectLinearSolve() {
        AttentionHead head = Heads.noise(50, 1.5, new Random(50));
        Teleporting chain = new Teleporting(head, .85, Distribution.at(3, 50));
        double[] direct =
                ExactChain.of(head).teleporting(.85, chain.restart().toArray()).stationary();
        for (Method method : List.of(Method.POWER_ITERATION, Method.KRYLOV, Method.ELIMINATION)) {
            TokenRank.Ranked rank =
                    (TokenRank.Ranked) TokenRank.by(method, chain, INCOMING, 5e-13, 1000);
            assertThat(Heads.distance(rank.scores(), direct)).as("%s", method).isLessThan(1e-12);
        }
        assertThat(direct[3]).isGreaterThan(.15);
    }

    /// The hard case of the field: a window of 8 tokens to each side, α = 0.99, where others stop
    /// at an error of 0.3.
    @ParameterizedTest
    @ValueSource(ints = {197, 1025})
    void localWindowsAreRankedToAnErrorBelowOneE8(int n) {
        Random random = new Random(n);
        AttentionHead head =
                Heads.softmax(
                        n,
                        (i, j) ->
                                Math.abs(i - j) <= 8
                                        ? random.nextGaussian()
                                        : Double.NEGATIVE_INFINITY);
        Teleporting chain = uniform(head, .99);
        double[] truth =
                ((StationaryDistribution.Unique) StationaryDistribution.of(chain)).pi().toArray();
        TokenRank.Ranked rank = (TokenRank.Ranked) TokenRank.of(chain, INCOMING);
        assertThat(Heads.distance(rank.scores(), truth)).isLessThan(1e-8);
        assertThat(rank.certificate().errorBound()).isLessThan(1e-8);
        assertThat(rank.certificate().method()).isEqualTo(Method.KRYLOV);
        assertThat(rank.certificate().residual()).isCloseTo(0, within(1e-10));
    }
}
