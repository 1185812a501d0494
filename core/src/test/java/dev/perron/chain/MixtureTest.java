package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;

class MixtureTest {
    @Test
    void aFairCoinBetweenStayingAndTurningForgetsAtOnce() {
        Mixture mixture =
                new Mixture(
                        List.of(KnownChains.identity(2), KnownChains.cycle(2)),
                        Distribution.uniform(2));
        assertThat(StochasticMatrix.copyOf(mixture))
                .isEqualTo(StochasticMatrix.ofRows(new double[] {.5, .5}, new double[] {.5, .5}));
    }

    @Test
    void aPartWithoutWeightDoesNotCount() {
        Transition causal = KnownChains.identity(3);
        Transition cycle = KnownChains.cycle(3);
        assertThat(new Mixture(List.of(causal, cycle), Distribution.of(1, 0)).lowerTriangular())
                .isTrue();
        assertThat(new Mixture(List.of(causal, cycle), Distribution.of(.5, .5)).lowerTriangular())
                .isFalse();
    }

    @Test
    void partsMustFitTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Mixture(List.of(KnownChains.cycle(2)), Distribution.uniform(2)))
                .withMessage("1 chains with 2 weights, must be as many");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Mixture(
                                        List.of(KnownChains.cycle(2), KnownChains.cycle(3)),
                                        Distribution.uniform(2)))
                .withMessage("chain 1 has 3 states, must have 2, as chain 0");
    }
}
