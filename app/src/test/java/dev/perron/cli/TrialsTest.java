package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// What an evaluation keeps of each image, and the labels that it is given.
class TrialsTest {
    private static final List<String> COLUMNS = List.of("image", "file", "run", "word", "number");

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("t.csv");
    }

    private void write(String run) throws IOException {
        try (Trials trials = Trials.in(file(), run, COLUMNS, false)) {
            for (int i = 0; i < 3; i++) {
                int image = i;
                trials.add(
                        i,
                        Path.of("folder", i + ".png"),
                        csv -> {
                            csv.row("a, \"b\"\nc", image / 4.0);
                            csv.row("none", null);
                        });
            }
        }
    }

    @Test
    void whatWasWrittenIsReadAgainButForTheLastImage() throws IOException {
        write("r, 1");
        try (Trials trials = Trials.in(file(), "r, 1", COLUMNS, true)) {
            assertThat(trials.rows(1, Path.of("elsewhere", "1.png")))
                    .containsExactly(List.of("a, \"b\"\nc", "0.25"), List.of("none", ""));
            assertThat(trials.rows(2, Path.of("2.png"))).as("it may be cut short").isEmpty();
            assertThatThrownBy(() -> trials.rows(1, Path.of("x.png")))
                    .hasMessageContaining("image 1 was 1.png, is x.png");
        }
    }

    @Test
    void anotherRunsNumbersAreNotTaken() throws IOException {
        write("model a");
        assertThatThrownBy(() -> Trials.in(file(), "model b", COLUMNS, true))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("it is of 'model a', this is 'model b'");
    }

    @Test
    void labelsAreFoundByNameWithOrWithoutItsEnding() throws IOException {
        Path labels = folder.resolve("l.csv");
        Files.writeString(labels, "file,class\nn01_1.JPEG, 7\nb\t12\n\n");
        ImageLabels read = ImageLabels.read(labels);
        assertThat(read.of(Path.of("x", "n01_1.JPEG"))).isEqualTo(OptionalInt.of(7));
        assertThat(read.of(Path.of("b.png"))).isEqualTo(OptionalInt.of(12));
        assertThat(ImageLabels.none().of(Path.of("b.png"))).isEmpty();
        ImageLabels.none().requireAll(List.of(Path.of("c.png")));
        assertThatThrownBy(() -> read.requireAll(List.of(Path.of("b.png"), Path.of("c.png"))))
                .hasMessageContaining("no class for 1 of 2 photographs (c)");
        Files.writeString(labels, "a,1\nb,dog\n");
        assertThatThrownBy(() -> ImageLabels.read(labels))
                .hasMessageContaining("line 2: 'b,dog', must be a photograph's name");
    }
}
