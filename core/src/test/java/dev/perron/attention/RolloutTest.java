package dev.perron.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.perron.chain.Distribution;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class RolloutTest {
    private static List<Token> tokens(int n) {
        return IntStream.range(0, n).<Token>mapToObj(i -> new Token.Piece("t" + i)).toList();
    }

    private static AttentionTensor random(long seed, int layers, int heads, int n) {
        SplittableRandom random = new SplittableRandom(seed);
        List<float[]> all = new ArrayList<>();
        for (int h = 0; h < layers * heads; h++) {
            float[] rows = new float[n * n];
            for (int i = 0; i < n; i++) {
                double[] weights = random.doubles(n).map(u -> Math.exp(4 * u)).toArray();
                double sum = IntStream.range(0, n).mapToDouble(j -> weights[j]).sum();
                for (int j = 0; j < n; j++) {
                    rows[i * n + j] = (float) (weights[j] / sum);
                }
            }
            all.add(rows);
        }
        return AttentionTensor.of(
                tokens(n), IntStream.range(0, layers).boxed().toList(), heads, all);
    }

    @Test
    void twoLayersOfTwoTokensByHand() {
        AttentionTensor tensor =
                AttentionTensor.of(
                        tokens(2),
                        new float[][][][] {{{{1, 0}, {1, 0}}}, {{{0, 1}, {0.5f, 0.5f}}}});
        // Â1 = [[1, 0], [½, ½]], Â2 = [[½, ½], [¼, ¾]], R = Â2 Â1
        Rollout rollout = Rollout.of(tensor);
        assertThat(rollout.chain().probability(0, 0)).isCloseTo(0.75, within(1e-12));
        assertThat(rollout.chain().probability(0, 1)).isCloseTo(0.25, within(1e-12));
        assertThat(rollout.chain().probability(1, 0)).isCloseTo(0.625, within(1e-12));
        assertThat(rollout.inputs(Distribution.at(1, 2)).mass(1)).isCloseTo(0.375, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rowsSumToOneThroughAnyNumberOfLayers(long seed) {
        Rollout rollout = Rollout.of(random(seed, 5, 3, 9));
        assertThat(rollout.chain().rowSumError()).as("seed %d", seed).isLessThan(1e-12);
        assertThat(rollout.layers()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aResidualOutsideOfItsRangeIsRefused() {
        assertThatThrownBy(() -> Rollout.of(random(1, 1, 1, 2), 1))
                .hasMessage("residual = 1.0, must be in [0, 1)");
    }

    @Test
    void flowThroughOneLayerIsItsCapacities() {
        AttentionTensor tensor = random(4, 1, 2, 6);
        Rollout one = Rollout.of(tensor);
        double[] flows = AttentionFlow.to(tensor, 2);
        for (int j = 0; j < 6; j++) {
            assertThat(flows[j]).isCloseTo(one.chain().probability(2, j), within(1e-9));
        }
    }

    @Test
    void flowByHand() {
        AttentionTensor tensor =
                AttentionTensor.of(
                        tokens(2),
                        new float[][][][] {{{{1, 0}, {1, 0}}}, {{{0, 1}, {0.5f, 0.5f}}}});
        // To input 0 from output 0: ½ through token 0 and ½ through token 1, whose pipe is ½ wide.
        assertThat(AttentionFlow.to(tensor, 0)[0]).isCloseTo(1, within(1e-9));
        assertThat(AttentionFlow.to(tensor, 0)[1]).isCloseTo(0.5, within(1e-9));
    }

    /// A path carries no more than its narrowest pipe, and rollout adds products over paths: so
    /// rollout is never above flow.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void flowIsFromRolloutToOne(long seed) {
        AttentionTensor tensor = random(seed, 4, 2, 7);
        Rollout rollout = Rollout.of(tensor);
        double[] flows = AttentionFlow.to(tensor, 3);
        for (int j = 0; j < 7; j++) {
            assertThat(flows[j])
                    .as("seed %d", seed)
                    .isBetween(rollout.chain().probability(3, j) - 1e-9, 1 + 1e-9);
        }
    }

    @Test
    void aTokenThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> AttentionFlow.to(random(1, 1, 1, 2), 2))
                .hasMessage("token 2, must be from 0 to 1");
    }
}
