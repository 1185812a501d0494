package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perron.attention.Token;
import dev.perron.vision.PatchGrid.Inference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.OptionalInt;

class PatchGridTest {
    @ParameterizedTest
    @CsvSource({
        "197,224,224,16,14,14,1", // ViT-B/16
        "198,224,224,16,14,14,2", // DeiT, distilled
        "196,224,224,16,14,14,0",
        "846,406,406,14,29,29,5", // DINOv2 with four registers
        "601,480,320,16,20,30,1" // not square
    })
    void theGridIsFoundByThePatchSize(
            int tokens, int width, int height, int patch, int rows, int columns, int prefix) {
        assertThat(PatchGrid.infer(tokens, width, height, OptionalInt.of(patch)))
                .isEqualTo(new Inference.Found(new PatchGrid(rows, columns, prefix)));
    }

    @Test
    void withoutThePatchSizeTheOnlyGridThatFitsIsFound() {
        assertThat(PatchGrid.infer(197, 224, 224, OptionalInt.empty()))
                .isEqualTo(new Inference.Found(new PatchGrid(14, 14, 1)));
    }

    @Test
    void severalGridsAreRefusedWithTheCandidates() {
        // 4 patches of 6 pixels after 8 tokens, 9 of 4 pixels after 3
        switch (PatchGrid.infer(12, 12, 12, OptionalInt.empty())) {
            case Inference.Found(var grid) -> throw new AssertionError(grid);
            case Inference.Unclear(String reason, var candidates) -> {
                assertThat(candidates)
                        .containsExactly(
                                new PatchGrid(3, 3, 3),
                                new PatchGrid(2, 2, 8),
                                new PatchGrid(1, 1, 11));
                assertThat(reason)
                        .isEqualTo(
                                "12 tokens on 12 x 12 pixels fit several grids: 3 x 3 patches after"
                                    + " 3 tokens, 2 x 2 patches after 8 tokens, 1 x 1 patches after"
                                    + " 11 tokens");
            }
        }
    }

    @Test
    void whatFitsNoGridIsRefused() {
        assertThat(PatchGrid.infer(500, 224, 224, OptionalInt.empty()))
                .isEqualTo(
                        new Inference.Unclear(
                                "500 tokens on 224 x 224 pixels fit no grid of square patches after"
                                        + " at most 16 tokens",
                                List.of()));
        assertThat(PatchGrid.infer(50, 224, 224, OptionalInt.of(16)))
                .isInstanceOf(Inference.Unclear.class);
        assertThat(PatchGrid.infer(197, 220, 224, OptionalInt.of(16)))
                .isInstanceOf(Inference.Unclear.class);
    }

    @Test
    void tokensAreNamedInOrder() {
        assertThat(new PatchGrid(1, 2, 1).names())
                .containsExactly(
                        new Token.Special("[CLS]"), new Token.Patch(0, 0), new Token.Patch(0, 1));
        assertThat(new PatchGrid(1, 1, 2).names())
                .containsExactly(
                        new Token.Special("[CLS]"),
                        new Token.Special("[DIST]"),
                        new Token.Patch(0, 0));
        assertThat(new PatchGrid(1, 1, 5).names())
                .startsWith(
                        new Token.Special("[CLS]"),
                        new Token.Special("[REG1]"),
                        new Token.Special("[REG2]"));
    }

    @Test
    void aPixelLiesInItsPatch() {
        PatchGrid grid = new PatchGrid(2, 4, 1);
        ImageView view = new ImageView(0, 0, 400, 200);
        assertThat(grid.patchAt(0, 0, view)).isEqualTo(new Token.Patch(0, 0));
        assertThat(grid.patchAt(399, 199, view)).isEqualTo(new Token.Patch(1, 3));
        assertThat(grid.patchAt(100, 99, view)).isEqualTo(new Token.Patch(0, 1));
        assertThat(grid.patchAt(99, 100, view)).isEqualTo(new Token.Patch(1, 0));
        assertThat(grid.patchAt(-50, 500, view)).isEqualTo(new Token.Patch(1, 0));
    }
}
