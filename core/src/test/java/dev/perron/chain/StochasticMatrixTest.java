package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StochasticMatrixTest {
    private static final StochasticMatrix WEATHER =
            StochasticMatrix.ofRows(new double[] {0.75, 0.25}, new double[] {0.5, 0.5});

    @Test
    void aStepIsTheLawOfTheNextState() {
        double[] next = {9, 9};
        WEATHER.step(new double[] {0.5, 0.5}, next);
        assertThat(next).containsExactly(0.625, 0.375);
    }

    @Test
    void anExpectationIsTheMeanOverTheNextState() {
        double[] out = {9, 9};
        WEATHER.expectation(new double[] {4, 8}, out);
        assertThat(out).containsExactly(5, 6);
    }

    @Test
    void rowsAreTakenAsTheyAre() {
        double[] row = new double[2];
        WEATHER.row(1, row);
        assertThat(row).containsExactly(0.5, 0.5);
        assertThat(WEATHER.probability(0, 1)).isEqualTo(0.25);
        assertThat(WEATHER.states()).isEqualTo(2);
        assertThat(WEATHER).hasToString("[0.75, 0.25]\n[0.5, 0.5]\n");
    }

    @Test
    void rowsAreCopiedIn() {
        double[][] rows = {{1, 0}, {0, 1}};
        StochasticMatrix identity = StochasticMatrix.ofRows(rows);
        rows[0][0] = 7;
        assertThat(identity.probability(0, 0)).isEqualTo(1);
    }

    @Test
    void aCopyOfAnyTransitionHasItsRows() {
        Teleporting chain = new Teleporting(WEATHER, 0.5, Distribution.at(0, 2));
        assertThat(StochasticMatrix.copyOf(chain))
                .isEqualTo(
                        StochasticMatrix.ofRows(
                                new double[] {0.875, 0.125}, new double[] {0.75, 0.25}))
                .hasSameHashCodeAs(StochasticMatrix.copyOf(chain))
                .isNotEqualTo(WEATHER);
        assertThat(StochasticMatrix.copyOf(WEATHER)).isSameAs(WEATHER);
    }

    @Test
    void lowerTriangularMeansNothingAboveTheDiagonal() {
        assertThat(WEATHER.lowerTriangular()).isFalse();
        assertThat(new RandomInput(1).causal(9, 3).lowerTriangular()).isTrue();
        assertThat(
                        StochasticMatrix.ofRows(
                                        new double[] {1, 0}, new double[] {1 - 0x1p-53, 0x1p-53})
                                .lowerTriangular())
                .isTrue();
        assertThat(
                        StochasticMatrix.ofRows(new double[] {1, 1e-300}, new double[] {1, 0})
                                .lowerTriangular())
                .isFalse();
    }

    /// Σ μ(i) (Pf)(i) = Σ (μP)(j) f(j): the two steps are adjoint.
    @Test
    void stepAndExpectationAreAdjoint() {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(1, 70);
                    StochasticMatrix chain = input.dense(n);
                    double[] mu = input.distribution(n).toArray();
                    double[] f = input.function(n);
                    double[] next = new double[n];
                    double[] mean = new double[n];
                    chain.step(mu, next);
                    chain.expectation(f, mean);
                    double before = 0;
                    double after = 0;
                    for (int i = 0; i < n; i++) {
                        before += mu[i] * mean[i];
                        after += next[i] * f[i];
                    }
                    assertThat(before).isCloseTo(after, within(4 * n * 0x1p-53));
                });
    }

    @Test
    void aStepNeverDrivesDistributionsApart() {
        RandomInput.times(
                60,
                input -> {
                    int n = input.between(1, 70);
                    StochasticMatrix chain = input.sparse(n);
                    Distribution mu = input.distribution(n);
                    Distribution nu = input.distribution(n);
                    assertThat(after(chain, mu).distanceTo(after(chain, nu)))
                            .isLessThanOrEqualTo(mu.distanceTo(nu) + 4 * n * 0x1p-53);
                });
    }

    @Test
    void whatIsNoMatrixIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(StochasticMatrix::ofRows)
                .withMessage("no rows, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StochasticMatrix.ofRows(new double[] {1, 0}, new double[] {1}))
                .withMessage("row 1 has 1 entries, must have 2");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> StochasticMatrix.ofRows(new double[] {1, 0}, new double[] {0.5, 0.6}))
                .withMessage("row 1: masses sum to 1.1, must be 1 within 1.0E-9");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                StochasticMatrix.ofRows(
                                        new double[] {1, 0}, new double[] {0.5, Double.NaN}))
                .withMessage("row 1: mass[1] = NaN, must be >= 0");
    }

    @Test
    void statesThatAreNoneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WEATHER.row(2, new double[2]))
                .withMessage("state 2, must be from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WEATHER.probability(0, 2))
                .withMessage("state 2, must be from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WEATHER.probability(-1, 0))
                .withMessage("state -1, must be from 0 to 1");
    }

    private static Distribution after(Transition chain, Distribution mu) {
        double[] next = new double[chain.states()];
        chain.step(mu.toArray(), next);
        return Distribution.of(next);
    }
}
