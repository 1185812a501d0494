package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.attention.Certificate.Method;
import dev.perron.chain.Distribution;

import org.junit.jupiter.api.Test;

import java.util.Random;

class RankAgreementTest {
    private static TokenRank.Ranked ranked(double errorBound, double... weights) {
        return new TokenRank.Ranked(
                Distribution.proportionalTo(weights),
                new Certificate(Method.ELIMINATION, 0, 0, errorBound));
    }

    @Test
    void theSameRankingAgreesAndTheReversedOneDisagrees() {
        TokenRank.Ranked up = ranked(0, 1, 2, 3, 4);
        RankAgreement same = RankAgreement.of(up, up, 2);
        assertThat(same.kendallTau()).hasValue(1);
        assertThat(same.topOverlap()).isEqualTo(1);
        assertThat(same.l1Distance()).isZero();
        RankAgreement reversed = RankAgreement.of(up, ranked(0, 4, 3, 2, 1), 2);
        assertThat(reversed.kendallTau()).hasValue(-1);
        assertThat(reversed.topOverlap()).isZero();
        assertThat(reversed.l1Distance()).isCloseTo(.8, within(1e-15));
    }

    /// Of 6 pairs 4 agree, 1 is reversed and 1 is tied on the left only: 3/√(5·6).
    @Test
    void tiesCountAsTauBSays() {
        RankAgreement some = RankAgreement.of(ranked(0, 1, 2, 2, 3), ranked(0, 2, 1, 3, 4), 3);
        assertThat(some.kendallTau().orElseThrow()).isCloseTo(3 / Math.sqrt(30), within(1e-15));
        assertThat(some.topOverlap()).isCloseTo(2 / 3.0, within(1e-15));
    }

    @Test
    void whatTheErrorBoundLeavesOpenIsATie() {
        TokenRank.Ranked sharp = ranked(1e-9, .25, .25 + 1e-6, .5 - 1e-6);
        TokenRank.Ranked swapped = ranked(1e-9, .25 + 1e-6, .25, .5 - 1e-6);
        TokenRank.Ranked vague = ranked(1e-3, .25 + 1e-6, .25, .5 - 1e-6);
        assertThat(RankAgreement.of(sharp, swapped, 1).kendallTau().orElseThrow())
                .isCloseTo(1 / 3.0, within(1e-15));
        assertThat(RankAgreement.of(sharp, vague, 1).kendallTau().orElseThrow())
                .isCloseTo(2 / Math.sqrt(6), within(1e-15));
    }

    @Test
    void onlyTiesHaveNoTau() {
        assertThat(RankAgreement.of(ranked(0, 1), ranked(0, 1), 10).kendallTau()).isEmpty();
        assertThat(RankAgreement.of(ranked(0, 1), ranked(0, 1), 10).top()).isEqualTo(1);
        assertThat(RankAgreement.of(ranked(0, 1, 1), ranked(0, 1, 2), 1).kendallTau()).isEmpty();
    }

    @Test
    void itIsSymmetricAndFollowsARenaming() {
        for (long seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            double[] a = random.doubles(12).toArray();
            double[] b = random.doubles(12).toArray();
            double[] c = new double[12];
            double[] d = new double[12];
            for (int i = 0; i < 12; i++) {
                c[i] = a[(5 * i) % 12];
                d[i] = b[(5 * i) % 12];
            }
            RankAgreement straight = RankAgreement.of(ranked(0, a), ranked(0, b), 4);
            RankAgreement turned = RankAgreement.of(ranked(0, d), ranked(0, c), 4);
            assertThat(turned.kendallTau()).as("seed %d", seed).isEqualTo(straight.kendallTau());
            assertThat(turned.topOverlap()).as("seed %d", seed).isEqualTo(straight.topOverlap());
            assertThat(turned.l1Distance())
                    .as("seed %d", seed)
                    .isCloseTo(straight.l1Distance(), within(1e-15));
        }
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RankAgreement.of(ranked(0, 1, 2), ranked(0, 1), 1))
                .withMessage("distributions on 2 and 1 states, must be on as many");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RankAgreement.of(ranked(0, 1), ranked(0, 1), 0))
                .withMessage("top = 0, must be >= 1");
    }
}
