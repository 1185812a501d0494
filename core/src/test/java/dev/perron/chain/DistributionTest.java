package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

class DistributionTest {
    @Test
    void uniformIsTheSameEverywhere() {
        assertThat(Distribution.uniform(4)).isEqualTo(Distribution.of(0.25, 0.25, 0.25, 0.25));
        assertThat(Distribution.uniform(1)).isEqualTo(Distribution.at(0, 1));
    }

    @Test
    void oneStateHoldsAllMass() {
        assertThat(Distribution.at(2, 3)).isEqualTo(Distribution.of(0, 0, 1));
    }

    @Test
    void massesAreTakenAsTheyAre() {
        assertThat(Distribution.of(0.5, 0.5 + 5e-10).mass(1)).isEqualTo(0.5 + 5e-10);
    }

    @Test
    void weightsAreScaledByTheirSum() {
        assertThat(Distribution.proportionalTo(1, 2, 5))
                .isEqualTo(Distribution.of(.125, .25, .625));
        assertThat(Distribution.proportionalTo(Double.MIN_VALUE, 0))
                .isEqualTo(Distribution.at(0, 2));
    }

    @Test
    void arraysAreCopiedInAndOut() {
        double[] mass = {0.5, 0.5};
        Distribution distribution = Distribution.of(mass);
        mass[0] = 7;
        distribution.toArray()[1] = 7;
        assertThat(distribution).isEqualTo(Distribution.uniform(2)).hasToString("[0.5, 0.5]");
        assertThat(distribution).hasSameHashCodeAs(Distribution.uniform(2));
        assertThat(distribution).isNotEqualTo(Distribution.at(0, 2)).isNotEqualTo(mass);
        assertThat(distribution.states()).isEqualTo(2);
    }

    @Test
    void distanceIsTotalVariation() {
        assertThat(Distribution.at(0, 2).distanceTo(Distribution.at(1, 2))).isEqualTo(1);
        assertThat(Distribution.of(0.5, 0.5).distanceTo(Distribution.of(0.75, 0.25)))
                .isEqualTo(0.25);
    }

    @Test
    void distanceIsAMetric() {
        RandomInput.times(
                50,
                input -> {
                    int n = input.between(1, 30);
                    Distribution a = input.distribution(n);
                    Distribution b = input.distribution(n);
                    Distribution c = input.distribution(n);
                    assertThat(a.distanceTo(a)).isZero();
                    assertThat(a.distanceTo(b)).isEqualTo(b.distanceTo(a));
                    assertThat(a.distanceTo(c))
                            .isLessThanOrEqualTo(a.distanceTo(b) + b.distanceTo(c) + 1e-15)
                            .isBetween(0.0, 1.0);
                });
    }

    @Test
    void entropyGoesFromZeroToLogN() {
        assertThat(Distribution.at(3, 7).entropy()).isZero();
        assertThat(Distribution.uniform(7).entropy()).isCloseTo(Math.log(7), within(1e-15));
        assertThat(Distribution.of(0.25, 0.75).entropy())
                .isCloseTo(0.25 * Math.log(4) + 0.75 * Math.log(4 / 3.0), within(1e-15));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0.5,0.6      | masses sum to 1.1, must be 1 within 1.0E-9
                    1.5,-0.5     | mass[1] = -0.5, must be >= 0
                    NaN,1        | mass[0] = NaN, must be >= 0
                    Infinity,0   | masses sum to Infinity, must be 1 within 1.0E-9
                    """)
    void whatIsNoDistributionIsRefused(String masses, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.of(doubles(masses)))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0,0           | weights sum to 0.0, must be positive and finite
                    1e308,1e308   | weights sum to Infinity, must be positive and finite
                    1,-1          | mass[1] = -1.0, must be >= 0
                    """)
    void weightsWithoutAPositiveSumAreRefused(String weights, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.proportionalTo(doubles(weights)))
                .withMessage(message);
    }

    @Test
    void noStatesAreRefused() {
        String message = "0 states, must be at least 1";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.of())
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.uniform(0))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.at(0, 0))
                .withMessage(message);
    }

    @Test
    void statesThatAreNoneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.at(3, 3))
                .withMessage("state 3, must be from 0 to 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.at(-1, 3))
                .withMessage("state -1, must be from 0 to 2");
    }

    @Test
    void distributionsOnDifferentStatesHaveNoDistance() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Distribution.uniform(2).distanceTo(Distribution.uniform(3)))
                .withMessage("distributions on 2 and 3 states, must be on as many");
    }

    private static double[] doubles(String list) {
        return Arrays.stream(list.split(",")).mapToDouble(Double::parseDouble).toArray();
    }
}
