package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class SeenKeysTest {
    @Test
    void theyAreThoseLessThanAWindowAwayThatTheMaskLeaves() {
        for (Mask mask : Mask.values()) {
            for (int window : new int[] {1, 2, 3, 6, 7, 100, SeenKeys.ALL}) {
                SeenKeys seen = new SeenKeys(mask, window);
                for (int query = 0; query < 7; query++) {
                    int i = query;
                    int[] expected =
                            IntStream.range(0, 7)
                                    .filter(j -> Math.abs(i - j) < window)
                                    .filter(j -> mask == Mask.NONE || j <= i)
                                    .toArray();
                    assertThat(IntStream.range(seen.first(i), seen.end(i, 7)).toArray())
                            .as("%s, query %d of 7", seen, i)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aWindowOfOneIsCausalAndOnlyTheWholeIsAll() {
        assertThat(new SeenKeys(Mask.NONE, 1).causal()).isTrue();
        assertThat(new SeenKeys(Mask.NONE, 2).causal()).isFalse();
        assertThat(SeenKeys.of(Mask.CAUSAL).causal()).isTrue();
        assertThat(SeenKeys.of(Mask.NONE).all()).isTrue();
        assertThat(SeenKeys.of(Mask.CAUSAL).all()).isFalse();
        assertThat(new SeenKeys(Mask.NONE, 9).all()).isFalse();
        assertThatThrownBy(() -> new SeenKeys(Mask.NONE, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a window of 0 keys, must be at least 1");
    }
}
