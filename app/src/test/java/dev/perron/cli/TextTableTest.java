package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class TextTableTest {
    private static final List<String> COLUMNS = List.of("text", "token", "score");

    @TempDir private Path folder;

    /// Texts 0, 1 and 3, in whose tokens are quotes and ends of lines; line 2 was empty.
    private String write(Path file, boolean resume) throws IOException {
        try (TextTable table = TextTable.in(file, COLUMNS, resume)) {
            for (int text : new int[] {0, 1, 3}) {
                if (text >= table.next()) {
                    table.add(
                            BatchItem.text(text),
                            csv -> {
                                csv.row("a\n7,\"b", 0.5);
                                csv.row("c" + text, 0.25);
                            });
                }
            }
        }
        return Files.readString(file);
    }

    @Test
    void whereverItWasInterruptedItIsTheSameTableInTheEnd() throws IOException {
        String whole = write(folder.resolve("whole.csv"), false);
        assertThat(whole)
                .startsWith("text,token,score\n0,\"a\n7,\"\"b\",0.5\n0,c0,0.25\n1,")
                .endsWith("3,c3,0.25\n");
        Path cut = folder.resolve("cut.csv");
        for (int length = 0; length <= whole.length(); length++) {
            Files.writeString(cut, whole.substring(0, length));
            assertThat(write(cut, true)).as("cut after %d", length).isEqualTo(whole);
        }
    }

    @Test
    void onlyTheLastTextIsDoneAgain() throws IOException {
        Path file = folder.resolve("a.csv");
        write(file, false);
        try (TextTable table = TextTable.in(file, COLUMNS, true)) {
            assertThat(table.next()).isEqualTo(3);
        }
        try (TextTable table = TextTable.in(file, COLUMNS, false)) {
            assertThat(table.next()).isZero();
        }
        assertThat(file).as("before a text is done").isNotEmptyFile();
    }

    @Test
    void anotherTableIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), "text,layer\n");
        assertThatThrownBy(() -> TextTable.in(file, COLUMNS, true))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("other columns");
    }
}
