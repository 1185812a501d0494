package dev.perron.transformer.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.RandomInput;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.landscape.Flow.End.Arrived;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/// The canonical model against its closed forms, and its flow against what the energy foretells.
class CanonicalTest {
    private static final double[][] SOURCES = {{.2, .3}, {.5, .8}, {.9, .9}, {.1, .6}};

    @Test
    void lossesAreTheEntropiesOfTheSource() {
        for (double[] pq : SOURCES) {
            Canonical model = new Canonical(pq[0], pq[1]);
            KernelSource source = KernelSource.binary(pq[0], pq[1], new StartLaw.Stationary());
            assertThat(model.bigramLoss()).isEqualTo(source.entropyRate(), offset(1e-15));
            assertThat(model.unigramLoss()).isEqualTo(source.unigramEntropy(), offset(1e-15));
            assertThat(model.loss(0, .3)).isEqualTo(model.unigramLoss(), offset(1e-15));
            double w = pq[0] + pq[1] < 1 ? .4 : -1.1;
            double e = model.globalMinimum(w);
            assertThat(model.loss(e, w)).isEqualTo(model.bigramLoss(), offset(1e-14));
            assertThat(model.slope(e, w).norm()).isLessThan(1e-14);
            assertThat(model.globalMinimum(-w - .5)).isNaN();
        }
    }

    @Test
    void theBestBiasIsBest() {
        RandomInput.times(
                200,
                random -> {
                    Canonical model =
                            new Canonical(random.between(.01, .99), random.between(.01, .99));
                    double e = random.between(-3.0, 3.0);
                    double w = random.between(-2.0, 2.0);
                    double b = model.bestBias(e, w);
                    double h = 1e-6;
                    double slope = (model.loss(e, w, b + h) - model.loss(e, w, b - h)) / (2 * h);
                    assertThat(slope).isEqualTo(0, offset(1e-9));
                });
    }

    @Test
    void theBestBiasSurvivesLargeLogits() {
        for (double[] pq : SOURCES) {
            Canonical model = new Canonical(pq[0], pq[1]);
            for (double w : new double[] {-30, 30}) {
                assertThat(model.bestBias(30, w)).isFinite();
                assertThat(model.loss(30, w)).isFinite().isGreaterThan(model.bigramLoss());
            }
        }
        assertThat(new Canonical(.4, .4).bestBias(20, -20)).isFinite();
    }

    @Test
    void slopesAreDifferences() {
        RandomInput.times(
                100,
                random -> {
                    Canonical model =
                            new Canonical(random.between(.05, .95), random.between(.05, .95));
                    double e = random.between(-2.0, 2.0);
                    double w = random.between(-1.5, 1.5);
                    double h = 1e-5;
                    Canonical.Slope slope = model.slope(e, w);
                    assertThat(slope.e())
                            .isEqualTo(
                                    (model.loss(e + h, w) - model.loss(e - h, w)) / (2 * h),
                                    offset(1e-8));
                    assertThat(slope.w())
                            .isEqualTo(
                                    (model.loss(e, w + h) - model.loss(e, w - h)) / (2 * h),
                                    offset(1e-8));
                });
    }

    @Test
    void theSaddleHasItsEnergy() {
        assertThat(Canonical.SADDLE_ENERGY).isEqualTo(-.84657, offset(5e-6));
        assertThat(Canonical.energy(0, Canonical.SADDLE_W))
                .isEqualTo(Canonical.SADDLE_ENERGY, offset(1e-15));
        assertThat(new Canonical(.5, .8).slope(0, Canonical.SADDLE_W).norm()).isZero();
    }

    /// L - H(π) ~ π0 π1 (p+q-1)(1+2w|w|) e² about e = 0.
    @Test
    void nearTheUnigramTheLossIsQuadratic() {
        for (double[] pq : SOURCES) {
            Canonical model = new Canonical(pq[0], pq[1]);
            double pi1 = pq[0] / (pq[0] + pq[1]);
            for (double w : new double[] {-1.2, -.3, .6}) {
                double e = 1e-3;
                double expected = pi1 * (1 - pi1) * (pq[0] + pq[1] - 1) * (1 + 2 * w * Math.abs(w));
                assertThat((model.loss(e, w) - model.unigramLoss()) / (e * e))
                        .isEqualTo(expected, offset(1e-5));
            }
        }
    }

    /// 160 random starts, 40 on each of four sources: all end where the energy says, and keep it.
    @Test
    void everyFlowEndsWhereItsEnergySays() {
        SplittableRandom random = new SplittableRandom(20260501);
        double drift = 0;
        int unigram = 0;
        for (double[] pq : SOURCES) {
            Canonical model = new Canonical(pq[0], pq[1]);
            for (int i = 0; i < 40; i++) {
                double e = 1.2 * random.nextGaussian();
                double w = 1.2 * random.nextGaussian();
                Flow flow = model.flow(e, w);
                assertThat(flow.end())
                        .as("p, q = %s, %s from (%s, %s)", pq[0], pq[1], e, w)
                        .isEqualTo(new Arrived(model.basin(e, w)));
                drift = Math.max(drift, flow.energyDrift());
                unigram += model.basin(e, w) == Basin.UNIGRAM ? 1 : 0;
            }
        }
        assertThat(drift).isLessThan(2e-8);
        assertThat(unigram).isBetween(40, 120);
    }

    @Test
    void lossFallsAlongAFlow() {
        Flow flow = new Canonical(.5, .8).flow(.5, -.9);
        for (int i = 1; i < flow.points().size(); i++) {
            assertThat(flow.points().get(i).loss())
                    .isLessThanOrEqualTo(flow.points().get(i - 1).loss() + 1e-14);
        }
        assertThat(flow.end()).isEqualTo(new Arrived(Basin.GLOBAL));
    }

    @Test
    void aSmallGaussianStartDecidesNothingButTheSource() {
        assertThat(new Canonical(.2, .3).probabilityOfGlobal(.02)).isEqualTo(1, offset(1e-12));
        assertThat(new Canonical(.5, .8).probabilityOfGlobal(.02)).isEqualTo(0, offset(1e-9));
        assertThat(new Canonical(.3, .7).probabilityOfGlobal(.02)).isEqualTo(1);
    }

    @Test
    void theProbabilityIsTheFrequencyOfTheBasin() {
        SplittableRandom random = new SplittableRandom(5);
        for (double[] pq : SOURCES) {
            Canonical model = new Canonical(pq[0], pq[1]);
            for (double deviation : new double[] {.5, 1, 3}) {
                int runs = 40_000;
                int global = 0;
                for (int i = 0; i < runs; i++) {
                    Basin basin =
                            model.basin(
                                    deviation * random.nextGaussian(),
                                    deviation * random.nextGaussian());
                    global += basin == Basin.GLOBAL ? 1 : 0;
                }
                double expected = model.probabilityOfGlobal(deviation);
                assertThat((double) global / runs)
                        .isEqualTo(
                                expected,
                                offset(5 * Math.sqrt(expected * (1 - expected) / runs) + 1e-4));
            }
        }
    }

    @Test
    void pointsThatDoNotMoveCountAsTheUnigram() {
        Canonical model = new Canonical(.2, .3);
        assertThat(model.basin(0, .5)).isEqualTo(Basin.UNIGRAM);
        assertThat(model.flow(0, .5).end()).isEqualTo(new Arrived(Basin.UNIGRAM));
        assertThat(model.flow(.5, 0).end()).isEqualTo(new Arrived(Basin.GLOBAL));
        assertThat(model.flow(1e-10, .5).end()).isEqualTo(new Arrived(Basin.GLOBAL));
        assertThat(new Canonical(.5, .8).flow(.5, 0).end()).isEqualTo(new Arrived(Basin.UNIGRAM));
        assertThat(new Canonical(.25, .75).flow(.5, .1).end()).isEqualTo(new Arrived(Basin.EITHER));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Canonical(0, .5))
                .withMessage("p = 0.0, must be inside (0, 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Canonical(.2, .3).flow(Double.NaN, 1))
                .withMessageContaining("must be finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Canonical(.2, .3).probabilityOfGlobal(0))
                .withMessageContaining("must be positive");
    }
}
