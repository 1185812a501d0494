package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.SplittableRandom;

class SegmentationTest {
    private static Mask random(SplittableRandom random, int width, int height) {
        boolean[] pixels = new boolean[width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextInt(3) == 0;
        }
        return Mask.of(width, height, (x, y) -> pixels[y * width + x]);
    }

    @Test
    void upsamplingIsBilinearBetweenCentresAndConstantOutside() {
        PatchGrid grid = new PatchGrid(1, 2, 0);
        PixelMap map = PatchMap.of(grid, 0, 1).upsampled(new ImageView(0, 0, 8, 2), 8, 2);
        double[] expected = {0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1};
        for (int x = 0; x < 8; x++) {
            assertThat(map.at(x, 1)).isCloseTo(expected[x], within(1e-7));
        }
    }

    @Test
    void otsuPartsTwoClusters() {
        float[] values = new float[100];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < 70 ? 0.1f + i * 1e-3f : 0.8f + i * 1e-3f;
        }
        PixelMap map = PixelMap.of(10, 10, values);
        assertThat(map.above(Threshold.OTSU).area()).isEqualTo(30);
        assertThat(Threshold.OTSU.of(map)).isBetween(0.17, 0.87);
        assertThat(Threshold.MEAN.of(map)).isCloseTo(0.3595, within(1e-3));
    }

    @Test
    void ofAConstantMapNothingIsForeground() {
        PixelMap plain = PixelMap.of(2, 2, 3, 3, 3, 3);
        assertThat(plain.above(Threshold.OTSU).area()).isZero();
        assertThat(plain.above(Threshold.MEAN).area()).isZero();
    }

    @Test
    void scoresOfAKnownCase() {
        Mask truth = Mask.of(2, 2, (x, y) -> x == 0); // left column
        PixelMap map = PixelMap.of(2, 2, 0.9f, 0.8f, 0.7f, 0.1f); // top left, top right, ...
        SegmentationScore score = SegmentationScore.of(map.above(0.75), map, truth);
        assertThat(score.accuracy()).isEqualTo(0.5);
        assertThat(score.foregroundIou()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(score.backgroundIou()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(score.foregroundAp()).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
        assertThat(score.backgroundAp()).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
    }

    @Test
    void valuesThatAreEqualAreRankedTogether() {
        Mask truth = Mask.of(4, 1, (x, y) -> x < 2);
        PixelMap plain = PixelMap.of(4, 1, -1, -1, -1, -1);
        SegmentationScore score = SegmentationScore.of(plain.above(0), plain, truth);
        assertThat(score.meanAp()).isEqualTo(0.5);
        PixelMap signed = PixelMap.of(4, 1, 2, -0f, -0.5f, 0);
        assertThat(SegmentationScore.of(signed.above(0.1), signed, truth).foregroundAp())
                .isCloseTo(0.5 + 0.5 * 2 / 3, within(1e-12));
    }

    @Test
    void anEmptyMaskIsMetByAnEmptyMask() {
        Mask nothing = Mask.of(3, 2, (x, y) -> false);
        PixelMap plain = PixelMap.of(3, 2, 0, 0, 0, 0, 0, 0);
        SegmentationScore score = SegmentationScore.of(nothing, plain, nothing);
        assertThat(score.meanIou()).isEqualTo(1);
        assertThat(score.meanAp()).isEqualTo(1);
        Mask some = Mask.of(3, 2, (x, y) -> x == 0);
        assertThat(SegmentationScore.of(some, plain, nothing).foregroundIou()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void runLengthsGiveTheMaskAgain(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Mask mask = random(random, 1 + random.nextInt(9), 1 + random.nextInt(9));
        assertThat(RunLength.of(mask).mask()).as("seed %d", seed).isEqualTo(mask);
    }

    @Test
    void runLengthsGoDownTheColumnsAsInCoco() {
        Mask mask = Mask.of(3, 2, (x, y) -> x == 1 || (x == 0 && y == 0));
        assertThat(RunLength.of(mask).counts()).containsExactly(0, 1, 1, 2, 2);
    }

    private static final List<Integer> POLYGONS = List.of(7, 2, 4, 13, 1, 4, 3, 1, 1, 2, 7);

    private static final List<Integer> PERSON =
            List.of(
                    104981, 9, 294, 70, 286, 75, 284, 76, 284, 76, 284, 76, 284, 76, 284, 76, 284,
                    77, 283, 79, 282, 79, 283, 78, 285, 75, 289, 70, 120721);

    /// Strings that pycocotools wrote, as other projects' documentation quotes them: a quarter of
    /// 100 x 100 pixels, two polygons on 9 rows of 5 columns, an object on 360 of 640.
    @Test
    void runLengthsArePackedAsPycocotoolsPacksThem() {
        Mask quarter = Mask.of(100, 100, (x, y) -> y < 50 && x >= 50);
        assertThat(RunLength.of(quarter).compressed()).isEqualTo("Xl4b1b1" + "0".repeat(98));
        assertThat(new RunLength(5, 9, POLYGONS).compressed()).isEqualTo("724;MG2MN16");
        assertThat(new RunLength(640, 360, PERSON).compressed())
                .isEqualTo("e`V39V9m1H5N10000000001O2O01O2M4K`ce3");
        assertThat(RunLength.of(Mask.of(2, 2, (x, y) -> false)).compressed()).isEqualTo("4");
        assertThat(RunLength.of(Mask.of(1, 1, (x, y) -> true)).compressed()).isEqualTo("01");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void overlapByUnionIsSymmetricAndComplementsAgree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Mask a = random(random, 13, 7);
        Mask b = random(random, 13, 7);
        PixelMap map = PixelMap.of(13, 7, new float[91]);
        SegmentationScore ab = SegmentationScore.of(a, map, b);
        SegmentationScore ba = SegmentationScore.of(b, map, a);
        assertThat(ab.meanIou()).as("seed %d", seed).isEqualTo(ba.meanIou());
        assertThat(ab.meanIou()).isEqualTo(SegmentationScore.meanIou(a, b));
        float[] values = new float[91];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(5);
        }
        PixelMap levels = PixelMap.of(13, 7, values);
        for (Threshold threshold : Threshold.values()) {
            assertThat(SegmentationScore.meanIou(levels, threshold, b))
                    .as("seed %d", seed)
                    .isEqualTo(SegmentationScore.meanIou(levels.above(threshold), b));
        }
        Mask notA = Mask.of(13, 7, (x, y) -> !a.at(x, y));
        Mask notB = Mask.of(13, 7, (x, y) -> !b.at(x, y));
        SegmentationScore turned = SegmentationScore.of(notA, map, notB);
        assertThat(turned.foregroundIou()).isEqualTo(ab.backgroundIou());
    }

    @Test
    void theBootstrapIntervalOfEqualValuesIsAPoint() {
        BootstrapInterval interval = BootstrapInterval.of(List.of(0.7, 0.7, 0.7), 3);
        assertThat(interval.low()).isCloseTo(0.7, within(1e-12));
        assertThat(interval.high()).isCloseTo(0.7, within(1e-12));
    }

    @Test
    void theBootstrapIntervalIsAboutTwoStandardErrorsWide() {
        List<Double> sample =
                new SplittableRandom(8).doubles(400).boxed().toList(); // deviation 0.289
        BootstrapInterval interval = BootstrapInterval.of(sample, 5);
        assertThat(interval.high() - interval.low()).isBetween(0.05, 0.064);
        assertThat(BootstrapInterval.of(sample, 5)).isEqualTo(interval);
    }

    @Test
    void theAreaUnderACurveIsByTrapezoids() {
        assertThat(new MaskingCurve(List.of(0.0, 0.5, 1.0), List.of(1.0, 0.5, 0.0)).area())
                .isEqualTo(0.5);
        assertThat(new MaskingCurve(List.of(0.0, 0.2, 1.0), List.of(1.0, 0.0, 0.0)).area())
                .isCloseTo(0.1, within(1e-12));
    }
}
