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
import dev.perron.chain.stationary.KrylovIteration.Converged;
import dev.perron.chain.stationary.KrylovIteration.Exhausted;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;

class KrylovIterationTest {
    /// α = 1/2, restart at 0: π = (4, 2, 1)/7.
    @Test
    void aCycleThatRestartsIsGeometric() {
        Teleporting chain = new Teleporting(KnownChains.cycle(3), 0.5, Distribution.at(0, 3));
        Converged answer = converged(chain, 1e-13);
        assertWithin(answer.pi(), Distribution.of(4 / 7.0, 2 / 7.0, 1 / 7.0), answer.errorBound());
        assertThat(answer.errorBound()).isLessThanOrEqualTo(1e-13);
        assertThat(answer.products()).isLessThan(8);
    }

    @Test
    void oneStateIsThereAtOnce() {
        Teleporting chain = new Teleporting(KnownChains.identity(1), 0.85, Distribution.at(0, 1));
        assertThat(converged(chain, 1e-12).products()).isEqualTo(1);
        assertThat(converged(chain, 1e-12).krylovProducts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.2, 0.85, 0.99, 0.9999})
    void theErrorIsWithinItsBound(double alpha) {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(2, 10);
                    Teleporting chain =
                            new Teleporting(input.sparse(n), alpha, input.distribution(n));
                    double tolerance = Math.pow(10, input.between(-9.0, -2.0));
                    for (KrylovIteration iteration : both(chain, tolerance)) {
                        Converged answer = (Converged) iteration;
                        assertThat(answer.errorBound())
                                .isLessThanOrEqualTo(tolerance)
                                .isGreaterThanOrEqualTo(answer.residual());
                        assertThat(ExactSolve.error(answer.pi(), ExactSolve.teleporting(chain)))
                                .isLessThanOrEqualTo(answer.errorBound());
                    }
                });
    }

    @Test
    void cyclesEliminationAndPowersAgreeWithinTheirBounds() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(2, 90);
                    Teleporting chain =
                            new Teleporting(
                                    input.softmax(n, input.between(0.0, 30.0)),
                                    input.between(0.1, 0.999),
                                    input.distribution(n));
                    Unique eliminated = (Unique) StationaryDistribution.of(chain);
                    for (KrylovIteration iteration : both(chain, 1e-9)) {
                        Converged answer = (Converged) iteration;
                        assertWithin(
                                answer.pi(),
                                eliminated.pi(),
                                answer.errorBound() + eliminated.errorBound());
                    }
                });
    }

    /// What power iteration takes hundreds of steps for.
    @ParameterizedTest
    @CsvSource({"197, 30, 400", "901, 30, 400"})
    void stickyBlocksTakeFewProducts(int n, int atMost, int powerAtLeast) {
        Teleporting chain = new Teleporting(sticky(n), 0.99, new RandomInput(n).distribution(n));
        Converged answer = (Converged) KrylovIteration.whereItPays(chain, 1e-8, 30_000);
        Unique exact = (Unique) StationaryDistribution.of(chain);
        PowerIteration.Converged power =
                (PowerIteration.Converged) PowerIteration.of(chain, 1e-8, 30_000);
        assertThat(answer.products()).isLessThanOrEqualTo(atMost);
        assertThat(answer.krylovProducts()).isPositive();
        assertThat(power.steps()).isGreaterThanOrEqualTo(powerAtLeast);
        assertWithin(answer.pi(), exact.pi(), answer.errorBound() + exact.errorBound());
        assertWithin(power.pi(), exact.pi(), power.errorBound() + exact.errorBound());
    }

    @Test
    void chainsThatMixFastAreLeftToPlainSteps() {
        Teleporting chain =
                new Teleporting(
                        new RandomInput(2).softmax(150, 2),
                        0.99,
                        new RandomInput(3).distribution(150));
        Converged answer = (Converged) KrylovIteration.whereItPays(chain, 1e-9, 30_000);
        PowerIteration.Converged power =
                (PowerIteration.Converged) PowerIteration.of(chain, 1e-9, 30_000);
        assertThat(answer.krylovProducts()).isZero();
        assertThat(answer.products()).isEqualTo(power.steps());
        assertThat(answer.pi()).isEqualTo(power.pi());
    }

    /// On a long cycle no combination of powers is better than the last of them: plain steps it is,
    /// one fruitless cycle late.
    @Test
    void whereCyclesGainNothingPlainStepsFollow() {
        Teleporting chain = new Teleporting(KnownChains.cycle(500), 0.9, Distribution.at(0, 500));
        int plain = ((PowerIteration.Converged) PowerIteration.of(chain, 1e-9, 30_000)).steps();
        for (KrylovIteration iteration : both(chain, 1e-9)) {
            Converged answer = (Converged) iteration;
            assertThat(answer.products()).isLessThanOrEqualTo(plain + KrylovIteration.CYCLE + 1);
            assertThat(ExactSolve.error(answer.pi(), geometric(500, 0.9)))
                    .isLessThanOrEqualTo(answer.errorBound());
        }
    }

    @Test
    void theProductsAllowedAreNeverExceeded() {
        Teleporting chain = new Teleporting(sticky(64), 0.999, Distribution.at(3, 64));
        Unique exact = (Unique) StationaryDistribution.of(chain);
        for (int allowed = 1; allowed < 20; allowed++) {
            for (KrylovIteration iteration :
                    new KrylovIteration[] {
                        KrylovIteration.of(chain, 1e-9, allowed),
                        KrylovIteration.whereItPays(chain, 1e-9, allowed)
                    }) {
                if (iteration instanceof Exhausted stopped) {
                    assertThat(stopped.products()).isEqualTo(allowed);
                    assertThat(2 * stopped.last().distanceTo(exact.pi()))
                            .isLessThanOrEqualTo(stopped.errorBound() + exact.errorBound());
                } else {
                    assertThat(((Converged) iteration).products()).isLessThanOrEqualTo(allowed);
                }
            }
        }
    }

    /// It stops by itself, long before the products are used up, at the best that rounding allows.
    @Test
    void toleranceBelowRoundingExhausts() {
        Teleporting chain = new Teleporting(sticky(64), 0.99, Distribution.at(3, 64));
        for (KrylovIteration iteration : both(chain, 1e-18)) {
            Exhausted answer = (Exhausted) iteration;
            assertThat(answer.products()).isLessThan(2000);
            assertThat(answer.errorBound()).isBetween(1e-18, 1e-11);
        }
    }

    /// Two groups joined by a nearly zero link, and α so near to 1 that plain steps need millions.
    @Test
    void alphaCloseToOneOnAChainThatHardlyMixesIsSolved() {
        Teleporting chain =
                new Teleporting(KnownChains.twoState(1e-9, 2e-9), 1 - 1e-9, Distribution.at(0, 2));
        Converged answer = converged(chain, 1e-5);
        assertThat(ExactSolve.error(answer.pi(), ExactSolve.teleporting(chain)))
                .isLessThanOrEqualTo(answer.errorBound());
        assertThat(answer.products()).isLessThan(20);
    }

    @Test
    void rowsThatMissOneWidenTheBound() {
        StochasticMatrix rounded =
                StochasticMatrix.ofRows(new double[] {1 - 5e-10, 0}, new double[] {0, 1 + 5e-10});
        Teleporting chain = new Teleporting(rounded, 0.99, Distribution.of(0.3, 0.7));
        Converged answer = converged(chain, 1e-7);
        assertThat(ExactSolve.error(answer.pi(), ExactSolve.teleporting(chain)))
                .isLessThanOrEqualTo(answer.errorBound());
    }

    @Test
    void whatCannotConvergeIsRefused() {
        Teleporting chain = new Teleporting(KnownChains.cycle(3), 0.5, Distribution.uniform(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KrylovIteration.of(chain, 0, 10))
                .withMessage("tolerance = 0.0, must be > 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KrylovIteration.whereItPays(chain, 1e-6, 0))
                .withMessage("maxSteps = 0, must be >= 1");
        Teleporting still = new Teleporting(KnownChains.cycle(3), 1, Distribution.uniform(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KrylovIteration.of(still, 1e-6, 10))
                .withMessage("alpha = 1, must be below 1 for a Krylov method with a bound");
    }

    /// Eight blocks that are left with probability (1 - λ₂)·7/8 a step, λ₂ about 0.975.
    private static StochasticMatrix sticky(int n) {
        RandomInput input = new RandomInput(n);
        double leave = (1 - 0.975) * 7 / 8;
        double[] blockWeight = new double[8];
        for (int j = 0; j < n; j++) {
            blockWeight[j * 8 / n]++;
        }
        return RandomInput.rows(
                n,
                (i, j) -> {
                    int from = i * 8 / n;
                    int to = j * 8 / n;
                    double share = from == to ? 1 - leave : leave / 7;
                    return share / blockWeight[to] * Math.exp(input.between(-0.3, 0.3));
                });
    }

    private static BigDecimal[] geometric(int n, double alpha) {
        BigDecimal[] pi = new BigDecimal[n];
        double first = (1 - alpha) / (1 - Math.pow(alpha, n));
        for (int i = 0; i < n; i++) {
            pi[i] = new BigDecimal(first * Math.pow(alpha, i));
        }
        return pi;
    }

    private static KrylovIteration[] both(Teleporting chain, double tolerance) {
        return new KrylovIteration[] {
            KrylovIteration.of(chain, tolerance, 1_000_000),
            KrylovIteration.whereItPays(chain, tolerance, 1_000_000)
        };
    }

    private static Converged converged(Teleporting chain, double tolerance) {
        return (Converged) KrylovIteration.of(chain, tolerance, 100_000);
    }
}
