package dev.perron.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Whatever holds a chain, its answers are those of the dense matrix of its rows.
class TransitionTest {
    @Test
    void everyAnswerIsThatOfTheRows() {
        RandomInput.times(
                25,
                input -> {
                    for (Transition chain : everyKind(input)) {
                        assertAnswersOfRows(chain, input);
                    }
                });
    }

    /// One of each implementation, and some inside others.
    private static List<Transition> everyKind(RandomInput input) {
        int n = input.between(2, 24);
        StochasticMatrix dense = input.softmax(n, 6);
        StochasticMatrix causal = input.causal(n, 3);
        StochasticMatrix sparse = input.sparseIrreducible(n);
        List<Integer> kept =
                IntStream.of(input.permutation(n)).limit(input.between(1, n)).boxed().toList();
        Transition few = SparseStochasticMatrix.copyOf(sparse);
        Transition mixture = new Mixture(List.of(dense, few, causal), input.distribution(3));
        return List.of(
                dense,
                causal,
                few,
                SparseStochasticMatrix.copyOf(causal),
                mixture,
                new Mixture(List.of(dense, causal), Distribution.of(0, 1)),
                new Teleporting(few, 0.7, input.distribution(n)),
                restricted(dense, kept),
                restricted(mixture, kept),
                restricted(causal, kept.stream().sorted().toList()),
                watched(few, kept),
                watched(mixture, kept));
    }

    private static Transition restricted(Transition chain, List<Integer> kept) {
        return ((Restriction.Renormalised) Restriction.of(chain, kept)).chain();
    }

    private static Transition watched(Transition chain, List<Integer> kept) {
        return ((StochasticComplement.Watched) StochasticComplement.of(chain, kept)).chain();
    }

    private static void assertAnswersOfRows(Transition chain, RandomInput input) {
        int n = chain.states();
        double[][] rows = new double[n][n];
        boolean lower = true;
        double worst = 0;
        for (int i = 0; i < n; i++) {
            Arrays.fill(rows[i], Double.NaN);
            chain.row(i, rows[i]);
            worst = Math.max(worst, Math.abs(Arrays.stream(rows[i]).sum() - 1));
            for (int j = 0; j < n; j++) {
                assertThat(chain.probability(i, j)).isCloseTo(rows[i][j], within(1e-14));
                lower &= j <= i || rows[i][j] == 0;
            }
        }
        assertThat(worst).as("row sums of %s", chain).isLessThan(1e-12);
        assertThat(chain.rowSumError()).isBetween(worst - n * 0x1p-53, 1e-12);
        assertThat(chain.lowerTriangular()).isEqualTo(lower);

        int vectors = input.between(1, 5);
        double[][] mus = new double[vectors][];
        double[][] left = new double[vectors][n];
        double[][] right = new double[vectors][n];
        for (int k = 0; k < vectors; k++) {
            mus[k] = input.function(n);
            Arrays.fill(left[k], Double.NaN);
            Arrays.fill(right[k], Double.NaN);
        }
        double[][] untouched = Arrays.stream(mus).map(double[]::clone).toArray(double[][]::new);
        chain.steps(mus, left);
        chain.expectations(mus, right);
        for (int k = 0; k < vectors; k++) {
            double[] step = new double[n];
            double[] expectation = new double[n];
            Arrays.fill(step, Double.NaN);
            Arrays.fill(expectation, Double.NaN);
            chain.step(mus[k], step);
            chain.expectation(mus[k], expectation);
            assertThat(mus[k]).isEqualTo(untouched[k]);
            for (int j = 0; j < n; j++) {
                double muP = 0;
                double pF = 0;
                for (int i = 0; i < n; i++) {
                    muP += mus[k][i] * rows[i][j];
                    pF += rows[j][i] * mus[k][i];
                }
                assertThat(step[j]).isCloseTo(muP, within(1e-13));
                assertThat(left[k][j]).isCloseTo(muP, within(1e-13));
                assertThat(expectation[j]).isCloseTo(pF, within(1e-13));
                assertThat(right[k][j]).isCloseTo(pF, within(1e-13));
            }
        }
        assertSomeRows(chain, rows, mus[0], input);
    }

    private static void assertSomeRows(
            Transition chain, double[][] rows, double[] mu, RandomInput input) {
        int n = rows.length;
        int first = input.between(0, n);
        int end = input.between(first, n);
        double[] before = input.function(n);
        double[] out = before.clone();
        chain.addRows(first, end, new double[][] {mu}, new double[][] {out});
        for (int j = 0; j < n; j++) {
            double sum = before[j];
            for (int i = first; i < end; i++) {
                sum += mu[i] * rows[i][j];
            }
            assertThat(out[j]).isCloseTo(sum, within(1e-13));
        }
    }

    @Test
    void whatIsNoStateIsRefusedByAll() {
        for (Transition chain : everyKind(new RandomInput(3))) {
            int n = chain.states();
            List<Runnable> wrong = new ArrayList<>();
            wrong.add(() -> chain.row(n, new double[n]));
            wrong.add(() -> chain.row(-1, new double[n]));
            wrong.add(() -> chain.probability(0, n));
            wrong.add(() -> chain.probability(-1, 0));
            for (Runnable each : wrong) {
                assertThat(org.assertj.core.api.Assertions.catchThrowable(each::run))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("must be from 0 to");
            }
        }
    }
}
