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
import dev.perron.chain.Transition;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class SharedPassesTest {
    private static final double[] ALPHAS = {0.5, 0.85, 0.99, 0.999};

    /// A chain that counts passes over it and the vectors that they multiplied, one by one.
    private static final class Counted implements Transition {
        private final Transition chain;
        private int passes = 0;
        private int vectors = 0;

        Counted(Transition chain) {
            this.chain = chain;
        }

        @Override
        public int states() {
            return chain.states();
        }

        @Override
        public void step(double[] mu, double[] out) {
            chain.step(mu, out);
        }

        @Override
        public void steps(double[][] mus, double[][] outs) {
            passes++;
            vectors += mus.length;
            Transition.super.steps(mus, outs);
        }

        @Override
        public void expectation(double[] f, double[] out) {
            chain.expectation(f, out);
        }

        @Override
        public void row(int from, double[] out) {
            chain.row(from, out);
        }

        @Override
        public boolean lowerTriangular() {
            return chain.lowerTriangular();
        }
    }

    @Test
    void inCompanyEachAnswerIsWhatItIsAloneToTheLastBit() {
        RandomInput.times(
                10,
                input -> {
                    Counted base = new Counted(input.softmax(input.between(2, 60), 20));
                    List<Teleporting> chains = several(base, input);
                    assertThat(PowerIteration.ofAll(chains, 1e-9, 3000))
                            .isEqualTo(
                                    chains.stream()
                                            .map(c -> PowerIteration.of(c, 1e-9, 3000))
                                            .toList());
                    assertThat(KrylovIteration.ofAll(chains, 1e-9, 3000))
                            .isEqualTo(
                                    chains.stream()
                                            .map(c -> KrylovIteration.of(c, 1e-9, 3000))
                                            .toList());
                    assertThat(KrylovIteration.allWhereItPays(chains, 1e-9, 3000))
                            .isEqualTo(
                                    chains.stream()
                                            .map(c -> KrylovIteration.whereItPays(c, 1e-9, 3000))
                                            .toList());
                });
    }

    /// However the chain multiplies several vectors.
    @Test
    void eachErrorIsWithinItsBound() {
        RandomInput.times(
                10,
                input -> {
                    List<Teleporting> chains = several(input.sparse(input.between(2, 10)), input);
                    List<KrylovIteration> answers = KrylovIteration.ofAll(chains, 1e-9, 100_000);
                    for (int k = 0; k < chains.size(); k++) {
                        KrylovIteration.Converged answer =
                                (KrylovIteration.Converged) answers.get(k);
                        assertThat(
                                        ExactSolve.error(
                                                answer.pi(), ExactSolve.teleporting(chains.get(k))))
                                .isLessThanOrEqualTo(answer.errorBound());
                        assertThat(answer.errorBound()).isLessThanOrEqualTo(1e-9);
                    }
                });
    }

    @Test
    void asManyPassesAsTheSlowestNeedsAndNoVectorMore() {
        RandomInput input = new RandomInput(5);
        Counted base = new Counted(input.softmax(50, 25));
        List<Integer> products =
                KrylovIteration.allWhereItPays(several(base, input), 1e-9, 3000).stream()
                        .map(answer -> ((KrylovIteration.Converged) answer).products())
                        .toList();
        assertThat(products).doesNotContain(1).hasSizeGreaterThan(1);
        assertThat(base.passes)
                .isEqualTo(products.stream().mapToInt(Integer::intValue).max().orElseThrow());
        assertThat(base.vectors).isEqualTo(products.stream().mapToInt(Integer::intValue).sum());
    }

    @Test
    void whereThereAreManyTheLaterOnesTakeThePlacesOfTheFirst() {
        int n = 2 * SharedPasses.TOGETHER + 5;
        StochasticMatrix chain = new RandomInput(6).softmax(n, 4);
        Counted base = new Counted(chain);
        List<Teleporting> oneAState =
                IntStream.range(0, n)
                        .mapToObj(i -> new Teleporting(base, 0.9, Distribution.at(i, n)))
                        .toList();
        List<PowerIteration> answers = PowerIteration.ofAll(oneAState, 1e-10, 3000);
        assertThat(base.vectors).isGreaterThan(20 * base.passes);
        double[] mixed = new double[n]; // π is linear in v
        for (int i = 0; i < n; i++) {
            PowerIteration.Converged answer = (PowerIteration.Converged) answers.get(i);
            for (int j = 0; j < n; j++) {
                mixed[j] += answer.pi().mass(j) / n;
            }
        }
        PowerIteration.Converged uniform =
                (PowerIteration.Converged)
                        PowerIteration.of(
                                new Teleporting(chain, 0.9, Distribution.uniform(n)), 1e-10, 3000);
        assertWithin(Distribution.proportionalTo(mixed), uniform.pi(), 2e-10);
    }

    @Test
    void oneThatRunsOutLeavesTheOthersAlone() {
        StochasticMatrix cycle = KnownChains.cycle(40);
        List<PowerIteration> answers =
                PowerIteration.ofAll(
                        List.of(
                                new Teleporting(cycle, 0.5, Distribution.at(0, 40)),
                                new Teleporting(cycle, 0.999, Distribution.at(0, 40))),
                        1e-9,
                        100);
        assertThat(answers.get(0)).isInstanceOf(PowerIteration.Converged.class);
        assertThat(answers.get(1))
                .isInstanceOfSatisfying(
                        PowerIteration.Exhausted.class,
                        stopped -> assertThat(stopped.steps()).isEqualTo(100));
    }

    @Test
    void whatSharesNoPassIsRefused() {
        Distribution uniform = Distribution.uniform(3);
        Teleporting one = new Teleporting(KnownChains.cycle(3), 0.5, uniform);
        Teleporting other = new Teleporting(KnownChains.identity(3), 0.5, uniform);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KrylovIteration.ofAll(List.of(one, one, other), 1e-6, 10))
                .withMessage("chain 2 is on another P than chain 0, must be on the same");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                PowerIteration.ofAll(
                                        List.of(one, new Teleporting(one.base(), 1, uniform)),
                                        1e-6,
                                        10))
                .withMessage("alpha = 1, must be below 1 for power iteration with a bound");
        assertThat(KrylovIteration.ofAll(List.of(), 1e-6, 10)).isEmpty();
    }

    private static List<Teleporting> several(Transition base, RandomInput input) {
        int n = base.states();
        List<Teleporting> chains = new ArrayList<>();
        for (double alpha : ALPHAS) {
            chains.add(new Teleporting(base, alpha, Distribution.uniform(n)));
            chains.add(new Teleporting(base, alpha, input.distribution(n)));
        }
        return chains;
    }
}
