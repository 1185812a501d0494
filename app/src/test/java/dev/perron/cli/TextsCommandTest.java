package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

        refused(2, "give --csv too", "--texts", texts, "-o", file.toString());
        refused(2, "--figure draws one", "--texts", texts, "--csv", "--figure", "a.svg");
        refused(2, "need --texts", "--text", "x", "--csv", "-o", file.toString());
        refused(2, "--resume needs", "--texts", texts, "--csv", "--resume");
        refused(2, "--texts excludes", "--texts", texts, "--csv", "--text", "x");
        refused(2, "--alpha-sweep", "--texts", texts, "--csv", "--alpha-sweep");
        refused(3, "can't be read", "--texts", "no.txt", "--csv");
        refused(3, "has no text", "--texts", empty, "--csv", "-o", file.toString());
        refused(3, "line 0 has 602 tokens", "--texts", tooLong, "--csv", "-o", file.toString());
        assertThat(file).doesNotExist();
    }

    @Test
    void windowsOfALongTextAreTextsOfTheirOwn() throws IOException {
        String text = "the fox and the dog and the cat and the mouse";
        PerronProcess windows =
                PerronProcess.run(
                        "rank",
                        "--text",
                        text,
                        "--text-window",
                        "6",
                        "--text-stride",
                        "3",
                        "--csv");
        assertThat(windows.exitCode()).as(windows.err()).isZero();
        assertThat(windows.out()).startsWith("text,window,window_start,layer,");
        assertThat(
                        windows.out()
                                .lines()
                                .skip(1)
                                .map(row -> row.substring(0, row.indexOf(",5,")))
                                .distinct())
                .containsExactly("0,0,0", "0,1,3", "0,2,6", "0,3,9");
        PerronProcess second = PerronProcess.run("rank", "--text", "the dog and the", "--csv");
        assertThat(
                        windows.out()
                                .lines()
                                .filter(row -> row.startsWith("0,1,3,"))
                                .map(row -> row.substring("0,1,3,".length()) + "\n")
                                .collect(Collectors.joining()))
                .isEqualTo(second.out().substring(second.out().indexOf('\n') + 1));
        String longer = Files.writeString(folder.resolve("l.txt"), "fox ".repeat(600)).toString();
        PerronProcess whole =
                PerronProcess.run(
                        "heads",
                        "--texts",
                        longer,
                        "--layer",
                        "0",
                        "--text-window",
                        "512",
                        "--csv");
        assertThat(whole.exitCode()).as(whole.err()).isZero();
        assertThat(whole.out().lines().skip(1)).hasSize(2 * 12);
    }

    @Test
    void everyFormAnswersForEachWindow() {
        String[] windows = {
            "--text", "the fox and the dog", "--text-window", "5", "--text-stride", "2"
        };
        for (String command : List.of("rank", "heads", "chain", "bounce")) {
            JsonObject all = PerronProcess.run(of(command, windows, "--json")).json();
            assertThat(all.get("command").getAsString()).isEqualTo(command);
            JsonArray answers = all.getAsJsonArray("answers");
            assertThat(answers).hasSize(2);
            JsonObject second = answers.get(1).getAsJsonObject();
            JsonObject alone = PerronProcess.run(command, "--text", "and the dog", "--json").json();
            assertThat(second.remove("text").getAsInt()).isZero();
            assertThat(second.remove("window").getAsInt()).isEqualTo(1);
            assertThat(second.remove("windowStart").getAsInt()).isEqualTo(2);
            List.of("schemaVersion", "command", "provenance").forEach(alone::remove);
            assertThat(second).as(command).isEqualTo(alone);

            PerronProcess text = PerronProcess.run(of(command, windows));
            assertThat(text.exitCode()).as(text.err()).isZero();
            assertThat(text.out())
                    .startsWith("== text 0, window 0, from token 0 ==\n")
                    .endsWith(
                            "\n\n== text 0, window 1, from token 2 ==\n"
                                    + PerronProcess.run(command, "--text", "and the dog").out());
        }
        PerronProcess elsewhere = PerronProcess.run(of("report", windows, "-o", "x.html"));
        assertThat(elsewhere.err()).contains("no option '--text-window' here, but in ");
        assertThat(elsewhere.exitCode()).isEqualTo(2);
    }

    @Test
    void aDocumentOfTextsThatCannotAllBeAnsweredIsNone() throws IOException {
        String texts =
                Files.writeString(folder.resolve("mixed.txt"), "the fox\n" + "fox ".repeat(600))
                        .toString();
        refused(3, "line 1 has 602 tokens", "--texts", texts, "--json");
    }

    @Test
    void aTextThatIsNotThereIsNotCut() throws IOException {
        String file = Files.writeString(folder.resolve("a.csv"), "a,b\n1,0\n0,1\n").toString();
        refused(2, "--truncate cuts a text", file, "--truncate");
        refused(2, "--truncate cuts a text", "--image", "a.png", "--truncate");
        refused(2, "--truncate cuts a text", "--queries", "q.npy", "--truncate");
        refused(2, "--axes is about a FILE", "--text", "x", "--axes", "q,k");
        refused(2, "--grid is about a FILE", "--text", "x", "--grid", "2x2");
        refused(2, "--causal is about scores", "--text", "x", "--causal");
        refused(2, "--tokens is about a FILE", "--text", "x", "--tokens", file);
    }

    @Test
    void windowsThatDoNotFitAreRefused() {
        String[] fox = {"--text", "the fox", "--csv"};
        refused(2, "--text-stride needs --text-window", with(fox, "--text-stride", "2"));
        refused(2, "exclude each other", with(fox, "--text-window", "9", "--truncate"));
        refused(2, "needs --text or --texts", "a.npy", "--text-window", "9", "--csv");
        refused(3, "must be at most 512", with(fox, "--text-window", "513"));
        refused(3, "must be at least 3", with(fox, "--text-window", "2"));
        refused(3, "must be at most 3", with(fox, "--text-window", "5", "--text-stride", "4"));
    }

    private static String[] of(String command, String[] options, String... more) {
        return with(with(new String[] {command}, options), more);
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void textsThatRunTogetherComeInTheirOrderAndTheSameAfterAnInterruption() throws IOException {
        String words = "one day a little girl named lily found a big red ball in the park ";
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < 40; line++) {
            lines.append(words, 0, words.indexOf(' ', line % 7 * 5 + 3)).append('\n');
        }
        Path texts = Files.writeString(folder.resolve("stories.txt"), lines);
        Path file = folder.resolve("stories.csv");
        String[] command = {
            "rank",
            "--model",
            SharedModels.stories().toString(),
            "--tokenizer",
            SharedModels.storiesTokenizer().toString(),
            "--texts",
            texts.toString(),
            "--csv",
            "-o",
            file.toString()
        };
        assertThat(PerronProcess.run(command).exitCode()).isZero();
        String whole = Files.readString(file);
        assertThat(
                        whole.lines()
                                .skip(1)
                                .map(row -> Integer.valueOf(row.substring(0, row.indexOf(','))))
                                .distinct())
                .containsExactlyElementsOf(IntStream.range(0, 40).boxed().toList());
        Files.writeString(file, whole.substring(0, whole.length() * 9 / 10));
        assertThat(PerronProcess.run(with(command, "--resume")).exitCode()).isZero();
        assertThat(Files.readString(file)).isEqualTo(whole);
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
