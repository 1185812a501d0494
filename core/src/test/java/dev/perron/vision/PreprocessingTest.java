package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.vision.Preprocessing.Prepared;
import dev.perron.vision.Preprocessing.Resize;
import dev.perron.vision.Preprocessing.Size;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class PreprocessingTest {
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> DEVIATION = List.of(0.229, 0.224, 0.225);

    @Test
    void channelsAreScaledAndNormalised() {
        RgbImage image = RgbImage.of(2, 2, (x, y) -> 0x00ff80);
        PixelTensor pixels =
                Preprocessing.exact(new Size(2, 2), Resampling.BILINEAR, MEAN, DEVIATION)
                        .prepare(image)
                        .pixels();
        assertThat(pixels.at(0, 1, 1)).isCloseTo((float) (-0.485 / 0.229), within(1e-6f));
        assertThat(pixels.at(1, 0, 1)).isCloseTo((float) ((1 - 0.456) / 0.224), within(1e-6f));
        assertThat(pixels.at(2, 1, 0))
                .isCloseTo((float) ((128 / 255.0 - 0.406) / 0.225), within(1e-6f));
    }

    @Test
    void theMiddleIsCutOutAndItsPlaceIsKnown() {
        Preprocessing cut =
                new Preprocessing(
                        new Resize.ShortestEdge(8),
                        Optional.of(new Size(6, 6)),
                        Resampling.BILINEAR,
                        1 / 255.0,
                        HALF,
                        HALF);
        Prepared prepared = cut.prepare(RgbImage.of(32, 16, (x, y) -> x << 16));
        assertThat(prepared.pixels().width()).isEqualTo(6);
        assertThat(prepared.pixels().height()).isEqualTo(6);
        // 32 x 16 becomes 16 x 8; 6 x 6 of it from 5,1 is 12 x 12 from 10,2
        assertThat(prepared.view()).isEqualTo(new ImageView(10, 2, 12, 12));
        assertThat(cut.size()).contains(new Size(6, 6));
    }

    @Test
    void anImageSmallerThanTheMiddleIsRefused() {
        Preprocessing cut =
                new Preprocessing(
                        new Resize.None(),
                        Optional.of(new Size(6, 6)),
                        Resampling.BILINEAR,
                        1,
                        HALF,
                        HALF);
        assertThatThrownBy(() -> cut.prepare(RgbImage.of(5, 9, (x, y) -> 0)))
                .hasMessage(
                        "image of 5 x 9 after resizing, must be at least 6 x 6, which is cut out");
    }

    @Test
    void blankPatchesAreZeroAndOthersStay() {
        PixelTensor pixels =
                Preprocessing.exact(new Size(4, 4), Resampling.NEAREST, HALF, HALF)
                        .prepare(RgbImage.of(4, 4, (x, y) -> 0xffffff))
                        .pixels();
        PixelTensor without = pixels.without(new PatchGrid(2, 2, 1), false, true, false, false);
        assertThat(without.at(0, 1, 1)).isEqualTo(1);
        assertThat(without.at(2, 2, 1)).isZero();
        assertThat(without.at(1, 3, 0)).isZero();
        assertThat(without.at(1, 2, 2)).isEqualTo(1);
    }

    @Test
    void whatIsNoNormalisationIsRefused() {
        assertThatThrownBy(
                        () ->
                                Preprocessing.exact(
                                        new Size(1, 1),
                                        Resampling.BILINEAR,
                                        HALF,
                                        List.of(1.0, 0.0, 1.0)))
                .hasMessageContaining("must be finite, the last two positive");
    }
}
