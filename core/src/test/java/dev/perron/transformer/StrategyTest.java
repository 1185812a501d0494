package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.transformer.Strategy.AfterContext;
import dev.perron.transformer.Strategy.Unigram;
import dev.perron.transformer.StrategyDistances.Distance;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/// Strategies in context, against counts by hand and the known risks on random kernels.
class StrategyTest {
    @Test
    void countsAreThoseOfTheSequence() {
        int[] tokens = {9, 0, 1, 0, 0};
        double[] out = new double[8];
        new Unigram().predict(2, 1, tokens, 1, 4, out);
        assertThat(out).containsExactly(2. / 3, 1. / 3, .5, .5, .6, .4, 4. / 6, 2. / 6);
        new AfterContext(1).predict(2, 1, tokens, 1, 4, out);
        assertThat(out).containsExactly(.5, .5, .5, .5, 1. / 3, 2. / 3, .5, .5);
        new AfterContext(2).predict(2, 1, tokens, 1, 4, out);
        assertThat(out).containsExactly(.5, .5, .5, .5, .5, .5, .5, .5);
    }

    /// Mean of KL(truth ‖ strategy) on random kernels of order 1, computed elsewhere: S, length,
    /// uniform, unigram, bigram.
    @Test
    void risksOnRandomKernelsAreTheKnownOnes() {
        double[][] known = {
            {2, 100, .209, .082, .009}, {3, 100, .282, .170, .026}, {8, 200, .364, .327, .099}
        };
        for (double[] row : known) {
            int symbols = (int) row[0];
            int length = (int) row[1];
            RandomKernelSource source =
                    RandomKernelSource.of(symbols, 1, 1, new StartLaw.Stationary());
            SplittableRandom random = new SplittableRandom(17);
            int[] tokens = new int[length];
            double[] law = new double[length * symbols];
            double[] sums = new double[3];
            double[] squares = new double[3];
            int sequences = 1500;
            for (int i = 0; i < sequences; i++) {
                KernelSource kernel = source.kernel(random);
                kernel.fill(random, tokens, 1, length);
                Strategy[] strategies = {
                    new Strategy.Uniform(), new Unigram(), new AfterContext(1)
                };
                for (int s = 0; s < 3; s++) {
                    strategies[s].predict(symbols, 1, tokens, 0, length, law);
                    double risk = 0;
                    int last = length - 1;
                    risk +=
                            Predictions.crossEntropy(
                                    kernel.next(tokens[last]), law, last * symbols);
                    risk -= kernel.next(tokens[last]).entropy();
                    sums[s] += risk;
                    squares[s] += risk * risk;
                }
            }
            for (int s = 0; s < 3; s++) {
                double mean = sums[s] / sequences;
                double error = Math.sqrt((squares[s] / sequences - mean * mean) / sequences);
                assertThat(mean)
                        .as("%s symbols, strategy %d, standard error %s", symbols, s, error)
                        .isEqualTo(row[2 + s], offset(5 * error + .001));
            }
        }
    }

    @Test
    void aModelThatFollowsAStrategyIsAtDistanceZeroFromIt() {
        RandomKernelSource source = RandomKernelSource.of(3, 2, 1, new StartLaw.Stationary());
        StrategyDistances distances = new StrategyDistances(3, 2, 1);
        int[] tokens = new int[61];
        double[] law = new double[180];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            source.fill(random, tokens, 1, 61);
            new AfterContext(2).predict(3, 1, tokens, 0, 60, law);
            distances.add(tokens, 0, 60, law, 0);
        }
        assertThat(distances.distances())
                .extracting(Distance::strategy)
                .containsExactly(
                        new Strategy.Uniform(),
                        new Unigram(),
                        new AfterContext(1),
                        new AfterContext(2));
        assertThat(distances.distances().getLast().nats()).isEqualTo(0, offset(1e-12));
        assertThat(distances.distances().getFirst().nats()).isGreaterThan(.01);
    }

    @Test
    void oneSequenceHasNoKnownErrorAndIsStillJudged() {
        StrategyDistances one = new StrategyDistances(3, 1, 1);
        int[] tokens = {0, 1, 2, 2, 1, 0};
        double[] law = new double[15];
        new AfterContext(1).predict(3, 1, tokens, 0, 5, law);
        one.add(tokens, 0, 5, law, 0);
        assertThat(one.distances()).extracting(Distance::standardError).containsOnly(Double.NaN);
        assertThat(ContextSolution.of(one.distances())).isInstanceOf(ContextSolution.Follows.class);
    }

    /// A model that does as a strategy does is told so; one halfway between two isn't.
    @Test
    void whatIsFollowedInContextIsTold() {
        RandomKernelSource source = RandomKernelSource.of(3, 1, 1, new StartLaw.Stationary());
        SplittableRandom random = new SplittableRandom(2);
        int[] tokens = new int[101];
        double[] law = new double[300];
        double[] other = new double[300];
        StrategyDistances unigram = source.strategies();
        StrategyDistances between = source.strategies();
        for (int i = 0; i < 30; i++) {
            source.fill(random, tokens, 1, 101);
            new Unigram().predict(3, 1, tokens, 0, 100, law);
            unigram.add(tokens, 0, 100, law, 0);
            new AfterContext(1).predict(3, 1, tokens, 0, 100, other);
            for (int k = 0; k < law.length; k++) {
                law[k] = (law[k] + other[k]) / 2;
            }
            between.add(tokens, 0, 100, law, 0);
        }
        ContextSolution followed = ContextSolution.of(unigram.distances());
        assertThat(followed).isInstanceOf(ContextSolution.Follows.class);
        assertThat(followed.nearest().standardError()).isBetween(0.0, 1e-9);
        assertThat(followed.nearest().strategy()).isEqualTo(new Unigram());
        assertThat(followed.nearest().apart()).isGreaterThan(.05);
        assertThat(ContextSolution.of(between.distances()))
                .isInstanceOf(ContextSolution.Neither.class);
        assertThat(unigram.distances())
                .extracting(Distance::loss)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(unigram.distances().getFirst().loss()).isEqualTo(Math.log(3), offset(1e-12));
    }
}
