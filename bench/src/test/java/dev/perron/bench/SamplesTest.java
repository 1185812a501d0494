package dev.perron.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;

class SamplesTest {
    @Test
    void theMedianIsTheOneInTheMiddleWhateverTheOrder() {
        assertThat(Samples.of(5, 1, 3).median()).isEqualTo(3);
        assertThat(Samples.of(4, 1, 3, 2).median()).isEqualTo(2.5);
        assertThat(Samples.of(7).median()).isEqualTo(7);
    }

    /// `numpy.percentile([10, 20, 40, 80], [25, 75])`.
    @Test
    void quartilesAreNumPys() {
        Samples samples = Samples.of(80, 10, 40, 20);
        assertThat(samples.lowerQuartile()).isEqualTo(17.5);
        assertThat(samples.upperQuartile()).isEqualTo(50);
    }

    @Test
    void aPartOfTheWholeIsAPartOfEachSample() {
        assertThat(Samples.of(2, 4).times(0.5).seconds()).containsExactly(1.0, 2.0);
    }

    @Test
    void noSamplesNegativeOnesAndNaNAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Samples(List.of()))
                .withMessage("no samples, must be at least 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Samples.of(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> Samples.of(Double.NaN));
    }

    @Test
    void theLineThroughAPowerLawHasItsExponent() {
        double[] sizes = {128, 256, 1024};
        double[] seconds = {3 * 128. * 128, 3 * 256. * 256, 3 * 1024. * 1024};
        Growth growth = Growth.of(sizes, seconds);
        assertThat(growth.exponent()).isCloseTo(2, within(1e-12));
        assertThat(growth.constant()).isCloseTo(3, within(1e-10));
    }

    @Test
    void ofPointsOnNoLineTheLeastSquaresAreTaken() {
        // Logarithms to base 2: (0, 0), (1, 2), (2, 1), slope 1/2.
        Growth growth = Growth.of(new double[] {1, 2, 4}, new double[] {1, 4, 2});
        assertThat(growth.exponent()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void noLineGoesThroughOneSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Growth.of(new double[] {2, 2}, new double[] {1, 3}))
                .withMessageContaining("all sizes are the same");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Growth.of(new double[] {1, 2}, new double[] {1, 0}))
                .withMessageContaining("must be > 0");
    }

    @Test
    void roundsTakeTurns() {
        StringBuilder order = new StringBuilder();
        List<Samples> samples =
                Rounds.of(2, () -> order.append('a').length(), () -> order.append('b').length());
        assertThat(order).hasToString("abab");
        assertThat(samples).containsExactly(Samples.of(1, 3), Samples.of(2, 4));
    }
}
