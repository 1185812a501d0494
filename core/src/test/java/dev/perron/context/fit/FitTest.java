package dev.perron.context.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.path.Trajectory;
import dev.perron.context.ContextConditionedChain;
import dev.perron.context.Prompt;
import dev.perron.context.PromptLaw;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Fits: known answers, optimality by another route, and what can't be known.
class FitTest {
    /// Two tokens that always stand once each: shares are frequencies.
    @Test
    void withOneContextTheLawIsTheFrequencies() {
        ContextCounts counts =
                new ContextCounts.Builder(2)
                        .add(Prompt.of(1, 0), 0, 3)
                        .add(Prompt.of(1, 0), 1, 1)
                        .add(Prompt.of(0, 1), 0, 1)
                        .add(Prompt.of(0, 1), 1, 1)
                        .build();
        Fit.Converged fit = (Fit.Converged) Fit.of(counts, FitOptions.maximumLikelihood());
        assertThat(fit.chain().base().probability(0, 0)).isCloseTo(.75, within(1e-9));
        assertThat(fit.chain().base().probability(1, 0)).isCloseTo(.5, within(1e-9));
        assertThat(fit.risk())
                .isCloseTo(
                        (4 * -(.75 * Math.log(.75) + .25 * Math.log(.25)) + 2 * Math.log(2)) / 6,
                        within(1e-12));
        // 4 samples of a coin of 3/4: √(p(1-p)/n)
        FisherInformation known =
                FisherInformation.of(counts.row(0), Distribution.of(.75, .25)).orElseThrow();
        assertThat(known.standardError(0)).isCloseTo(Math.sqrt(.75 * .25 / 4), within(1e-12));
        assertThat(known.interval(0, 1.96).low()).isBetween(0.0, .75);
        assertThat(known.interval(0, 1.96).high()).isBetween(.75, 1.0);
    }

    /// Small vocabularies factor the Hessian, large ones go by conjugate gradients.
    @ParameterizedTest
    @ValueSource(ints = {3, 8, 32, 33})
    void theGradientVanishesByAnotherRoute(int k) {
        ContextConditionedChain chain = chain(k, 7);
        ContextCounts counts = samples(chain, 600 * k, 2 * k, 11);
        Fit.Converged fit = (Fit.Converged) Fit.of(counts, FitOptions.maximumLikelihood());
        for (RowFit row : fit.rows()) {
            RowFit.Converged converged = (RowFit.Converged) row;
            double[] gradient = gradient(counts.row(row.query()), converged.law().toArray());
            for (double g : gradient) {
                assertThat(g).isCloseTo(0, within(1e-8));
            }
            assertThat(converged.certificate().newtonDecrement()).isLessThan(1e-8);
            assertThat(converged.certificate().gradientNorm()).isLessThan(1e-8);
        }
        assertThat(Math.abs(error(fit.chain(), chain))).isLessThan(0.2);
    }

    /// Nothing that is near has a smaller loss, and the loss is that of the law itself.
    @Test
    void theRiskIsTheMeanLossAndTheSmallest() {
        ContextConditionedChain chain = chain(4, 3);
        SplittableRandom random = new SplittableRandom(5);
        PromptLaw law = new PromptLaw.Independent(Distribution.uniform(4));
        ContextCounts.Builder builder = new ContextCounts.Builder(4);
        Prompt[] prompts = new Prompt[2000];
        int[] next = new int[prompts.length];
        for (int i = 0; i < prompts.length; i++) {
            prompts[i] = law.draw(8, random);
            next[i] = chain.draw(prompts[i], random);
            builder.add(prompts[i], next[i]);
        }
        Fit.Converged fit = (Fit.Converged) Fit.of(builder.build(), FitOptions.maximumLikelihood());
        assertThat(fit.risk()).isCloseTo(loss(fit.chain(), prompts, next), within(1e-12));
        assertThat(fit.risk()).isLessThan(loss(chain, prompts, next));
        for (int i = 0; i < 16; i++) {
            double[] weights = new double[16];
            for (int j = 0; j < 16; j++) {
                weights[j] = fit.chain().base().probability(j / 4, j % 4) * (j == i ? 1.001 : 1);
            }
            assertThat(
                            loss(
                                    ContextConditionedChain.of(
                                            StochasticMatrix.proportionalTo(4, weights)),
                                    prompts,
                                    next))
                    .isGreaterThan(fit.risk());
        }
    }

    @Test
    void theHessianIsALaplacianAndTheDerivativeOfTheGradient() {
        ContextCounts counts = samples(chain(5, 2), 500, 4, 9);
        RowCounts row = counts.row(2);
        RowLikelihood likelihood = new RowLikelihood(row, 0);
        double[] w = {.3, -.2, .5, 0, -.4};
        likelihood.moveTo(w);
        double[] hessian = likelihood.hessian();
        double[] times = new double[5];
        for (int i = 0; i < 5; i++) {
            double sum = 0;
            double[] unit = new double[5];
            unit[i] = 1;
            likelihood.moveTo(w);
            likelihood.hessianTimes(unit, times);
            double h = 1e-5;
            double[] up = w.clone();
            double[] down = w.clone();
            up[i] += h;
            down[i] -= h;
            likelihood.moveTo(up);
            double[] above = likelihood.gradient().clone();
            likelihood.moveTo(down);
            double[] below = likelihood.gradient().clone();
            for (int j = 0; j < 5; j++) {
                sum += hessian[i * 5 + j];
                assertThat(hessian[i * 5 + j]).isCloseTo(times[j], within(1e-14));
                assertThat(hessian[i * 5 + j])
                        .isCloseTo((above[j] - below[j]) / (2 * h), within(1e-9));
                if (i != j) {
                    assertThat(hessian[i * 5 + j]).isNotPositive();
                }
            }
            assertThat(sum).isCloseTo(0, within(1e-15));
        }
    }

    @Test
    void tokensThatNoPromptComparesAreNamedAndOnePromptJoinsThem() {
        ContextCounts.Builder builder = new ContextCounts.Builder(4);
        for (int y = 0; y < 2; y++) {
            builder.add(Prompt.of(0, 1, 0), y).add(Prompt.of(0, 1, 1), y);
            builder.add(Prompt.of(0, 2, 2), 2 * y).add(Prompt.of(3, 1, 3), 1 + 2 * y);
        }
        Fit.NotIdentifiable fit =
                (Fit.NotIdentifiable) Fit.of(builder.build(), FitOptions.maximumLikelihood());
        assertThat(fit.components())
                .containsEntry(0, List.of(List.of(0, 1), List.of(2), List.of(3)))
                .containsEntry(2, List.of(List.of(0, 2), List.of(1), List.of(3)));
        ContextCounts counts = builder.build();
        for (RowCounts row : counts.rows()) {
            List<Integer> missing = CoverageGraph.of(row).missing();
            assertThat(missing.getLast()).isEqualTo(row.query());
            Prompt prompt = Prompt.of(missing.stream().mapToInt(i -> i).toArray());
            missing.forEach(next -> builder.add(prompt, next));
        }
        assertThat(Fit.of(builder.build(), FitOptions.maximumLikelihood()))
                .isInstanceOf(Fit.Converged.class);
    }

    /// Whatever few samples there are: not identified, separated, or both.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whatIsMissingMakesAMaximumOfScantSamples(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ContextCounts.Builder builder = new ContextCounts.Builder(5);
        for (int i = 0; i < seed * seed; i++) {
            int[] prompt = random.ints(3, 0, 5).toArray();
            builder.add(Prompt.of(prompt), prompt[random.nextInt(3)]);
        }
        for (RowCounts row : builder.build().rows()) {
            List<Integer> missing = CoverageGraph.of(row).missing();
            int[] prompt = missing.stream().mapToInt(i -> i).toArray();
            missing.forEach(next -> builder.add(Prompt.of(prompt), next));
        }
        assertThat(Fit.of(builder.build(), FitOptions.maximumLikelihood()))
                .as("seed %d", seed)
                .isInstanceOf(Fit.Converged.class);
    }

    /// Prompts {0 1}, {1 2}, {3 4} hang together in two parts, and in one once {2 3} is there; the
    /// query itself isn't counted, so the graph is asked for directly.
    @Test
    void theHessianHasAsManyZeroEigenvaluesAsTheGraphHasParts() {
        for (boolean joined : new boolean[] {false, true}) {
            ContextCounts.Builder builder = new ContextCounts.Builder(6);
            builder.add(Prompt.of(1, 0), 0).add(Prompt.of(1, 0), 1);
            builder.add(Prompt.of(2, 0), 2).add(Prompt.of(0, 2, 0), 0);
            if (joined) {
                builder.add(Prompt.of(3, 4, 5, 0), 3);
            }
            RowCounts row = builder.build().row(0);
            CoverageGraph graph = CoverageGraph.of(row);
            double[] h = FisherInformation.hessian(row, Distribution.uniform(6));
            int zeros = 0;
            for (double value : eigenvalues(6, h)) {
                zeros += Math.abs(value) < 1e-12 ? 1 : 0;
            }
            assertThat(zeros).isEqualTo(graph.components().size()).isEqualTo(joined ? 1 : 4);
            double connectivity = graph.connectivity(Distribution.uniform(6)).orElseThrow();
            assertThat(connectivity).isCloseTo(joined ? eigenvalues(6, h)[1] : 0, within(1e-12));
        }
    }

    @Test
    void aTokenThatNeverComesOutIsNamed() {
        ContextCounts.Builder builder = new ContextCounts.Builder(3);
        for (int i = 0; i < 5; i++) {
            builder.add(Prompt.of(0, 1, 2), i % 2).add(Prompt.of(0, 2, 1), 1);
            builder.add(Prompt.of(1, 2, 0), i % 3);
        }
        Fit.Separated fit = (Fit.Separated) Fit.of(builder.build(), FitOptions.maximumLikelihood());
        assertThat(fit.tokens()).containsEntry(2, List.of(2)).containsEntry(1, List.of(0, 2));
        Fit ridged = Fit.of(builder.build(), FitOptions.maximumLikelihood().withRidge(0.1));
        assertThat(ridged).isInstanceOf(Fit.Converged.class);
        assertThat(((Fit.Converged) ridged).chain().base().probability(2, 2)).isBetween(1e-6, 0.2);
    }

    @Test
    void degenerateSamplesHaveAClearOutcome() {
        ContextCounts one = new ContextCounts.Builder(3).add(Prompt.of(0, 1, 2), 1).build();
        assertThat(Fit.of(one, FitOptions.maximumLikelihood()))
                .isInstanceOf(Fit.NotIdentifiable.class);
        ContextCounts same = new ContextCounts.Builder(2).add(Prompt.of(0, 1), 1, 1000).build();
        assertThat(RowFit.of(same.row(1), FitOptions.maximumLikelihood()))
                .isEqualTo(new RowFit.Separated(1, List.of(0)));
        assertThat(RowFit.of(same.row(0), FitOptions.maximumLikelihood()))
                .isEqualTo(new RowFit.NotIdentifiable(0, List.of(List.of(0), List.of(1))));
        ContextCounts none = new ContextCounts.Builder(2).build();
        assertThat(Fit.of(none, FitOptions.maximumLikelihood().withRidge(1)))
                .isInstanceOfSatisfying(
                        Fit.Converged.class,
                        fit -> assertThat(fit.chain().base().probability(0, 1)).isEqualTo(.5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContextCounts.Builder(1))
                .withMessage("1 token, must be at least 2: one can only follow itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContextCounts.Builder(3).add(Prompt.of(0, 1), 2))
                .withMessage("next token 2 isn't in its prompt, must be: nothing else can follow");
    }

    @Test
    void aTrajectoryIsAsItsPrompts() {
        Trajectory path = Trajectory.of(0, 1, 1, 0, 1, 0);
        ContextCounts fromPath = new ContextCounts.Builder(2).add(path, 2).build();
        ContextCounts.Builder builder = new ContextCounts.Builder(2);
        for (int t = 2; t < 6; t++) {
            builder.add(Prompt.of(IntStream.range(0, t).map(path::state).toArray()), path.state(t));
        }
        ContextCounts fromPrompts = builder.build();
        assertThat(fromPath.samples()).isEqualTo(4).isEqualTo(fromPrompts.samples());
        assertThat(RowFit.of(fromPath.row(1), FitOptions.maximumLikelihood().withRidge(1)))
                .isEqualTo(
                        RowFit.of(fromPrompts.row(1), FitOptions.maximumLikelihood().withRidge(1)));
    }

    @Test
    void distinctContextsAreHeldOnce() {
        ContextCounts.Builder builder = new ContextCounts.Builder(3);
        for (int i = 0; i < 1000; i++) {
            builder.add(Prompt.of(0, 1, 1, 2), i % 3).add(Prompt.of(1, 0, 1, 2), 0);
        }
        ContextCounts counts = builder.build();
        assertThat(counts.contexts()).isEqualTo(1);
        assertThat(counts.samples()).isEqualTo(2000);
        assertThat(counts.row(2).outcomes()).containsExactly(1334, 333, 333);
    }

    private static ContextConditionedChain chain(int k, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return ContextConditionedChain.of(
                StochasticMatrix.proportionalTo(k, random.doubles((long) k * k, 0.2, 1).toArray()));
    }

    private static ContextCounts samples(
            ContextConditionedChain chain, int n, int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PromptLaw law = new PromptLaw.Independent(Distribution.uniform(chain.tokens()));
        ContextCounts.Builder builder = new ContextCounts.Builder(chain.tokens());
        for (int i = 0; i < n; i++) {
            Prompt prompt = law.draw(length, random);
            builder.add(prompt, chain.draw(prompt, random));
        }
        return builder.build();
    }

    /// By the law's definition, context by context.
    private static double[] gradient(RowCounts row, double[] law) {
        double[] gradient = new double[law.length];
        for (int s = 0; s < row.contexts(); s++) {
            double z = 0;
            for (int e = row.start(s); e < row.start(s + 1); e++) {
                z += row.mass(e) * law[row.token(e)];
            }
            for (int e = row.start(s); e < row.start(s + 1); e++) {
                gradient[row.token(e)] +=
                        (row.times(s) * row.mass(e) * law[row.token(e)] / z - row.wins(e))
                                / row.samples();
            }
        }
        return gradient;
    }

    private static double loss(ContextConditionedChain chain, Prompt[] prompts, int[] next) {
        double sum = 0;
        for (int i = 0; i < next.length; i++) {
            sum -= Math.log(chain.next(prompts[i]).mass(next[i]));
        }
        return sum / next.length;
    }

    private static double error(ContextConditionedChain a, ContextConditionedChain b) {
        double most = 0;
        for (int q = 0; q < a.tokens(); q++) {
            for (int j = 0; j < a.tokens(); j++) {
                most =
                        Math.max(
                                most,
                                Math.abs(a.base().probability(q, j) - b.base().probability(q, j)));
            }
        }
        return most;
    }

    /// Of a symmetric matrix, ascending, by Jacobi's rotations.
    private static double[] eigenvalues(int n, double[] matrix) {
        double[] a = matrix.clone();
        for (int sweep = 0; sweep < 60; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(a[p * n + q]) > 1e-300) {
                        double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
                        double t =
                                (theta >= 0 ? 1 : -1)
                                        / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
                        double c = 1 / Math.sqrt(t * t + 1);
                        double s = t * c;
                        for (int i = 0; i < n; i++) {
                            double x = a[i * n + p];
                            double y = a[i * n + q];
                            a[i * n + p] = c * x - s * y;
                            a[i * n + q] = s * x + c * y;
                        }
                        for (int i = 0; i < n; i++) {
                            double x = a[p * n + i];
                            double y = a[q * n + i];
                            a[p * n + i] = c * x - s * y;
                            a[q * n + i] = s * x + c * y;
                        }
                    }
                }
            }
        }
        return IntStream.range(0, n).mapToDouble(i -> a[i * n + i]).sorted().toArray();
    }
}
