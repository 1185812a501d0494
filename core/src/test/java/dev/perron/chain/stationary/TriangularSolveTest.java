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
import dev.perron.chain.stationary.StationaryDistribution.Unique;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

class TriangularSolveTest {
    /// i → i-1 and 0 → 0, α = 1/2, restart at 2: π(2) = 1/2, π(1) = 1/4, π(0) the rest.
    @Test
    void aWayDownIsGeometric() {
        StochasticMatrix down = RandomInput.rows(3, (i, j) -> j == Math.max(i - 1, 0) ? 1 : 0);
        TriangularSolve answer =
                TriangularSolve.of(new Teleporting(down, 0.5, Distribution.at(2, 3)));
        assertThat(answer.pi()).isEqualTo(Distribution.of(0.25, 0.25, 0.5));
        assertThat(answer.residual()).isZero();
    }

    @Test
    void theIdentityKeepsTheRestartDistribution() {
        Distribution restart = Distribution.of(0.5, 0.25, 0.125, 0.125);
        assertThat(TriangularSolve.of(new Teleporting(KnownChains.identity(4), 0.75, restart)).pi())
                .isEqualTo(restart);
        assertThat(
                        TriangularSolve.of(
                                        new Teleporting(
                                                KnownChains.identity(1),
                                                0.75,
                                                Distribution.at(0, 1)))
                                .pi())
                .isEqualTo(Distribution.at(0, 1));
    }

    /// Several restart distributions and α in one pass, each as if it were alone.
    @Test
    void severalShareAPass() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(1, 60);
                    StochasticMatrix base = input.causal(n, 3);
                    List<Teleporting> chains =
                            Stream.of(.5, .85, .99, .999)
                                    .map(a -> new Teleporting(base, a, input.distribution(n)))
                                    .toList();
                    List<TriangularSolve> together = TriangularSolve.ofAll(chains);
                    for (int k = 0; k < chains.size(); k++) {
                        TriangularSolve alone = TriangularSolve.of(chains.get(k));
                        assertWithin(together.get(k).pi(), alone.pi(), 1e-12);
                        assertThat(together.get(k).errorBound()).isLessThan(1e-9);
                    }
                });
        assertThat(TriangularSolve.ofAll(List.of())).isEmpty();
    }

    @Test
    void severalMustBeOnTheSameChain() {
        Distribution restart = Distribution.uniform(3);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                TriangularSolve.ofAll(
                                        List.of(
                                                new Teleporting(
                                                        KnownChains.identity(3), .5, restart),
                                                new Teleporting(
                                                        RandomInput.rows(
                                                                3, (i, j) -> j == 0 ? 1 : 0),
                                                        .5,
                                                        restart))))
                .withMessage("chains on different P, must be on the same");
    }

    @Test
    void theErrorIsWithinItsBound() {
        RandomInput.times(
                40,
                input -> {
                    int n = input.between(1, 12);
                    Teleporting chain = causal(input, n);
                    TriangularSolve answer = TriangularSolve.of(chain);
                    assertThat(ExactSolve.error(answer.pi(), ExactSolve.teleporting(chain)))
                            .isLessThanOrEqualTo(answer.errorBound());
                    assertThat(answer.errorBound()).isLessThan(1e-11);
                });
    }

    /// Two states that are never left, whose rows miss 1 in opposite directions: in the residual
    /// that cancels, in the answer it is α/(1-α) times as large.
    @Test
    void rowsThatMissOneWidenTheBound() {
        StochasticMatrix rounded =
                StochasticMatrix.ofRows(new double[] {1 - 5e-10, 0}, new double[] {0, 1 + 5e-10});
        Teleporting chain = new Teleporting(rounded, 0.99, Distribution.uniform(2));
        TriangularSolve answer = TriangularSolve.of(chain);
        assertThat(ExactSolve.error(answer.pi(), ExactSolve.teleporting(chain)))
                .isBetween(1e-9, answer.errorBound());
    }

    @Test
    void substitutionEliminationAndPowersAgreeWithinTheirBounds() {
        RandomInput.times(
                20,
                input -> {
                    int n = input.between(2, 90);
                    Teleporting chain = causal(input, n);
                    TriangularSolve solved = TriangularSolve.of(chain);
                    Unique eliminated = (Unique) StationaryDistribution.of(chain);
                    Converged powered = (Converged) PowerIteration.of(chain, 1e-9, 100_000);
                    assertWithin(
                            solved.pi(),
                            eliminated.pi(),
                            solved.errorBound() + eliminated.errorBound());
                    assertWithin(
                            solved.pi(), powered.pi(), solved.errorBound() + powered.errorBound());
                    assertWithin(
                            eliminated.pi(),
                            powered.pi(),
                            eliminated.errorBound() + powered.errorBound());
                });
    }

    private static Teleporting causal(RandomInput input, int n) {
        return new Teleporting(
                input.causal(n, input.between(0.0, 15.0)),
                input.between(0.1, 0.999),
                input.distribution(n));
    }

    @Test
    void chainsThatLookAheadAreRefused() {
        Teleporting chain = new Teleporting(KnownChains.cycle(3), 0.5, Distribution.uniform(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TriangularSolve.of(chain))
                .withMessage("P has entries above the diagonal, must have none");
        Teleporting still = new Teleporting(KnownChains.identity(3), 1, Distribution.uniform(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TriangularSolve.of(still))
                .withMessage("alpha = 1, must be below 1");
    }
}
