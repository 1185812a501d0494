package dev.perron.chain.stationary;

import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perron.chain.Distribution;
import dev.perron.chain.ExactSolve;
import dev.perron.chain.KnownChains;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.Teleporting;
import dev.perron.chain.stationary.PowerIteration.Converged;
import dev.perron.chain.stationary.PowerIteration.Exhausted;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerIterationTest {
    /// α = 1/2, restart at 0: π = (4, 2, 1)/7.
    @Test
    void aCycleThatRestartsIsGeometric() {
        Teleporting chain = new Teleporting(KnownChains.cycle(3), 0.5, Distribution.at(0, 3));
        Converged answer = converged(chain, 1e-13);
        assertWithin(answer.pi(), Distribution.of(4 / 7.0, 2 / 7.0, 1 / 7.0), answer.errorBound());
        assertThat(answer.errorBound()).isLessThanOrEqualTo(1e-13);
    }

    @Test
    void oneStateIsThereAtOnce() {
        Converged answer =
                converged(
                        new Teleporting(KnownChains.identity(1), 0.85, Distribution.at(0, 1)),
                        1e-12);
        assertThat(answer.pi()).isEqualTo(Distribution.at(0, 1));
        assertThat(answer.steps()).isEqualTo(1);
    }

    @Test
    void aCycleRestartedUniformlyIsThereAtOnce() {
        Teleporting chain = new Teleporting(KnownChains.cycle(8), 0.99, Distribution.uniform(8));
        assertThat(converged(chain, 1e-9).steps()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.85, 0.99})
    void theErrorIsWithinItsBound(double alpha) {
        RandomInput.times(
                25,
                input -> {
                    int n = input.between(2, 10);
                    Teleporting chain =
                            new Teleporting(input.sparse(n), alpha, input.distribution(n));
                    double tolerance = Math.pow(10, input.between(-12.0, -2.0));
                    Converged answer = converged(chain, tolerance);
                    assertThat(answer.errorBound())
                            .isLessThanOrEqualTo(tolerance)
                            .isGreaterThanOrEqualTo(answer.residual());
                    assertThat(ExactSolve.error(answer.pi(), ExactSolve.teleporting(chain)))
                            .isLessThanOrEqualTo(answer.errorBound());
                });
    }

    /// Two states that are never left, whose rows miss 1 in opposite directions: in the residual
    /// that cancels, in the answer it is α/(1-α) times as large.
    @Test
    void rowsThatMissOneWidenTheBound() {
        StochasticMatrix rounded =
                StochasticMatrix.ofRows(new double[] {1 - 5e-10, 0}, new double[] {0, 1 + 5e-10});
        Teleporting chain = new Teleporting(rounded, 0.99, Distribution.uniform(2));
        Converged answer = converged(chain, 1e-7);
        assertThat(ExactSolve.error(answer.pi(), ExactSolve.teleporting(chain)))
                .isLessThanOrEqualTo(answer.errorBound());
        Exhausted tooMuch = (Exhausted) PowerIteration.of(chain, 1e-11, 10_000);
        assertThat(tooMuch.residual()).isLessThan(1e-9);
        assertThat(ExactSolve.error(tooMuch.last(), ExactSolve.teleporting(chain)))
                .isLessThanOrEqualTo(tooMuch.errorBound());
    }

    /// The hard case of the field: a local window of 1025 tokens mixes slowly, and implementations
    /// that watch the change of single entries stop at an error of 0.3.
    @Test
    void aLocalWindowIsWithinTheStatedBound() {
        StochasticMatrix window = localWindow(1025, 8);
        Teleporting chain = new Teleporting(window, 0.99, Distribution.uniform(1025));
        Distribution exact = ((Unique) StationaryDistribution.of(chain)).pi();
        for (double tolerance : new double[] {1e-3, 1e-9}) {
            Converged answer = converged(chain, tolerance);
            assertWithin(answer.pi(), exact, tolerance);
        }
        Exhausted stopped = (Exhausted) PowerIteration.of(chain, 1e-9, 200);
        assertThat(2 * stopped.last().distanceTo(exact)).isLessThanOrEqualTo(stopped.errorBound());
    }

    private static StochasticMatrix localWindow(int n, int reach) {
        RandomInput input = new RandomInput(1025);
        return RandomInput.rows(
                n,
                (i, j) ->
                        Math.abs(i - j) > reach
                                ? 0
                                : Math.exp(2 * Math.sin(j * 0.02) + input.between(-1.0, 1.0)));
    }

    @Test
    void oneStepIsRarelyEnough() {
        Teleporting chain =
                new Teleporting(new RandomInput(1).dense(6), 0.85, Distribution.at(2, 6));
        Exhausted answer = (Exhausted) PowerIteration.of(chain, 1e-12, 1);
        assertThat(answer.steps()).isEqualTo(1);
        assertThat(answer.last()).isEqualTo(Distribution.at(2, 6));
        assertThat(answer.residual()).isPositive();
        assertThat(answer.errorBound()).isGreaterThan(1e-12);
    }

    /// It stops by itself, long before the steps are used up, at the best that rounding allows.
    @Test
    void toleranceBelowRoundingExhausts() {
        Teleporting chain =
                new Teleporting(new RandomInput(1).dense(6), 0.85, Distribution.at(2, 6));
        Exhausted answer = (Exhausted) PowerIteration.of(chain, 1e-16, 1_000_000);
        assertThat(answer.steps()).isLessThan(300);
        assertThat(answer.errorBound()).isBetween(1e-16, 1e-13);
        assertThat(ExactSolve.error(answer.last(), ExactSolve.teleporting(chain)))
                .isLessThanOrEqualTo(answer.errorBound());
    }

    @Test
    void alphaCloseToOneExhaustsOnAChainThatHardlyMixes() {
        Teleporting chain =
                new Teleporting(KnownChains.twoState(1e-9, 2e-9), 1 - 1e-9, Distribution.at(0, 2));
        Exhausted answer = (Exhausted) PowerIteration.of(chain, 1e-6, 1000);
        assertThat(answer.steps()).isEqualTo(1000);
        // the change is tiny, as if it had converged; the bound says that nothing is known
        assertThat(answer.residual()).isLessThan(1e-8);
        assertThat(answer.errorBound()).isGreaterThan(0.1);
    }

    @Test
    void ranOutOfStepsIsSaidWithTheLastIterate() {
        Teleporting chain = new Teleporting(KnownChains.cycle(5), 0.99, Distribution.at(0, 5));
        Exhausted answer = (Exhausted) PowerIteration.of(chain, 1e-12, 100);
        assertThat(ExactSolve.error(answer.last(), ExactSolve.teleporting(chain)))
                .isBetween(1e-12, answer.errorBound());
    }

    /// Error α^t at worst: so many steps always suffice.
    @Test
    void stepsAreAtMostWhatAlphaAllows() {
        Teleporting chain = new Teleporting(KnownChains.cycle(5), 0.9, Distribution.at(0, 5));
        double tolerance = 1e-10;
        int enough = (int) Math.ceil(Math.log(tolerance * (1 - 0.9) / 2) / Math.log(0.9)) + 2;
        assertThat(converged(chain, tolerance).steps()).isLessThanOrEqualTo(enough);
    }

    @Test
    void whatCannotConvergeIsRefused() {
        Teleporting chain = new Teleporting(KnownChains.cycle(3), 0.5, Distribution.uniform(3));
        for (double tolerance : new double[] {0, -1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PowerIteration.of(chain, tolerance, 10))
                    .withMessage("tolerance = " + tolerance + ", must be > 0");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PowerIteration.of(chain, 1e-6, 0))
                .withMessage("maxSteps = 0, must be >= 1");
        Teleporting still = new Teleporting(KnownChains.cycle(3), 1, Distribution.uniform(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PowerIteration.of(still, 1e-6, 10))
                .withMessage("alpha = 1, must be below 1 for power iteration with a bound");
    }

    private static Converged converged(Teleporting chain, double tolerance) {
        return (Converged) PowerIteration.of(chain, tolerance, 100_000);
    }
}
