package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;
import dev.perron.chain.Transition;

import org.junit.jupiter.api.Test;

import java.util.Random;

class HeadComparisonTest {
    private static HeadComparison.Side side(Transition chain) {
        Teleporting restarted = new Teleporting(chain, .99, Distribution.uniform(chain.states()));
        return switch (TokenRank.of(restarted, Direction.INCOMING)) {
            case TokenRank.Ranked ranked -> new HeadComparison.Side(chain, ranked);
            case TokenRank other -> throw new AssertionError(other);
        };
    }

    private static StochasticMatrix twoStates(double stay) {
        return StochasticMatrix.ofRows(
                new double[] {stay, 1 - stay}, new double[] {1 - stay, stay});
    }

    /// λ₂ = 2·stay - 1: .8 and .2; both have π = (½, ½).
    @Test
    void twoKnownChainsDifferByTheirGapsAndNotByTheirRankings() {
        HeadComparison both = HeadComparison.of(side(twoStates(.9)), side(twoStates(.6)), 10);
        assertThat(both.gapDifference().orElseThrow()).isCloseTo(-.6, within(1e-14));
        assertThat(both.rankDivergence()).isCloseTo(0, within(1e-15));
        assertThat(both.agreement().l1Distance()).isCloseTo(0, within(1e-14));
        assertThat(both.correlation().rho()).isEmpty();
    }

    /// Two groups that are almost never left, less and more often: as good as 1 + λ₂ over 2.
    @Test
    void metastabilityIsTheMeanChanceOfStaying() {
        Random random = new Random(7);
        AttentionHead sticky = Heads.sticky(20, random);
        Persistence persistence = Persistence.of(sticky);
        assertThat(persistence.count()).isEqualTo(2);
        assertThat(persistence.metastability().orElseThrow())
                .isCloseTo((1 + persistence.lambda2().orElseThrow()) / 2, within(1e-10));
        HeadComparison both = HeadComparison.of(side(sticky), side(Heads.noise(20, .1, random)), 5);
        assertThat(both.other().metastability()).isEmpty();
        assertThat(both.other().count()).isEqualTo(1);
        assertThat(both.metastabilityDifference()).isEmpty();
    }

    @Test
    void aHeadDoesNotDifferFromItself() {
        HeadComparison.Side side = side(Heads.sticky(20, new Random(8)));
        HeadComparison same = HeadComparison.of(side, side, 5);
        assertThat(same.rows().mean()).isZero();
        assertThat(same.rankDivergence()).isZero();
        assertThat(same.gapDifference()).hasValue(0);
        assertThat(same.metastabilityDifference()).hasValue(0);
        assertThat(same.agreement().topOverlap()).isEqualTo(1);
        assertThat(same.correlation().rho()).hasValue(1);
    }

    @Test
    void aChainOfOneTokenForgetsAtOnce() {
        Persistence one = Persistence.of(StochasticMatrix.ofRows(new double[] {1}));
        assertThat(one.lambda2()).hasValue(0);
        assertThat(one.metastability()).isEmpty();
    }
}
