package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.StochasticMatrix;

import org.junit.jupiter.api.Test;

import java.util.List;

class SinkPatchesTest {
    private static final PatchGrid GRID = new PatchGrid(4, 5, 1);

    /// All look at the patches of `liked` with `share` each, half of the rest of them also at patch
    /// 7.
    private static StochasticMatrix chain(double share, int... liked) {
        int n = GRID.tokens();
        double[] weights = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                weights[i * n + j] = 1.0 / n;
            }
            for (int patch : liked) {
                weights[i * n + patch + 1] += share;
            }
            weights[i * n + 7 + 1] += i % 2 == 0 ? 1 : 0;
        }
        return StochasticMatrix.proportionalTo(n, weights);
    }

    @Test
    void whatAllLookAtIsASinkAndWhatHalfLookAtIsNot() {
        assertThat(SinkPatches.of(chain(0.5, 0, 19), GRID.names(), GRID).patches())
                .containsExactly(0, 19);
        assertThat(SinkPatches.of(chain(0), GRID.names(), GRID).patches()).isEmpty();
    }

    @Test
    void tokensBeforeThePatchesAreNone() {
        assertThat(SinkPatches.of(chain(0.5, -1), GRID.names(), GRID).patches()).isEmpty();
    }

    @Test
    void aSinkIsFilledWithTheMeanOfThePatchesAroundIt() {
        PatchMap map = PatchMap.of(GRID, patch -> patch == 0 ? 1000 : patch);
        PatchMap filled = new SinkPatches(GRID, List.of(0)).filled(map);
        assertThat(filled.at(0, 0)).isCloseTo((1 + 5 + 6) / 3.0, within(1e-12));
        assertThat(filled.at(3, 4)).isEqualTo(19);
        // patches 0, 1, 5 and 6 together: the corner has only what was filled before
        PatchMap block = new SinkPatches(GRID, List.of(0, 1, 5, 6)).filled(map);
        assertThat(block.at(0, 0)).isBetween(2.0, 12.0);
        PatchMap all =
                new SinkPatches(new PatchGrid(1, 1, 0), List.of(0))
                        .filled(PatchMap.of(new PatchGrid(1, 1, 0), 3));
        assertThat(all.at(0, 0)).isEqualTo(3);
    }

    @Test
    void tokensMustBeThoseOfTheChain() {
        assertThatThrownBy(() -> SinkPatches.of(chain(0), List.of(), GRID))
                .hasMessageContaining("must be as many");
    }
}
