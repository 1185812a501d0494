package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;

import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.stream.IntStream;

class RankCorrelationTest {
    private static TokenRank.Ranked ranked(double errorBound, double... weights) {
        return new TokenRank.Ranked(
                Distribution.proportionalTo(weights),
                new Certificate(Method.ELIMINATION, 0, 0, errorBound));
    }

    /// Differences of ranks 1, 1, 0, 1, 1: ρ = 1 - 6·4/(5·24) = 0.8.
    @Test
    void aKnownCorrelationWithItsInterval() {
        RankCorrelation some =
                RankCorrelation.of(ranked(0, 1, 2, 3, 4, 5), ranked(0, 2, 1, 3, 6, 4.5));
        assertThat(some.rho().orElseThrow()).isCloseTo(1 - 6 * 4 / 120.0, within(1e-15));
        // tanh(artanh .8 ± 1.95996 √(1.32/2))
        RankCorrelation.Interval interval = some.interval().orElseThrow();
        double reach = 1.959963984540054 * Math.sqrt(1.32 / 2);
        assertThat(interval.low()).isCloseTo(Math.tanh(Math.log(9) / 2 - reach), within(1e-14));
        assertThat(interval.high()).isCloseTo(Math.tanh(Math.log(9) / 2 + reach), within(1e-14));
    }

    @Test
    void tiesShareTheirMeanRank() {
        // ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5/√(4.5·5)
        RankCorrelation tied = RankCorrelation.of(ranked(0, 4, 3, 3, 1), ranked(0, 4, 3, 2, 1));
        assertThat(tied.rho().orElseThrow()).isCloseTo(4.5 / Math.sqrt(22.5), within(1e-15));
        RankCorrelation unproven =
                RankCorrelation.of(ranked(.02, 40, 31, 30, 10), ranked(0, 4, 3, 2, 1));
        assertThat(unproven.rho()).isEqualTo(tied.rho());
    }

    @Test
    void theSameOrderIsOneAndTheReversedMinusOneAndNeitherHasAnInterval() {
        TokenRank.Ranked up = ranked(0, 1, 2, 3, 4);
        assertThat(RankCorrelation.of(up, up).rho()).hasValue(1);
        assertThat(RankCorrelation.of(up, up).interval()).isEmpty();
        assertThat(RankCorrelation.of(up, ranked(0, 4, 3, 2, 1)).rho()).hasValue(-1);
        assertThat(RankCorrelation.of(ranked(0, 1, 2, 3), ranked(0, 1, 3, 2)).interval())
                .as("of three tokens")
                .isEmpty();
    }

    @Test
    void onlyTiesHaveNoCorrelation() {
        RankCorrelation none = RankCorrelation.of(ranked(0, 1, 1), ranked(0, 1, 2));
        assertThat(none.rho()).isEmpty();
        assertThat(none.interval()).isEmpty();
    }

    /// Independent rankings: 95% of the intervals hold 0, give or take what 2000 draws leave open.
    @Test
    void intervalsOfIndependentRankingsHoldZeroAsOftenAsTheySay() {
        long seed = 20260501;
        Random random = new Random(seed);
        long hold =
                IntStream.range(0, 2000)
                        .mapToObj(
                                _ ->
                                        RankCorrelation.of(
                                                        ranked(0, random.doubles(30).toArray()),
                                                        ranked(0, random.doubles(30).toArray()))
                                                .interval()
                                                .orElseThrow())
                        .filter(interval -> interval.low() <= 0 && interval.high() >= 0)
                        .count();
        assertThat(hold / 2000.0).as("seed %d", seed).isBetween(.93, .97);
    }

    @Test
    void rankingsOfOtherTokensAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RankCorrelation.of(ranked(0, 1, 2), ranked(0, 1)))
                .withMessage("rankings of 2 and 1 tokens, must be of as many");
    }
}
