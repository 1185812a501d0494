package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.spectrum.Spectrum;

import org.junit.jupiter.api.Test;

class HeadCardTest {
    private static double lambda2(HeadCard card) {
        return ((Spectrum.Complete) card.spectrum()).lambda2().orElseThrow().real();
    }

    @Test
    void aHeadComputedByHand() {
        HeadCard card = HeadCard.of(Heads.head(new float[][] {{.5f, .5f}, {.25f, .75f}}));
        assertThat(card.entropy())
                .isCloseTo(
                        (Math.log(2) - .25 * Math.log(.25) - .75 * Math.log(.75)) / 2,
                        within(1e-15));
        assertThat(card.sink()).isEqualTo(1);
        assertThat(card.sinkMass()).isEqualTo(.625);
        assertThat(card.distance()).isEqualTo((.5 + .25) / 2);
        assertThat(lambda2(card)).isCloseTo(.25, within(1e-15));
    }

    @Test
    void everyTokenOnItself() {
        HeadCard card = HeadCard.of(Heads.softmax(4, (i, j) -> i == j ? 1000 : 0));
        assertThat(card.entropy()).isZero();
        assertThat(card.distance()).isZero();
        assertThat(card.sink()).as("the first one of several").isZero();
        assertThat(card.sinkMass()).isEqualTo(.25);
        assertThat(lambda2(card)).isEqualTo(1);
    }

    @Test
    void everyTokenOnTheOneBefore() {
        HeadCard card = HeadCard.of(Heads.softmax(5, (i, j) -> j == Math.max(0, i - 1) ? 1000 : 0));
        assertThat(card.entropy()).isZero();
        assertThat(card.distance()).isCloseTo(.8, within(1e-15));
        assertThat(card.sink()).isZero();
        assertThat(card.sinkMass()).isCloseTo(.4, within(1e-15));
        assertThat(lambda2(card)).isZero();
    }

    @Test
    void equalAttention() {
        HeadCard card = HeadCard.of(Heads.softmax(8, (_, _) -> 0));
        assertThat(card.entropy()).isCloseTo(Math.log(8), within(1e-14));
        assertThat(card.sinkMass()).isCloseTo(1 / 8.0, within(1e-15));
        assertThat(card.distance()).isCloseTo((8 * 8 - 1) / 24.0, within(1e-14)); // (n² - 1) / 3n
        assertThat(lambda2(card)).isCloseTo(0, within(1e-14));
    }

    @Test
    void oneToken() {
        HeadCard card = HeadCard.of(Heads.head(new float[][] {{1}}));
        assertThat(card.sinkMass()).isEqualTo(1);
        assertThat(card.entropy()).isZero();
        assertThat(((Spectrum.Complete) card.spectrum()).lambda2()).isEmpty();
    }
}
