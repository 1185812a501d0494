package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What bad input gets: one line on stderr that says where, what and what to do, nothing on stdout,
/// the right exit code, no stack trace.
class BadInputTest {
    private static final String FOX = "the fox and the dog";

    @TempDir private Path folder;

    @Test
    void emptyTextIsRefused() {
        refused(3, List.of("--text is empty"), "rank", "--text", "");
        refused(3, List.of("--text is empty"), "rank", "--text", "  \n ");
        refused(3, List.of("--text is empty"), "rank", "--text", "-");
    }

    @Test
    void nothingToReadIsRefused() {
        refused(2, List.of("--text"), "rank");
    }

    @Test
    void textOverTheContextIsRefusedWithItsLengthAndCutOnlyOnRequest() {
        String text = "fox ".repeat(600);

        refused(3, List.of("602 tokens", "512", "--truncate"), "rank", "--text", text);
        assertThat(
                        PerronProcess.run("rank", "--text", text, "--truncate", "--json")
                                .json()
                                .get("tokens")
                                .getAsJsonArray())
                .hasSize(512);
    }

    @Test
    void aModelThatIsNotThereIsRefused() {
        refused(3, List.of("no.onnx", "no such file"), rank("no.onnx"));
        refused(3, List.of("directory"), rank(folder.toString()));
    }

    @Test
    void aFileThatIsNoModelIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("a.onnx"), "this is no model, it is a text");
        Path empty = Files.createFile(folder.resolve("b.onnx"));

        refused(3, List.of("a.onnx", "ONNX"), rank(text.toString()));
        refused(3, List.of("b.onnx", "empty"), rank(empty.toString()));
    }

    @Test
    void aTruncatedModelIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(SharedModels.stories());
        Path cut =
                Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length * 2 / 3));

        refused(3, List.of("cut.onnx", "truncated"), rank(cut.toString()));
        refused(3, List.of("cut.onnx", "truncated"), "inspect", cut.toString());
    }

    @Test
    void aTokenizerThatIsNoneIsRefused() throws IOException {
        Path json = Files.writeString(folder.resolve("t.json"), "{\"model\": 3}");

        refused(
                3,
                List.of("t.json", "tokenizer"),
                "rank",
                "--model",
                SharedModels.stories().toString(),
                "--tokenizer",
                json.toString(),
                "--text",
                FOX);
        refused(
                3,
                List.of("tokenizer.json", "--tokenizer"),
                "rank",
                "--model",
                SharedModels.stories().toString(),
                "--text",
                FOX);
        refused(2, List.of("--model"), "rank", "--tokenizer", json.toString(), "--text", FOX);
    }

    @Test
    void aTokenizerOfAnotherModelIsRefused() throws IOException {
        // The embedded encoder's 30,522 token ids, where this model has 512.
        Path foreign = folder.resolve("minilm.json");
        try (var in =
                BadInputTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
            assertThat(in).as("the embedded tokenizer's resource").isNotNull();
            Files.write(foreign, in.readAllBytes());
        }

        refused(
                3,
                List.of("id", "0 to 511", "tokenizer that belongs"),
                "rank",
                "--model",
                SharedModels.stories().toString(),
                "--tokenizer",
                foreign.toString(),
                "--text",
                FOX);
    }

    @Test
    void aTokenThatOccursTwiceIsRefusedWithTheCandidates() {
        refused(
                3,
                List.of("2 tokens", "#1 'the'", "#4 'the'", "--from '#1'"),
                "bounce",
                "--text",
                FOX,
                "--from",
                "the");
        assertThat(PerronProcess.run("bounce", "--text", FOX, "--from", "#4").exitCode()).isZero();
    }

    @Test
    void aTokenThatIsNotThereIsRefusedWithThoseThatAre() {
        refused(3, List.of("cat", "#2 'fox'"), "bounce", "--text", FOX, "--to", "cat");
        refused(3, List.of("#0 to #6"), "bounce", "--text", FOX, "--from", "#7");
        refused(
                3,
                List.of("[CLS]", "keep"),
                "bounce",
                "--text",
                FOX,
                "--from",
                "#0",
                "--special-tokens",
                "drop");
    }

    @Test
    void aLayerOrHeadOutOfRangeIsRefusedWithTheRange() {
        refused(3, List.of("--layer 6", "0 to 5"), "rank", "--text", FOX, "--layer", "6");
        refused(3, List.of("--layer -7", "0 to 5"), "heads", "--text", FOX, "--layer", "-7");
        refused(3, List.of("--head 12", "0 to 11"), "rank", "--text", FOX, "--head", "12");
        refused(2, List.of("--layer x"), "rank", "--text", FOX, "--layer", "x");
        refused(2, List.of("--head"), "rank", "--text", FOX, "--head", "three");
        refused(2, List.of("one layer"), "rank", "--text", FOX, "--layer", "all", "--head", "3");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        for (String alpha : List.of("0", "-0.5", "1.01", "NaN", "Infinity")) {
            refused(2, List.of("--alpha", "(0, 1]"), "rank", "--text", FOX, "--alpha", alpha);
        }
        refused(2, List.of("--alpha", "(0, 1]"), "chain", "--text", FOX, "--alpha", "2");
        refused(2, List.of("--alpha"), "rank", "--text", FOX, "--alpha", "much");
        refused(2, List.of("--tolerance"), "rank", "--text", FOX, "--tolerance", "0");
        refused(2, List.of("--steps"), "bounce", "--text", FOX, "--steps", "-1");
        refused(2, List.of("--direction"), "rank", "--text", FOX, "--direction", "up");
        refused(2, List.of("--special-tokens"), "rank", "--text", FOX, "--special-tokens", "eat");
        refused(2, List.of("--personalize"), "rank", "--text", FOX, "--personalize", "fox=-1");
    }

    @Test
    void aMaskNeverTakesThePlaceOfItsPhotograph() throws IOException {
        String photograph = Files.write(folder.resolve("a.png"), new byte[9]).toString();

        for (String input : List.of(photograph, folder.toString())) {
            refused(2, List.of("input itself"), "segment", input, "-o", input, "--model", "m.onnx");
        }
        assertThat(Files.readAllBytes(Path.of(photograph))).hasSize(9);
    }

    @Test
    void aMethodThatDoesNotFitIsRefused() {
        refused(2, List.of("--method guess"), "rank", "--text", FOX, "--method", "guess");
        refused(
                3,
                List.of("--method triangular", "causal", "elimination"),
                "rank",
                "--text",
                FOX,
                "--method",
                "triangular");
        refused(
                3,
                List.of("--method krylov", "alpha"),
                "rank",
                "--text",
                FOX,
                "--method",
                "krylov",
                "--alpha",
                "1");
        refused(
                3,
                List.of("--method power", "outgoing"),
                "rank",
                "--text",
                FOX,
                "--method",
                "power",
                "--direction",
                "out");
    }

    @Test
    void aMistypedOptionOrCommandIsRefused() {
        refused(2, List.of("--aplha", "--alpha"), "rank", "--text", FOX, "--aplha", "0.5");
        refused(2, List.of("rnak"), "rnak", "--text", FOX);
        refused(2, List.of("--json", "--csv"), "rank", "--text", FOX, "--json", "--csv");
    }

    @Test
    void anOutputThatCannotBeWrittenLeavesNothing() throws IOException {
        Path absent = folder.resolve("absent/rank.svg");
        Path taken = Files.createDirectory(folder.resolve("taken.svg"));

        refused(3, List.of("absent"), "rank", "--text", FOX, "--figure", absent.toString());
        refused(3, List.of("taken.svg"), "rank", "--text", FOX, "--figure", taken.toString());
        refused(2, List.of("--figure", ".svg"), "rank", "--text", FOX, "--figure", "rank.gif");
        try (var files = Files.walk(folder)) {
            assertThat(files).containsExactlyInAnyOrder(folder, taken);
        }
    }

    @Test
    void charactersThatTheLocaleCannotReadAreRefusedAndNotDropped() {
        assumeTrue(
                System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8"),
                "this locale can't name a file in Japanese itself");
        PerronProcess run = PerronProcess.in(Map.of("LC_ALL", "C"), "rank", "--text", "日本 fox");

        checked(run, 3, List.of("LC_ALL=C.UTF-8", "--text -"));
        assertThat(PerronProcess.in(Map.of("LC_ALL", "C"), "rank", "--text", "fox").out())
                .as("a table's bars in the C locale")
                .contains("█");
    }

    @Test
    void anAnswerThatDoesNotArriveIsNoSuccess() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "/dev/full is absent");
        Process process =
                new ProcessBuilder(PerronProcess.command("rank", "--text", FOX))
                        .redirectOutput(full.toFile())
                        .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(err.lines()).hasSize(1);
        assertThat(err).contains("standard output");
    }

    @Test
    void traceShowsWhereItFailed() {
        PerronProcess run = PerronProcess.run("rank", "--text", FOX, "--layer", "9", "--trace");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("\tat dev.perron.cli.");
    }

    @Test
    void theCheckOfOneLineFailsOnTwo() {
        PerronProcess two = new PerronProcess(3, "", "perron: one\nand more\n");

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> checked(two, 3, List.of("one")))
                .isInstanceOf(AssertionError.class);
    }

    private String[] rank(String model) {
        return new String[] {
            "rank",
            "--model",
            model,
            "--tokenizer",
            SharedModels.storiesTokenizer().toString(),
            "--text",
            FOX
        };
    }

    private static void refused(int exitCode, List<String> said, String... arguments) {
        checked(PerronProcess.run(arguments), exitCode, said);
    }

    private static void checked(PerronProcess run, int exitCode, List<String> said) {
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("perron").contains(said).doesNotContain("Exception");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    }
}
