package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// What the other tests trust.
class ExactChainTest {
    private static ExactChain twoStates(float a, float b) {
        return ExactChain.of(Heads.head(new float[][] {{1 - a, a}, {b, 1 - b}}));
    }

    @Test
    void twoStatesAreSolvedAsOnPaper() {
        assertThat(twoStates(.25f, .5f).stationary()).containsExactly(2 / 3.0, 1 / 3.0);
    }

    @Test
    void teleportingIsSolvedAsOnPaper() {
        // π(0) = α(π(0)/2 + π(1)) + (1-α)v(0) with α = v(0) = 1/2.
        ExactChain chain =
                ExactChain.of(Heads.head(new float[][] {{.5f, .5f}, {1, 0}})).teleporting(.5, 1, 1);
        assertThat(chain.stationary()[0]).isCloseTo(.6, within(1e-16));
    }

    @Test
    void columnsAreNormalisedAndTransposed() {
        // Columns of {{.75, .25}, {.5, .5}} sum to 1.25 and .75, so Q is {{.6, .4}, {1/3, 2/3}}.
        double[] rho = twoStates(.25f, .5f).columnsNormalisedAndTransposed().stationary();
        assertThat(rho[0]).isCloseTo(5 / 11.0, within(1e-16));
        assertThat(twoStates(.25f, .5f).columnSum(0)).isEqualTo(1.25);
    }

    @Test
    void severalStationaryDistributionsAreRefused() {
        assertThatThrownBy(() -> twoStates(0, 0).stationary())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void distanceIsSeen() {
        assertThat(Heads.distance(new double[] {.5, .5}, new double[] {.4, .6}))
                .isCloseTo(.2, within(1e-16));
    }
}
