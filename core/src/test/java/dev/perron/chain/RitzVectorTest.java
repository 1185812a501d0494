package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RitzVectorTest {
    private static final double HALF = Math.sqrt(0.5);

    @Test
    void realEigenvectorsAreFound() {
        double[][] swap = {{0, 1}, {1, 0}};
        assertThat(lastEntry(swap, 1, 0)).isCloseTo(HALF, within(1e-15));
        assertThat(lastEntry(swap, -1, 0)).isCloseTo(HALF, within(1e-15));
        double[][] triangular = {{1, 1}, {0, 2}};
        assertThat(lastEntry(triangular, 1, 0)).isLessThan(1e-15);
        assertThat(lastEntry(triangular, 2, 0)).isCloseTo(HALF, within(1e-15));
        assertThat(lastEntry(new double[][] {{0.3}}, 0.3, 0)).isEqualTo(1);
    }

    @Test
    void complexEigenvectorsAreFound() {
        assertThat(lastEntry(new double[][] {{0, -1}, {1, 0}}, 0, 1))
                .isCloseTo(HALF, within(1e-15));
        // rotation by a third of a turn, written as a cycle: every entry is as large
        double[][] cycle = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}};
        assertThat(lastEntry(cycle, -0.5, -Math.sqrt(0.75)))
                .isCloseTo(Math.sqrt(1 / 3.0), within(1e-15));
    }

    @Test
    void theEigenvectorNeedNotBeLarge() {
        // (λ - 0)·x(1) = 1e-9 x(0): the last entry is 1e-9 of the first
        assertThat(lastEntry(new double[][] {{1, 0}, {1e-9, 0}}, 1, 0))
                .isCloseTo(1e-9, within(1e-24));
    }

    private static double lastEntry(double[][] h, double real, double imaginary) {
        return RitzVector.lastEntry(h, new Eigenvalue(real, imaginary));
    }
}
