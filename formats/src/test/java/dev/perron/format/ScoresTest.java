package dev.perron.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perron.attention.Mask;
import dev.perron.attention.RowPolicy;
import dev.perron.attention.SeenKeys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// Files of scores before the softmax.
class ScoresTest {
    private static final double MASKED = Double.NEGATIVE_INFINITY;
    private static final ReadOptions ALL =
            ReadOptions.defaults().withScores(SeenKeys.of(Mask.NONE));
    private static final ReadOptions CAUSAL =
            ReadOptions.defaults().withScores(SeenKeys.of(Mask.CAUSAL));

    @TempDir private Path folder;

    private AttentionFile open(ReadOptions options, long[] shape, double... scores)
            throws IOException {
        Path file = folder.resolve("a.npy");
        return AttentionFile.open(
                Examples.write(file, Examples.npy("<f2", shape, scores)), options);
    }

    @Test
    void theyBecomeAttention() throws IOException {
        try (AttentionFile file = open(ALL, new long[] {2, 2}, 0, MASKED, 9, 9)) {
            assertThat(file.head(0, 0).head().toArray()).containsExactly(1, 0, 0.5f, 0.5f);
            assertThat(file.survey(0, 0).causal()).isTrue();
            assertThat(file.survey(0, 0).worstError()).isLessThan(1e-7);
        }
        try (AttentionFile file = open(CAUSAL, new long[] {1, 2, 2}, 0, 7, 9, 9)) {
            assertThat(file.rows(0, 0)).containsExactly(1, 0, 0.5f, 0.5f);
            assertThat(file.description().square()).isTrue();
        }
    }

    @Test
    void aRowOfMaskedKeysIsEmptyAndTreatedAsSuch() throws IOException {
        try (AttentionFile file = open(ALL, new long[] {2, 2}, MASKED, MASKED, MASKED, 1)) {
            assertThatThrownBy(() -> file.head(0, 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("an empty row 0");
        }
        try (AttentionFile file =
                open(
                        ALL.withRows(RowPolicy.DROP_EMPTY),
                        new long[] {2, 2},
                        MASKED,
                        MASKED,
                        MASKED,
                        1)) {
            assertThat(file.head(0, 0).positions()).containsExactly(1);
        }
    }

    @Test
    void whatIsNoScoreIsRefusedByItsPlace() throws IOException {
        try (AttentionFile file = open(ALL, new long[] {2, 2}, 0, 0, 0, Double.NaN)) {
            assertThatThrownBy(() -> file.head(0, 0))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("L0H0: row 1, key 1: a score of NaN");
            assertThatThrownBy(() -> file.survey(0, 0)).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void aMaskNeedsAsManyQueriesAsKeys() throws IOException {
        assertThatThrownBy(() -> open(CAUSAL, new long[] {1, 2}, 0, 0))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("scores of 1 queries and 2 keys");
        try (AttentionFile file = open(ALL, new long[] {1, 2}, 3, 3)) {
            assertThat(file.rows(0, 0)).containsExactly(0.5f, 0.5f);
        }
    }

    @Test
    void stepsOfGenerateHaveNoScoresOfTheKeysToCome() throws IOException {
        Path file =
                Examples.write(
                        folder.resolve("steps.npz"),
                        Examples.npz(
                                "step.0",
                                Examples.npy("<f4", new long[] {1, 1, 1, 1}, 5),
                                "step.1",
                                Examples.npy("<f4", new long[] {1, 1, 1, 2}, 3, 3)));
        try (AttentionFile read = AttentionFile.open(file, ALL)) {
            assertThat(read.head(0, 0).head().toArray()).containsExactly(1, 0, 0.5f, 0.5f);
        }
    }

    @Test
    void attentionThatIsNoneMentionsThem() throws IOException {
        try (AttentionFile file =
                open(ReadOptions.defaults(), new long[] {2, 2}, -1, 2, 0.5, 0.5)) {
            assertThatThrownBy(() -> file.head(0, 0)).hasMessageContaining("--scores");
        }
    }
}
