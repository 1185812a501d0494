package dev.perron.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class TargetTest {
    private static final List<Line> LINES =
            List.of(
                    Line.Timed.faster(
                            "rank",
                            "easy",
                            Samples.of(1, 2, 3),
                            "torch",
                            Samples.of(100, 120, 80),
                            Optional.of(Target.atLeast(50))),
                    Line.Timed.timesTheFloor(
                            "passes",
                            "easy",
                            Samples.of(3),
                            "reading",
                            Samples.of(2),
                            Target.atMost(1.3)),
                    Line.Measured.of("rank", "easy", "an error", Double.NaN),
                    new Line.Skipped("states", "sticky", "schur", "Python has no scipy"));

    @TempDir private Path folder;

    @Test
    void theLimitItselfIsEnough() {
        assertThat(Target.atLeast(20).metBy(20)).isTrue();
        assertThat(Target.atLeast(20).metBy(19.9)).isFalse();
        assertThat(Target.atMost(1.3).metBy(1.3)).isTrue();
        assertThat(Target.atMost(1.3).metBy(1.31)).isFalse();
    }

    @Test
    void whatIsNoNumberMeetsNothing() {
        assertThat(Target.atLeast(0).metBy(Double.NaN)).isFalse();
        assertThat(Target.atMost(1).metBy(Double.NaN)).isFalse();
    }

    @Test
    void theTableHasMediansQuartilesRatiosAndVerdicts() {
        String table = ResultTable.of(LINES);
        assertThat(table)
                .containsPattern("2000 \\[1500, 2500] +\\| torch")
                .containsPattern("\\| 50 +\\| ≥ 50 +\\| yes +\\|")
                .containsPattern("\\| 1.5 +\\| ≤ 1.3 +\\| NO +\\|")
                .contains("skipped: Python has no scipy", "not measured", "NaN");
    }

    @Test
    void theFileHasEverySampleAndNullForWhatIsNoNumber() throws IOException {
        Path file = folder.resolve("new").resolve("bench.json");
        ResultFile.write(file, Map.of("cores", "2"), LINES);
        assertThat(Files.readString(file))
                .contains("\"cores\":\"2\"")
                .contains("\"seconds\":[100.0,120.0,80.0]")
                .contains("\"ratio\":50.0,\"side\":\"AT_LEAST\",\"limit\":50.0,\"met\":true")
                .contains("\"value\":null")
                .contains("\"skipped\":\"Python has no scipy\"");
        assertThat(folder.resolve("new")).isDirectoryContaining("glob:**bench.json");
        try (var files = Files.list(folder.resolve("new"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void numbersHaveThreeDigits() {
        assertThat(Numbers.short3(0)).isEqualTo("0");
        assertThat(Numbers.short3(1)).isEqualTo("1");
        assertThat(Numbers.short3(1.2345)).isEqualTo("1.23");
        assertThat(Numbers.short3(0.012345)).isEqualTo("0.0123");
        assertThat(Numbers.short3(12345)).isEqualTo("12345");
        assertThat(Numbers.short3(100)).isEqualTo("100");
        assertThat(Numbers.short3(1.25e-9)).isEqualTo("1.3e-09");
        assertThat(Numbers.short3(Double.NaN)).isEqualTo("NaN");
    }
}
