package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class HalfAndHalfTest {
    @Test
    void noImageIsJudgedByWhatWasChosenOnIt() {
        double[] goodOnEven = {1, 0, 1, 0, 1};
        double[] goodOnOdd = {0, 1, 0, 1, 0};
        HalfAndHalf choice = HalfAndHalf.of(List.of(goodOnEven, goodOnOdd));
        assertThat(choice).isEqualTo(new HalfAndHalf(0, 1));
        assertThat(choice.candidate(0)).isEqualTo(1);
        assertThat(choice.candidate(1)).isEqualTo(0);
        assertThat(choice.candidate(4)).isEqualTo(1);
    }

    @Test
    void changingAnImagesScoresDoesNotChangeWhatItIsJudgedBy() {
        double[] a = {0.5, 0.6, 0.7, 0.8};
        double[] b = {0.4, 0.9, 0.6, 0.7};
        int before = HalfAndHalf.of(List.of(a, b)).candidate(1);
        assertThat(HalfAndHalf.of(List.of(a, new double[] {0.4, 0, 0.6, 0})).candidate(1))
                .isEqualTo(before);
    }

    @Test
    void whatCannotBeHalvedIsRefused() {
        assertThatThrownBy(() -> HalfAndHalf.of(List.of(new double[] {1})))
                .hasMessageContaining("at least 2 images");
        assertThatThrownBy(() -> HalfAndHalf.of(List.of(new double[2], new double[3])))
                .hasMessageContaining("must all be on 2");
    }
}
