package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.Distribution;
import dev.perron.chain.RandomInput;
import dev.perron.transformer.Solution.Bigram;
import dev.perron.transformer.Solution.Indistinguishable;
import dev.perron.transformer.Solution.Neither;
import dev.perron.transformer.Solution.Unigram;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/// Verdicts on models whose solution is known, since it was put there.
class SolutionTest {
    private static final StartLaw STATIONARY = new StartLaw.Stationary();

    @Test
    void theSourceItselfIsTheBigram() {
        KernelSource source = KernelSource.binary(.5, .8, STATIONARY);
        Solution solution = Solution.of(source, Predictions.exact(source, mixed(source, 0)));
        assertThat(solution).isInstanceOf(Bigram.class);
        assertThat(solution.evidence().toBigram()).isZero();
        assertThat(solution.evidence().toUnigram())
                .isEqualTo(solution.evidence().separation(), offset(1e-15));
        assertThat(solution.evidence().loss().mean())
                .isEqualTo(source.entropyRate(), offset(1e-15));
        assertThat(solution.evidence().gained()).isEqualTo(1, offset(1e-12));
    }

    @Test
    void theLongRunLawIsTheUnigram() {
        KernelSource source = KernelSource.binary(.5, .8, STATIONARY);
        Solution solution = Solution.of(source, Predictions.exact(source, mixed(source, 1)));
        assertThat(solution).isInstanceOf(Unigram.class);
        assertThat(solution.evidence().loss().mean())
                .isEqualTo(source.unigramEntropy(), offset(1e-15));
    }

    @Test
    void inBetweenIsNeither() {
        KernelSource source = KernelSource.binary(.5, .8, STATIONARY);
        assertThat(Solution.of(source, Predictions.exact(source, mixed(source, .5))))
                .isInstanceOf(Neither.class);
        assertThat(Solution.of(source, Predictions.exact(source, mixed(source, .45)), .5))
                .isInstanceOf(Bigram.class);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Solution.of(source, Predictions.exact(source, mixed(source, 0)), 0))
                .withMessageContaining("tolerance = 0.0");
    }

    /// The right mean rows, but a loss above the unigram entropy: it isn't the bigram.
    @Test
    void rightRowsOnAverageAreNotEnough() {
        KernelSource source = KernelSource.binary(.5, .8, STATIONARY);
        Predictions wild =
                new Predictions(
                        Predictions.exact(source, mixed(source, 0)).rows(),
                        .3,
                        new Loss(.8, .001, 100));
        assertThat(Solution.of(source, wild)).isInstanceOf(Neither.class);
    }

    @Test
    void independentSymbolsCannotTellThemApart() {
        KernelSource source = KernelSource.binary(.3, .7, STATIONARY);
        assertThat(Solution.of(source, Predictions.exact(source, mixed(source, 0))))
                .isInstanceOfSatisfying(
                        Indistinguishable.class, same -> assertThat(same.learned()).isTrue());
        assertThat(
                        Solution.of(
                                source,
                                Predictions.exact(
                                        source,
                                        List.of(Distribution.of(0, 1), Distribution.of(1, 0)))))
                .isInstanceOfSatisfying(
                        Indistinguishable.class, same -> assertThat(same.learned()).isFalse());
    }

    /// A tied model of five symbols that escaped in one of four equal directions: the reading of
    /// the published 1.6005 that fits.
    @Test
    void escapedDirectionsAreCounted() {
        KernelSource source = KernelSource.switching(5, .9, STATIONARY);
        double[] escaped = {1, -1, 2, -2, 0};
        for (int directions = 0; directions <= 2; directions++) {
            List<Distribution> rows = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                double[] row = new double[5];
                for (int j = 0; j < 5; j++) {
                    row[j] = .2;
                    row[j] += directions > 0 ? -.125 * escaped[i] * escaped[j] / 10 : 0;
                    row[j] +=
                            directions > 1 && i < 4 && j < 4
                                    ? -.125 * (i < 2 == j < 2 ? .25 : -.25)
                                    : 0;
                }
                rows.add(Distribution.of(row));
            }
            LearnedDirections learned =
                    Solution.of(source, Predictions.exact(source, rows))
                            .evidence()
                            .directions()
                            .orElseThrow();
            assertThat(learned.all()).isEqualTo(4);
            assertThat(learned.learned()).isEqualTo(directions);
            for (int i = 0; i < 4; i++) {
                assertThat(learned.shares().get(i)).isEqualTo(i < directions ? 1 : 0, offset(1e-9));
            }
            assertThat(learned.levels().get(1)).isEqualTo(1.6003, offset(5e-5));
            assertThat(learned.levels().getLast()).isEqualTo(source.entropyRate(), offset(1e-12));
        }
    }

    @Test
    void allDirectionsOfAnySourceAreLearnedByItself() {
        RandomInput.times(
                20,
                random -> {
                    int symbols = random.between(3, 6);
                    KernelSource source = KernelSource.ofMatrix(random.dense(symbols), STATIONARY);
                    LearnedDirections learned =
                            Solution.of(source, Predictions.exact(source, mixed(source, 0)))
                                    .evidence()
                                    .directions()
                                    .orElseThrow();
                    assertThat(learned.learned()).isEqualTo(learned.all());
                    assertThat(learned.shares())
                            .allSatisfy(s -> assertThat(s).isEqualTo(1, offset(1e-6)));
                });
    }

    /// What is tallied from sequences is what the exact judgement says, within its noise.
    @Test
    void aTallyAgreesWithTheExactPredictions() {
        KnownSource source = LagSource.of(new RandomInput(3).dense(3), 2, STATIONARY);
        List<Distribution> rows = mixed(source, .3);
        Predictions exact = Predictions.exact(source, rows);
        PredictionTally tally = new PredictionTally(source);
        int batch = 200;
        int length = 50;
        int[] tokens = new int[batch * length];
        source.fill(new SplittableRandom(5), tokens, batch, length);
        double[] predicted = new double[length * 3];
        for (int b = 0; b < batch; b++) {
            for (int t = 1; t < length; t++) {
                double[] row = rows.get(source.contextAt(tokens, b * length + t)).toArray();
                System.arraycopy(row, 0, predicted, t * 3, 3);
            }
            tally.add(tokens, b * length, length, predicted, 0);
        }
        Predictions found = tally.predictions();
        assertThat(found.spread()).isLessThan(1e-6);
        assertThat(found.loss().standardError()).isBetween(1e-5, .02);
        assertThat(found.loss().mean())
                .isEqualTo(exact.loss().mean(), offset(5 * found.loss().standardError()));
        for (int c = 0; c < 3; c++) {
            assertThat(found.rows().get(c).orElseThrow().distanceTo(rows.get(c))).isLessThan(1e-9);
        }
    }

    /// From one sequence nobody knows how sequences differ, and nothing is allowed for it.
    @Test
    void oneSequenceHasNoKnownErrorAndIsStillJudged() {
        KernelSource source = KernelSource.binary(.2, .3, STATIONARY);
        PredictionTally tally = new PredictionTally(source);
        int[] tokens = new int[500];
        source.fill(new SplittableRandom(5), tokens, 1, tokens.length);
        double[] predicted = new double[2 * tokens.length];
        for (int t = 0; t < tokens.length; t++) {
            predicted[2 * t] = source.next(tokens[t]).mass(0);
            predicted[2 * t + 1] = source.next(tokens[t]).mass(1);
        }
        tally.add(tokens, 0, tokens.length, predicted, 0);
        assertThat(tally.predictions().loss().standardError()).isNaN();
        assertThat(Solution.of(source, tally.predictions())).isInstanceOf(Solution.Bigram.class);
        tally.add(tokens, 0, tokens.length, predicted, 0);
        assertThat(tally.predictions().loss().standardError()).isEqualTo(0, offset(1e-7));
    }

    @Test
    void predictionsOnOtherContextsAreRefused() {
        KernelSource source = KernelSource.binary(.5, .8, STATIONARY);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Predictions.exact(source, Collections.nCopies(3, source.unigram())))
                .withMessage("3 rows, must be one for each of 2 contexts");
    }

    private static List<Distribution> mixed(KnownSource source, double unigram) {
        List<Distribution> rows = new ArrayList<>();
        for (int c = 0; c < source.contexts(); c++) {
            double[] row = source.next(c).toArray();
            for (int j = 0; j < row.length; j++) {
                row[j] = (1 - unigram) * row[j] + unigram * source.unigram().mass(j);
            }
            rows.add(Distribution.of(row));
        }
        return rows;
    }
}
