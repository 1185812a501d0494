package dev.perron.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class BenchmarkTest {
    static Stream<Comparison> all() {
        return Benchmark.all().stream();
    }

    @Test
    void rowsAreChosenByName() {
        assertThat(Benchmark.chosen("lambda2,rank"))
                .extracting(Comparison::name)
                .containsExactly("rank", "lambda2");
        assertThat(Benchmark.chosen("true")).hasSameSizeAs(Benchmark.all());
        assertThat(Benchmark.chosen("all")).hasSameSizeAs(Benchmark.all());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Benchmark.chosen("rank,no"))
                .withMessageStartingWith("no row 'no', must be of [machine, rank, ");
    }

    /// Small, for the harness and the scripts: whether they work, not how fast anything is.
    @ParameterizedTest
    @MethodSource("all")
    void everyRowRunsAtATinySize(Comparison comparison) throws IOException {
        List<Line> lines = tiny(comparison, Benchmark.python());

        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.row()).isEqualTo(comparison.name()));
        assertThat(lines)
                .allSatisfy(
                        line -> {
                            if (line instanceof Line.Skipped skipped) {
                                assertThat(skipped.why())
                                        .containsAnyOf("Python has no ", "the profile libtorch");
                            }
                            if (line instanceof Line.Measured measured
                                    && measured.what().contains("error")) {
                                assertThat(measured.value())
                                        .as(measured.what())
                                        .isBetween(0.0, 0.5);
                            }
                        });
    }

    /// What a machine without Python shows: our own numbers, and that the others are missing.
    @ParameterizedTest
    @MethodSource("all")
    void withoutPythonNoPeersNumberIsShown(Comparison comparison) throws IOException {
        assertThat(tiny(comparison, "no-such-python"))
                .isNotEmpty()
                .allSatisfy(
                        line -> {
                            if (line instanceof Line.Timed timed) {
                                assertThat(timed.beside())
                                        .containsAnyOf("reading", "copy", "multiply-adds");
                            }
                        });
    }

    private static List<Line> tiny(Comparison comparison, String python) throws IOException {
        Setting setting =
                new Setting(
                        2,
                        Setting.Size.TINY,
                        python,
                        Path.of("src", "main", "python").toAbsolutePath());
        PrintStream quiet =
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Benchmark.run(List.of(comparison), setting, quiet);
    }
}
