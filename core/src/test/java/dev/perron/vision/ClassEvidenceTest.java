package dev.perron.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class ClassEvidenceTest {
    private static final PatchGrid GRID = new PatchGrid(2, 2, 1);

    /// Pixels of patch p are p + 1.
    private static PixelTensor image() {
        float[] values = new float[3 * 16];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 4 / 2 + i / 4 % 4 / 2 * 2 + 1;
        }
        return PixelTensor.of(4, 4, values);
    }

    /// Class 0 is the sum of the left patches less that of patch 3, class 1 ten.
    private static float[] linear(PixelTensor image) {
        return new float[] {image.at(0, 0, 0) + image.at(0, 0, 2) - image.at(0, 2, 2), 10};
    }

    private static ClassEvidence evidence(OptionalInt asked) {
        return ClassEvidence.of(image(), GRID, ClassEvidenceTest::linear, asked, _ -> {});
    }

    @Test
    void theLogitOfALinearModelFallsByThePatchsOwnPart() {
        ClassEvidence zero = evidence(OptionalInt.of(0));
        assertThat(zero.falls().toArray()).containsExactly(1, 0, 3, -4);
        assertThat(zero.probability()).isCloseTo(1 / (1 + Math.exp(10)), within(1e-12));
    }

    @Test
    void withoutAClassTheOneIsTakenThatTheModelNames() {
        List<Integer> done = new ArrayList<>();
        ClassEvidence named =
                ClassEvidence.of(
                        image(), GRID, ClassEvidenceTest::linear, OptionalInt.empty(), done::add);
        assertThat(named.named()).isEqualTo(1);
        assertThat(done).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aWalkStartsWhereTheLogitFallsAndNowhereElse() {
        List<Optional<Integer>> states =
                List.of(
                        Optional.empty(),
                        Optional.of(0),
                        Optional.of(1),
                        Optional.of(2),
                        Optional.of(3));
        assertThat(evidence(OptionalInt.of(0)).start(states).orElseThrow().toArray())
                .containsExactly(0, 0.25, 0, 0.75, 0);
        assertThat(evidence(OptionalInt.of(1)).start(states)).isEmpty();
    }

    @Test
    void aClassThatTheModelDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> evidence(OptionalInt.of(2)))
                .hasMessageContaining("class 2, must be from 0 to 1");
    }
}
