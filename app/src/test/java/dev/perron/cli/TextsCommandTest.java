package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Many texts in one run, as processes.
class TextsCommandTest {
    @TempDir private Path folder;

    private String texts() throws IOException {
        return Files.writeString(
                        folder.resolve("texts.txt"), "the fox\n\nthe dog and the fox\n\"a, b\"\n")
                .toString();
    }

    @Test
    void eachTextHasTheRowsThatItHasAlone() throws IOException {
        for (String command : new String[] {"rank", "heads"}) {
            PerronProcess all = PerronProcess.run(command, "--texts", texts(), "--csv");
            assertThat(all.exitCode()).as(all.err()).isZero();
            PerronProcess one =
                    PerronProcess.run(command, "--text", "the dog and the fox", "--csv");
            String rows =
                    all.out()
                            .lines()
                            .filter(row -> row.startsWith("text,") || row.startsWith("2,"))
                            .map(row -> row.substring(row.indexOf(',') + 1) + "\n")
                            .collect(Collectors.joining());
            assertThat(rows).isEqualTo(one.out());
            assertThat(all.out().lines().skip(1).map(row -> row.substring(0, 1)).distinct())
                    .containsExactly("0", "2", "3");
        }
    }

    @Test
    void anInterruptedRunIsGoneOnWith() throws IOException {
        Path file = folder.resolve("ranks.csv");
        String[] command = {"rank", "--texts", texts(), "--csv", "-o", file.toString()};
        PerronProcess first = PerronProcess.run(command);
        assertThat(first.exitCode()).as(first.err()).isZero();
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() * 2 / 3));

        PerronProcess again =
                PerronProcess.run(
                        Stream.concat(Stream.of(command), Stream.of("--resume"))
                                .toArray(String[]::new));
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(Files.readString(file)).isEqualTo(whole);
    }

    @Test
    void aCommandLineOrATextThatDoesNotFitIsRefused() throws IOException {
        String texts = texts();
        Path file = folder.resolve("out.csv");
        String empty = Files.writeString(folder.resolve("empty.txt"), " \n").toString();
        String tooLong =
                Files.writeString(folder.resolve("long.txt"), "fox ".repeat(600)).toString();

        refused(2, "needs --csv", "--texts", texts);
        refused(2, "needs --csv", "--texts", texts, "--csv", "--figure", "a.svg");
        refused(2, "need --texts", "--text", "x", "--csv", "-o", file.toString());
        refused(2, "--resume needs", "--texts", texts, "--csv", "--resume");
        refused(2, "--texts excludes", "--texts", texts, "--csv", "--text", "x");
        refused(2, "--alpha-sweep", "--texts", texts, "--csv", "--alpha-sweep");
        refused(3, "can't be read", "--texts", "no.txt", "--csv");
        refused(3, "has no text", "--texts", empty, "--csv", "-o", file.toString());
        refused(3, "line 0 has 602 tokens", "--texts", tooLong, "--csv", "-o", file.toString());
        assertThat(file).doesNotExist();
    }

    private static void refused(int code, String found, String... options) {
        PerronProcess process =
                PerronProcess.run(
                        Stream.concat(Stream.of("rank"), Stream.of(options))
                                .toArray(String[]::new));
        assertThat(process.err().strip()).contains(found).hasLineCount(1);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(code);
        assertThat(process.out()).isEmpty();
    }
}
