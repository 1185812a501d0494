package dev.perron.transformer.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.perron.chain.RandomInput;
import dev.perron.chain.StochasticMatrix;
import dev.perron.transformer.Activation;
import dev.perron.transformer.KernelSource;
import dev.perron.transformer.LagSource;
import dev.perron.transformer.Normalisation;
import dev.perron.transformer.OutputHead;
import dev.perron.transformer.Probabilities;
import dev.perron.transformer.StartLaw;
import dev.perron.transformer.TransformerConfig;
import dev.perron.transformer.TransformerWeights;
import dev.perron.transformer.landscape.Nature.Flat;
import dev.perron.transformer.landscape.Nature.NotStationary;
import dev.perron.transformer.landscape.Nature.Saddle;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;

/// The unigram point and the explicit minimum, and what the theory says of them. Models of the
/// theory with d = 3, six hidden units and four places: 88 weights tied, 91 untied.
class LandscapeTest {
    private static final int PLACES = 4;
    private static final double[][] SOURCES = {{.2, .3}, {.5, .8}, {.9, .9}};

    /// The sign table: tied and untied, p + q on both sides of 1.
    @Test
    void signsOfTheHessianAtTheUnigramPointAreThoseOfTheTheory() {
        for (double[] pq : SOURCES) {
            for (OutputHead head : List.of(OutputHead.SCALAR_TIED, OutputHead.SCALAR_UNTIED)) {
                KernelSource source = binary(pq);
                ExpectedLoss expected = ExpectedLoss.of(source, theory(head), PLACES);
                TransformerWeights point = unigramPoint(source, head, .2);
                Nature nature = Nature.of(expected, point);
                assertThat(nature.loss()).isEqualTo(source.unigramEntropy(), offset(1e-14));
                assertThat(nature.gradientNorm()).isLessThan(1e-14);
                if (head.tied() && pq[0] + pq[1] > 1) {
                    assertThat(nature)
                            .isInstanceOfSatisfying(
                                    Flat.class,
                                    flat -> {
                                        assertThat(flat.curvature().positive()).isEqualTo(4);
                                        assertThat(flat.curvature().zero()).isEqualTo(84);
                                        assertThat(flat.noneLower()).isTrue();
                                    });
                } else {
                    assertThat(nature)
                            .isInstanceOfSatisfying(
                                    Saddle.class,
                                    saddle -> {
                                        assertThat(saddle.curvature().negative()).isEqualTo(3);
                                        assertThat(saddle.curvature().positive())
                                                .isEqualTo(head.tied() ? 1 : 4);
                                        assertThat(saddle.curvature().zero()).isEqualTo(84);
                                    });
                }
            }
        }
    }

    /// With small position vectors the eigenvalues are near 2 π0 π1 (p+q-1), three times, and π0
    /// π1.
    @Test
    void eigenvaluesAtTheUnigramPointAreTheKnownOnes() {
        double[][] known = {{.5, .8, .1420, .2367}, {.2, .3, -.2400, .2400}};
        for (double[] row : known) {
            KernelSource source = binary(row);
            ExpectedLoss expected = ExpectedLoss.of(source, theory(OutputHead.SCALAR_TIED), PLACES);
            List<Double> values =
                    Curvature.of(
                                    expected.hessian(
                                            unigramPoint(source, OutputHead.SCALAR_TIED, .02)))
                            .nonzero();
            assertThat(values).hasSize(4);
            for (int i = 0; i < 3; i++) {
                assertThat(values.get(i)).isEqualTo(row[2], offset(1e-3));
            }
            assertThat(values.get(3)).isEqualTo(row[3], offset(1e-3));
        }
    }

    @Test
    void theQuadraticFormIsTheHessian() {
        for (double[] pq : SOURCES) {
            for (OutputHead head : List.of(OutputHead.SCALAR_TIED, OutputHead.SCALAR_UNTIED)) {
                for (double deviation : new double[] {.02, .5, 2}) {
                    KernelSource source = binary(pq);
                    ExpectedLoss expected = ExpectedLoss.of(source, theory(head), PLACES);
                    TransformerWeights point = unigramPoint(source, head, deviation);
                    UnigramForm form = UnigramForm.of(expected, point).orElseThrow();
                    assertThat(form.differenceFrom(expected.hessian(point))).isLessThan(1e-12);
                }
            }
        }
    }

    /// Large position vectors outweigh the negative part: a local minimum although p + q < 1.
    @Test
    void largePositionVectorsMakeAMinimumBelowOne() {
        KernelSource source = binary(.2, .3);
        OutputHead head = OutputHead.SCALAR_TIED;
        ExpectedLoss expected = ExpectedLoss.of(source, theory(head), PLACES);
        TransformerWeights point = unigramPoint(source, head, .02);
        SplittableRandom random = new SplittableRandom(3);
        double[] positions =
                random.doubles(PLACES * 3).map(_ -> 12 * random.nextGaussian()).toArray();
        TransformerWeights far = point.with("transformer.wpe.weight", positions);
        assertThat(Nature.of(expected, point)).isInstanceOf(Saddle.class);
        assertThat(Nature.of(expected, far)).isInstanceOf(Flat.class);
    }

    @Test
    void theFormIsSilentWhereTheTheoryIs() {
        KernelSource source = binary(.5, .8);
        TransformerConfig config = theory(OutputHead.SCALAR_TIED);
        ExpectedLoss expected = ExpectedLoss.of(source, config, PLACES);
        TransformerWeights withValues =
                TheoryPoint.unigram(
                        source, TheoryPoint.gaussian(config, .5, new SplittableRandom(1)));
        assertThat(UnigramForm.of(expected, withValues)).isEmpty();
        assertThat(expected.value(withValues)).isEqualTo(source.unigramEntropy(), offset(1e-14));
    }

    /// Early places have another law then, so the form isn't theirs.
    @Test
    void theFormIsSilentOfAnotherStartThanTheStationaryOne() {
        TransformerConfig config = theory(OutputHead.SCALAR_TIED);
        TransformerWeights point = unigramPoint(binary(.5, .8), OutputHead.SCALAR_TIED, .5);
        KernelSource uniform = KernelSource.binary(.5, .8, new StartLaw.Uniform());
        assertThat(UnigramForm.of(ExpectedLoss.of(uniform, config, PLACES), point)).isEmpty();
        KernelSource same = KernelSource.binary(.5, .5, new StartLaw.Uniform());
        assertThat(UnigramForm.of(ExpectedLoss.of(same, config, PLACES), point)).isPresent();
    }

    @Test
    void theExplicitMinimumHasTheEntropyRateAndNoDescent() {
        for (double[] pq : new double[][] {{.05, .6}, {.5, .8}}) {
            for (OutputHead head : List.of(OutputHead.SCALAR_TIED, OutputHead.SCALAR_UNTIED)) {
                KernelSource source = binary(pq);
                TransformerConfig config = theory(head);
                ExpectedLoss expected = ExpectedLoss.of(source, config, PLACES);
                TransformerWeights point = TheoryPoint.bigram(source, config);
                Nature nature = Nature.of(expected, point);
                assertThat(nature.loss()).isEqualTo(source.entropyRate(), offset(1e-14));
                assertThat(nature)
                        .isInstanceOfSatisfying(
                                Flat.class, flat -> assertThat(flat.noneLower()).isTrue());
            }
        }
    }

    /// On a lag chain the last symbol says nothing, so the untied unigram point is flat to second
    /// order; yet with attention it can be left.
    @Test
    void whatIsFlatToSecondOrderMayStillBeLeft() {
        LagSource source =
                LagSource.of(
                        StochasticMatrix.ofRows(new double[][] {{.5, .5}, {.8, .2}}),
                        2,
                        new StartLaw.Stationary());
        OutputHead head = OutputHead.SCALAR_UNTIED;
        ExpectedLoss expected = ExpectedLoss.of(source, theory(head), PLACES);
        TransformerWeights point =
                TheoryPoint.unigram(
                        source,
                        TheoryPoint.withoutValues(
                                TheoryPoint.gaussian(theory(head), .2, new SplittableRandom(7))));
        assertThat(Nature.of(expected, point))
                .isInstanceOfSatisfying(Flat.class, flat -> assertThat(flat.noneLower()).isFalse());
    }

    @Test
    void aRandomPointIsNotStationary() {
        KernelSource source = binary(.5, .8);
        TransformerConfig config = theory(OutputHead.SCALAR_TIED);
        ExpectedLoss expected = ExpectedLoss.of(source, config, 3);
        assertThat(Nature.of(expected, TheoryPoint.gaussian(config, .5, new SplittableRandom(1))))
                .isInstanceOf(NotStationary.class);
    }

    /// For several symbols each coordinate of the tied embeddings has the Hessian 2(ππᵀ -
    /// sym(diag(π)P)).
    @Test
    void theCriterionOfSeveralSymbolsIsTheMeasuredHessian() {
        StochasticMatrix matrix = new RandomInput(4).dense(4);
        KernelSource source = KernelSource.ofMatrix(matrix, new StartLaw.Stationary());
        TransformerConfig config = several(4, 2);
        ExpectedLoss expected = ExpectedLoss.of(source, config, 2);
        TransformerWeights point =
                TheoryPoint.unigram(
                        source, TheoryPoint.gaussian(config, 0, new SplittableRandom(1)));
        double[][] hessian = expected.hessian(point);
        int at = point.layout().tensor("transformer.wte.weight").offset();
        double[] pi = source.unigram().toArray();
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double said =
                        2 * pi[i] * pi[j]
                                - pi[i] * matrix.probability(i, j)
                                - pi[j] * matrix.probability(j, i);
                assertThat(hessian[at + 2 * i][at + 2 * j]).isEqualTo(said, offset(1e-13));
                assertThat(hessian[at + 2 * i][at + 2 * j + 1]).isEqualTo(0, offset(1e-13));
            }
        }
    }

    @Test
    void theSwitchingSourceChangesSignAtItsThreshold() {
        for (int symbols : new int[] {2, 3, 5, 10}) {
            double threshold = (symbols - 1.0) / symbols;
            UnigramCriterion below = UnigramCriterion.of(switching(symbols, threshold - 1e-6));
            UnigramCriterion above = UnigramCriterion.of(switching(symbols, threshold + 1e-6));
            assertThat(below.badMinimum()).isFalse();
            assertThat(below.escapes()).isEqualTo(symbols - 1);
            assertThat(above.badMinimum()).isTrue();
            assertThat(above.escapes()).isZero();
            double lambda2 = 1 - .3 * symbols / (symbols - 1);
            assertThat(UnigramCriterion.of(switching(symbols, .3)).eigenvalues())
                    .hasSize(symbols - 1)
                    .allSatisfy(
                            x -> assertThat(x).isEqualTo(-2 * lambda2 / symbols, offset(1e-14)));
        }
    }

    /// Where no logit is positive, probabilities by ReLU don't depend on any weight.
    @Test
    void aModelWhoseReluIsDeadIsFlatInAllDirections() {
        TransformerConfig config = theory(OutputHead.UNTIED).withProbabilities(Probabilities.RELU);
        TransformerWeights dead =
                TheoryPoint.gaussian(config, .02, new SplittableRandom(3))
                        .with("lm_head.bias", -10, -10);
        Nature found = Nature.of(ExpectedLoss.of(binary(.2, .3), config, PLACES), dead);
        assertThat(found.loss()).isEqualTo(Math.log(2), offset(1e-14));
        assertThat(found.curvature().zero()).isEqualTo(dead.layout().size());
        assertThat(found)
                .isInstanceOfSatisfying(
                        Flat.class, flat -> assertThat(flat.lowest()).isEqualTo(0, offset(1e-13)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TheoryPoint.unigram(binary(.2, .3), dead))
                .withMessage("probabilities RELU, must be softmax");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        KernelSource source = binary(.5, .8);
        TransformerConfig config = theory(OutputHead.SCALAR_TIED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExpectedLoss.of(source, config, 5))
                .withMessage("5 places, must be 1 to the context of 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExpectedLoss.of(source, TransformerConfig.reference(2, 20), 13))
                .withMessageContaining("must be at most 8192");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TheoryPoint.bigram(binary(1, .5), config))
                .withMessageContaining("p = 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TheoryPoint.bigram(source, config.withMlp(0, Activation.RELU)))
                .withMessageContaining("needs one where p + q is above 1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                TheoryPoint.unigram(
                                        KernelSource.binary(0, .5, new StartLaw.Uniform()),
                                        TheoryPoint.gaussian(config, 1, new SplittableRandom(1))))
                .withMessageContaining("symbol 1 doesn't occur");
    }

    private static TransformerWeights unigramPoint(
            KernelSource source, OutputHead head, double deviation) {
        return TheoryPoint.unigram(
                source,
                TheoryPoint.withoutValues(
                        TheoryPoint.gaussian(theory(head), deviation, new SplittableRandom(7))));
    }

    private static TransformerConfig theory(OutputHead head) {
        return TransformerConfig.reference(2, PLACES)
                .withDModel(3)
                .withMlp(6, Activation.RELU)
                .withNormalisation(Normalisation.NONE)
                .withHead(head);
    }

    private static TransformerConfig several(int symbols, int width) {
        return TransformerConfig.reference(symbols, 2)
                .withDModel(width)
                .withMlp(4, Activation.RELU)
                .withNormalisation(Normalisation.NONE);
    }

    private static KernelSource binary(double... pq) {
        return KernelSource.binary(pq[0], pq[1], new StartLaw.Stationary());
    }

    private static KernelSource switching(int symbols, double p) {
        return KernelSource.switching(symbols, p, new StartLaw.Stationary());
    }
}
