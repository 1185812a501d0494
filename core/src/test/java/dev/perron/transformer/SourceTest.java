package dev.perron.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.Distribution;
import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.chain.path.AliasTables;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Sources: their laws and entropies against closed forms, what they draw against their laws. Seeds
/// are fixed; bounds are five standard deviations, so that another seed would pass too.
class SourceTest {
    private static final StartLaw STATIONARY = new StartLaw.Stationary();

    /// Entropies of the published settings, to the digits of the paper's code.
    @Test
    void binarySourcesHaveThePublishedEntropies() {
        double[][] published = {
            {.2, .3, .5446, .6730},
            {.5, .8, .6190, .6663},
            {.9, .9, .3251, .6931},
            {.7, .9, .4858, .6853}
        };
        for (double[] row : published) {
            KernelSource source = KernelSource.binary(row[0], row[1], STATIONARY);
            assertThat(source.entropyRate()).isEqualTo(row[2], offset(5e-5));
            assertThat(source.unigramEntropy()).isEqualTo(row[3], offset(5e-5));
            assertThat(source.unigram().mass(1))
                    .isEqualTo(row[0] / (row[0] + row[1]), offset(1e-15));
        }
    }

    @Test
    void theSwitchingSourceOfFiveSymbolsHasItsEntropies() {
        KernelSource source = KernelSource.switching(5, .9, STATIONARY);
        assertThat(source.entropyRate()).isEqualTo(1.5727, offset(5e-5));
        assertThat(source.unigramEntropy()).isEqualTo(Math.log(5), offset(1e-15));
    }

    @Test
    void frequenciesOfBlocksAreTheStationaryLawOfEveryOrder() {
        for (int order = 1; order <= 3; order++) {
            KernelSource source = randomKernel(3, order, 5);
            SplittableRandom random = new SplittableRandom(order);
            int batch = 4000;
            int[] tokens = new int[batch * 9];
            source.fill(random, tokens, batch, 9);
            // Were the start not stationary, the first block's law would differ from the last's.
            for (int last : new int[] {order - 1, 8}) {
                int[] counts = new int[source.contexts()];
                for (int b = 0; b < batch; b++) {
                    counts[source.contextAt(tokens, b * 9 + last)]++;
                }
                for (int c = 0; c < counts.length; c++) {
                    double mass = source.contextLaw().mass(c);
                    assertThat((double) counts[c] / batch)
                            .as("order %d, block %d, place %d", order, c, last)
                            .isEqualTo(mass, offset(5 * Math.sqrt(mass * (1 - mass) / batch)));
                }
            }
        }
    }

    @Test
    void whatFollowsAContextHasItsLaw() {
        for (KnownSource source :
                List.of(
                        randomKernel(4, 2, 8),
                        LagSource.of(new RandomInput(9).dense(3), 5, STATIONARY))) {
            int length = 200_000;
            int[] tokens = new int[length];
            source.fill(new SplittableRandom(3), tokens, 1, length);
            double[][] counts = new double[source.contexts()][source.symbols()];
            for (int t = source.order() - 1; t + 1 < length; t++) {
                counts[source.contextAt(tokens, t)][tokens[t + 1]]++;
            }
            for (int c = 0; c < counts.length; c++) {
                double visits = Arrays.stream(counts[c]).sum();
                for (int j = 0; j < source.symbols(); j++) {
                    double mass = source.next(c).mass(j);
                    assertThat(counts[c][j] / visits)
                            .isEqualTo(mass, offset(5 * Math.sqrt(mass * (1 - mass) / visits)));
                }
            }
        }
    }

    /// The lag chain is a kernel of order k that looks at the earliest of the k symbols alone.
    @Test
    void theLagChainIsAKernelOfItsOrder() {
        StochasticMatrix matrix = new RandomInput(11).dense(3);
        LagSource lag = LagSource.of(matrix, 2, STATIONARY);
        List<Distribution> kernel = new ArrayList<>();
        for (int block = 0; block < 9; block++) {
            kernel.add(lag.next(block / 3));
        }
        KernelSource same = KernelSource.ofKernel(2, kernel, STATIONARY);
        assertThat(lag.entropyRate()).isEqualTo(same.entropyRate(), offset(1e-14));
        assertThat(lag.unigramEntropy()).isEqualTo(same.unigramEntropy(), offset(1e-14));
        assertThat(lag.unigram().distanceTo(same.unigram())).isLessThan(1e-14);
        assertThat(same.contextLaw().mass(5))
                .isEqualTo(lag.unigram().mass(1) * lag.unigram().mass(2), offset(1e-14));
    }

    @Test
    void aSequenceShorterThanTheOrderIsTheBeginningOfALongerOne() {
        for (MarkovSource source :
                List.of(
                        randomKernel(2, 3, 1),
                        LagSource.of(new RandomInput(9).dense(3), 5, STATIONARY),
                        RandomKernelSource.of(2, 3, .5, STATIONARY))) {
            int[] longer = new int[10];
            int[] shorter = new int[2];
            source.fill(new SplittableRandom(6), longer, 1, 10);
            source.fill(new SplittableRandom(6), shorter, 1, 2);
            assertThat(shorter).isEqualTo(Arrays.copyOf(longer, 2));
        }
    }

    @Test
    void startsAreAsGiven() {
        int[] tokens = new int[300];
        KernelSource.binary(.2, .3, new StartLaw.Given(Distribution.at(1, 2)))
                .fill(new SplittableRandom(2), tokens, 100, 3);
        for (int b = 0; b < 100; b++) {
            assertThat(tokens[b * 3]).isEqualTo(1);
        }
        LagSource.of(new RandomInput(9).dense(2), 3, new StartLaw.Given(Distribution.at(0, 2)))
                .fill(new SplittableRandom(2), tokens, 100, 3);
        assertThat(tokens).containsOnly(0);
    }

    @Test
    void whatHasNoMassIsNeverDrawn() {
        KernelSource alternating = KernelSource.binary(1, 1, STATIONARY);
        int[] tokens = new int[100];
        alternating.fill(new SplittableRandom(2), tokens, 1, 100);
        for (int t = 1; t < 100; t++) {
            assertThat(tokens[t]).isEqualTo(1 - tokens[t - 1]);
        }
        assertThat(alternating.entropyRate()).isZero();
        assertThat(alternating.remark())
                .hasValueSatisfying(r -> assertThat(r).contains("period 2"));

        AliasTables tables =
                AliasTables.of(List.of(Distribution.proportionalTo(0, 1e-300, 0.1, 0, 0.7, 0.1)));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            assertThat(tables.draw(0, random.nextLong())).isIn(1, 2, 4, 5);
        }
        assertThat(tables.draw(0, 0)).isIn(1, 2, 4, 5);
        assertThat(tables.draw(0, -1)).isIn(1, 2, 4, 5);
    }

    @Test
    void absorbingAndReducibleSourcesAreSaid() {
        KernelSource absorbing = KernelSource.binary(0, .3, new StartLaw.Uniform());
        assertThat(absorbing.remark())
                .hasValueSatisfying(r -> assertThat(r).contains("all symbols but 0 are transient"));
        assertThat(absorbing.unigram()).isEqualTo(Distribution.of(1, 0));
        assertThat(absorbing.entropyRate()).isZero();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSource.binary(0, 0, STATIONARY))
                .withMessageContaining("2 recurrent classes");
        KernelSource frozen =
                KernelSource.binary(0, 0, new StartLaw.Given(Distribution.of(.25, .75)));
        assertThat(frozen.unigram().mass(0)).isEqualTo(.25, offset(1e-15));
        assertThat(frozen.remark()).isPresent();
        assertThat(KernelSource.binary(.2, .3, STATIONARY).remark()).isEmpty();
    }

    @Test
    void wrongSourcesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSource.binary(1.5, .3, STATIONARY))
                .withMessage("p = 1.5, must be from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSource.switching(1, .3, STATIONARY))
                .withMessageContaining("at least 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LagSource.of(new RandomInput(1).dense(2), 0, STATIONARY))
                .withMessage("lag 0, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RandomKernelSource.of(4, 7, 1, STATIONARY))
                .withMessageContaining("at most 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RandomKernelSource.of(4, 1, 0, STATIONARY))
                .withMessageContaining("concentration = 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                KernelSource.binary(.2, .3, STATIONARY)
                                        .fill(new SplittableRandom(1), new int[5], 2, 3))
                .withMessage("room for 5 symbols, must be for 2 x 3");
    }

    /// Of Dirichlet(a, ..., a) on S outcomes a mass has mean 1/S and variance (S-1)/(S²(aS+1)).
    @Test
    void randomKernelsHaveTheMomentsOfTheirLaw() {
        for (double concentration : new double[] {.02, .5, 1, 4}) {
            int laws = 40_000;
            double[] masses = new double[laws * 3];
            Dirichlet.draw(new SplittableRandom(4), concentration, 3, masses);
            double mean = 0;
            double square = 0;
            for (int i = 0; i < laws; i++) {
                mean += masses[3 * i] / laws;
                square += masses[3 * i] * masses[3 * i] / laws;
            }
            double variance = 2 / (9 * (3 * concentration + 1));
            assertThat(mean).isEqualTo(1.0 / 3, offset(5 * Math.sqrt(variance / laws)));
            assertThat(square - mean * mean)
                    .isEqualTo(variance, offset(6 * variance / Math.sqrt(laws) + 1e-3));
        }
    }

    @Test
    void eachSequenceOfARandomKernelHasItsOwn() {
        RandomKernelSource source = RandomKernelSource.of(3, 1, .5, STATIONARY);
        int length = 50_000;
        int[] tokens = new int[length];
        source.fill(new SplittableRandom(8), tokens, 1, length);
        KernelSource drawn = source.kernel(new SplittableRandom(8));
        double[][] counts = new double[3][3];
        double[] visits = new double[3];
        for (int t = 0; t + 1 < length; t++) {
            counts[tokens[t]][tokens[t + 1]]++;
            visits[tokens[t]]++;
        }
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double mass = drawn.next(i).mass(j);
                assertThat(counts[i][j] / visits[i])
                        .isEqualTo(mass, offset(5 * Math.sqrt(mass * (1 - mass) / visits[i])));
            }
        }
    }

    private static KernelSource randomKernel(int symbols, int order, long seed) {
        RandomInput random = new RandomInput(seed);
        List<Distribution> kernel = new ArrayList<>();
        for (int c = 0; c < Math.round(Math.pow(symbols, order)); c++) {
            kernel.add(random.distribution(symbols));
        }
        return KernelSource.ofKernel(order, kernel, STATIONARY);
    }
}
