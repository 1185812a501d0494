package dev.perron.chain;

import static dev.perron.chain.ChainAssert.assertEveryEntry;
import static dev.perron.chain.ChainAssert.assertSpectrum;
import static dev.perron.chain.ChainAssert.assertWithin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.spectrum.Eigenvalue;
import dev.perron.chain.spectrum.Spectrum;
import dev.perron.chain.stationary.PowerIteration;
import dev.perron.chain.stationary.StationaryDistribution;
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class TeleportingTest {
    /// Every row of 1vᵀ is v; the published code's vvᵀ/n would give rows that sum to about α.
    @Test
    void everyRowRestartsFromTheSameDistribution() {
        Teleporting chain =
                new Teleporting(KnownChains.cycle(3), 0.75, Distribution.of(0.5, 0.25, 0.25));
        double[] row = new double[3];
        chain.row(0, row);
        assertThat(row).containsExactly(0.125, 0.8125, 0.0625);
        chain.row(2, row);
        assertThat(row).containsExactly(0.875, 0.0625, 0.0625);
    }

    @Test
    void stepExpectationAndRowsAreOfOneMatrix() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(1, 40);
                    Teleporting chain =
                            new Teleporting(
                                    input.sparse(n),
                                    input.between(0.01, 1.0),
                                    input.distribution(n));
                    StochasticMatrix dense = StochasticMatrix.copyOf(chain);
                    double[] mu = input.distribution(n).toArray();
                    double[] f = input.function(n);
                    double[] implicit = new double[n];
                    double[] explicit = new double[n];
                    chain.step(mu, implicit);
                    dense.step(mu, explicit);
                    assertThat(implicit).containsExactly(explicit, within(1e-14));
                    chain.expectation(f, implicit);
                    dense.expectation(f, explicit);
                    assertThat(implicit).containsExactly(explicit, within(1e-14));
                });
    }

    /// Without teleporting it is the chain itself.
    @Test
    void alphaOneIsTheBaseChain() {
        StochasticMatrix base = new RandomInput(4).causal(12, 2);
        Teleporting chain = new Teleporting(base, 1, Distribution.uniform(12));
        assertThat(StochasticMatrix.copyOf(chain)).isEqualTo(base);
        assertThat(chain.lowerTriangular()).isTrue();
        assertThat(new Teleporting(base, 0.5, Distribution.uniform(12)).lowerTriangular())
                .isFalse();
        assertThat(chain.errorBound(0)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void theEigenvaluesButOneShrinkByAlpha() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(2, 40);
                    double alpha = input.between(0.05, 1.0);
                    StochasticMatrix base = input.softmax(n, 6);
                    List<Eigenvalue> expected = new ArrayList<>();
                    for (Eigenvalue value : all(base)) {
                        expected.add(
                                new Eigenvalue(alpha * value.real(), alpha * value.imaginary()));
                    }
                    expected.set(0, new Eigenvalue(1, 0));
                    assertSpectrum(
                            all(new Teleporting(base, alpha, input.distribution(n))),
                            1e-11,
                            expected);
                });
    }

    /// The case in which the published code gives the token 0.018 where 0.166 is right.
    @Test
    void restartingFromOneTokenIsTheDirectLinearSolve() {
        StochasticMatrix base = new RandomInput(50).softmax(50, 1.5);
        Teleporting chain = new Teleporting(base, 0.85, Distribution.at(3, 50));
        double[] direct = linearSolve(base, 0.85, 3);
        Distribution eliminated = ((Unique) StationaryDistribution.of(chain)).pi();
        assertThat(Arrays.stream(direct).sum()).isCloseTo(1, within(1e-13));
        assertThat(direct[3]).isGreaterThan(0.15);
        assertWithin(eliminated, Distribution.of(direct), 1e-12);
        PowerIteration.Converged powered =
                (PowerIteration.Converged) PowerIteration.of(chain, 5e-13, 1000);
        assertWithin(powered.pi(), Distribution.of(direct), 1e-12);
    }

    @Test
    void relabellingRelabelsTheAnswer() {
        RandomInput.times(
                30,
                input -> {
                    int n = input.between(2, 40);
                    StochasticMatrix base = input.sparse(n);
                    Distribution restart = input.distribution(n);
                    int[] order = input.permutation(n);
                    Teleporting chain = new Teleporting(base, 0.9, restart);
                    Teleporting relabelled =
                            new Teleporting(
                                    RandomInput.permuted(base, order),
                                    0.9,
                                    RandomInput.permuted(restart, order));
                    Distribution pi = ((Unique) StationaryDistribution.of(chain)).pi();
                    assertEveryEntry(
                            ((Unique) StationaryDistribution.of(relabelled)).pi(),
                            1e-12,
                            RandomInput.permuted(pi, order).toArray());
                });
    }

    @Test
    void whatIsNoTeleportingIsRefused() {
        StochasticMatrix base = KnownChains.cycle(3);
        for (double alpha : new double[] {0, -0.5, 1.5, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Teleporting(base, alpha, Distribution.uniform(3)))
                    .withMessage("alpha = " + alpha + ", must be in (0, 1]");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Teleporting(base, 0.5, Distribution.uniform(2)))
                .withMessage("distribution on 2 states, must be on 3");
    }

    private static List<Eigenvalue> all(Transition chain) {
        return ((Spectrum.Complete) Spectrum.of(chain)).values();
    }

    /// (I - αPᵀ) x = (1-α) e, by elimination with the largest pivot.
    private static double[] linearSolve(StochasticMatrix base, double alpha, int token) {
        int n = base.states();
        double[][] system = new double[n][n + 1];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                system[j][i] = (i == j ? 1 : 0) - alpha * base.probability(i, j);
            }
        }
        system[token][n] = 1 - alpha;
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k; i < n; i++) {
                pivot = Math.abs(system[i][k]) > Math.abs(system[pivot][k]) ? i : pivot;
            }
            double[] exchanged = system[k];
            system[k] = system[pivot];
            system[pivot] = exchanged;
            for (int i = 0; i < n; i++) {
                double factor = i == k ? 0 : system[i][k] / system[k][k];
                for (int j = k; j <= n; j++) {
                    system[i][j] -= factor * system[k][j];
                }
            }
        }
        double[] x = new double[n];
        Arrays.setAll(x, i -> system[i][n] / system[i][i]);
        return x;
    }
}
