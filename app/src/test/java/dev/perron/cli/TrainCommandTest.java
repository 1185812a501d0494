package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import dev.perron.format.CheckpointFile;
import dev.perron.transformer.Checkpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

class TrainCommandTest {
    @TempDir private Path folder = Path.of("");

    private static PerronProcess markov(String... options) {
        List<String> all = new ArrayList<>(List.of("train", "markov", "--context", "32"));
        all.addAll(List.of(options));
        return PerronProcess.run(all.toArray(String[]::new));
    }

    @Test
    void anEasySourceIsLearnedAndItsModelIsReadByOtherCommands() throws IOException {
        Path out = folder.resolve("run");
        Path figure = folder.resolve("loss.svg");
        PerronProcess run =
                markov(
                        "--p",
                        "0.1",
                        "--q",
                        "0.2",
                        "--steps",
                        "120",
                        "--rate",
                        "0.01",
                        "--out",
                        out.toString(),
                        "--figure",
                        figure.toString(),
                        "--watch",
                        "--json");
        JsonObject document = run.json();
        assertThat(document.get("verdict").getAsString()).isEqualTo("bigram");
        assertThat(document.get("entropyRate").getAsDouble()).isCloseTo(0.3835, within(5e-5));
        assertThat(document.get("unigramEntropy").getAsDouble()).isCloseTo(0.6365, within(5e-5));
        assertThat(document.get("loss").getAsDouble()).isCloseTo(0.3835, within(0.02));
        assertThat(document.get("seed").getAsLong()).isEqualTo(1);
        assertThat(document.getAsJsonArray("watched")).hasSize(6);
        assertThat(document.get("stepMillis").getAsDouble()).isPositive();
        JsonArray learned = document.getAsJsonArray("learned");
        assertThat(learned.get(0).getAsJsonArray().get(1).getAsDouble())
                .isCloseTo(0.1, within(0.05));
        assertThat(document.getAsJsonArray("source").get(1).getAsJsonArray().get(0).getAsDouble())
                .isCloseTo(0.2, within(1e-12));
        assertThat(figure).content().contains("entropy rate", "unigram entropy");
        assertThat(out.resolve("model.onnx")).isNotEmptyFile();

        PerronProcess heads =
                PerronProcess.run(
                        "heads", out.resolve("checkpoint.safetensors").toString(), "--csv");
        assertThat(heads.exitCode()).as(heads.err()).isZero();
        assertThat(heads.out().lines()).hasSize(2);
        JsonObject rank = rank(out.resolve("model.onnx"));
        assertThat(rank.getAsJsonArray("tokens")).hasSize(4);
        JsonObject own = rank(out.resolve("checkpoint.safetensors"));
        assertThat(own.get("modelSha256").getAsString()).hasSize(64);
        JsonArray tokens = own.getAsJsonArray("tokens");
        assertThat(tokens).hasSize(4);
        for (int t = 0; t < 4; t++) {
            JsonObject token = tokens.get(t).getAsJsonObject();
            JsonObject same = rank.getAsJsonArray("tokens").get(t).getAsJsonObject();
            assertThat(token.get("token")).isEqualTo(same.get("token"));
            assertThat(token.get("score").getAsDouble())
                    .isCloseTo(same.get("score").getAsDouble(), within(1e-5));
        }
        assertThat(out.resolve("watch.npz")).isNotEmptyFile();
        assertThat(out.resolve("watch.svg")).content().contains("attention to stream", "learned q");
        assertThat(Files.readAllLines(out.resolve("watch.csv")))
                .startsWith("step,quantity,layer,context,symbol,value")
                .hasSize(1 + 6 * (1 + 3 + 4));
    }

    @Test
    void aCheckpointIsAModelToOtherCommands() {
        Path out = folder.resolve("run");
        PerronProcess run =
                markov(
                        ("--p 0.3 --q 0.4 --layers 2 --heads 2 --steps 2 --out " + out)
                                .split(" ", -1));
        assertThat(run.exitCode()).as(run.err()).isZero();
        String model = out.resolve("checkpoint.safetensors").toString();
        String[] text = {"--model", model, "--text", "0 1 1 0 1", "--json"};
        assertThat(asked("heads", text).getAsJsonArray("heads")).hasSize(4);
        JsonObject states =
                asked("states", "--model", model, "--text", "0 1 1 0", "-m", "1", "--json");
        assertThat(states.get("model").getAsString()).isEqualTo(model);
        assertThat(asked("rank", text).getAsJsonArray("tokens")).hasSize(5);
        Path page = folder.resolve("page.html");
        PerronProcess report =
                PerronProcess.run(
                        "report", "--model", model, "--text", "0 1 1 0 1", "-o", page.toString());
        assertThat(report.exitCode()).as(report.err()).isZero();
        assertThat(page).isNotEmptyFile();
    }

    private static JsonObject asked(String command, String... options) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(options));
        return PerronProcess.run(all.toArray(String[]::new)).json();
    }

    private static JsonObject rank(Path model) {
        return PerronProcess.run("rank", "--model", model.toString(), "--text", "0 1 1 0", "--json")
                .json();
    }

    /// The published folder Markov-RPE; one sequence a batch, so that nothing is known of the error
    /// of a loss.
    @Test
    void probabilitiesMayComeThroughAReluAndAreKeptInTheCheckpoint() {
        Path out = folder.resolve("run");
        String[] options = {
            "--p",
            "0.2",
            "--q",
            "0.3",
            "--norm",
            "after-mlp",
            "--untied",
            "--steps",
            "3",
            "--batch",
            "1",
            "--out",
            out.toString()
        };
        List<String> relu = new ArrayList<>(List.of(options));
        relu.addAll(List.of("--probabilities", "relu"));
        PerronProcess run = markov(relu.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("head untied, probabilities by ReLU");
        PerronProcess drawn =
                PerronProcess.run(
                        "context",
                        "observe",
                        "--model",
                        out.resolve("checkpoint.safetensors").toString(),
                        "--text",
                        "0 1 1 0",
                        "--steps",
                        "8");
        assertThat(drawn.exitCode()).isEqualTo(3);
        assertThat(drawn.err()).contains("--probabilities relu").contains("softmax alone");
        List<String> softmax = new ArrayList<>(List.of(options));
        softmax.add("--resume");
        PerronProcess other = markov(softmax.toArray(String[]::new));
        assertThat(other.exitCode()).isNotZero();
        assertThat(other.err()).contains("probabilities").contains("RELU").contains("SOFTMAX");
    }

    @Test
    void whereBigramAndUnigramAreOneItIsSaid() {
        PerronProcess run = markov("--p", "0.4", "--q", "0.6", "--steps", "5");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("p + q = 1", "context", "learned 1");
    }

    @Test
    void ctrlCKeepsWhatIsDoneAndResumeEndsAtTheSameNumbers() throws Exception {
        Path out = folder.resolve("run");
        String[] options = {
            "train",
            "markov",
            "--context",
            "16",
            "--p",
            "0.3",
            "--q",
            "0.1",
            "--steps",
            "6000", // so many that it isn't over before the signal comes, on a loaded machine, too
            "--save-every",
            "10",
            "--out",
            out.toString(),
            "--batch",
            "2",
            "--watch",
            "--json"
        };
        Process process =
                new ProcessBuilder(PerronProcess.command(options))
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();
        Path checkpoint = out.resolve("checkpoint.safetensors");
        for (int i = 0; i < 3000 && !Files.exists(checkpoint) && process.isAlive(); i++) {
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(folder.resolve("err")).content().contains("interrupted after step", "--resume");

        List<String> again = new ArrayList<>(List.of(options));
        again.add("--resume");
        JsonObject resumed = PerronProcess.run(again.toArray(String[]::new)).json();
        options[13] = folder.resolve("other").toString();
        JsonObject whole = PerronProcess.run(options).json();
        for (String field : List.of("loss", "learned", "steps", "evaluations", "watched")) {
            assertThat(resumed.get(field)).isEqualTo(whole.get(field));
        }
        for (String file :
                List.of("checkpoint.safetensors", "watch.npz", "watch.csv", "watch.svg")) {
            assertThat(out.resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("other").resolve(file));
        }
    }

    @Test
    void aCheckpointOfAnotherTrainingIsShownWithItsDifference() throws IOException {
        Path out = folder.resolve("run");
        String[] options = {"--p", "0.3", "--q", "0.1", "--steps", "3", "--out", out.toString()};
        assertThat(markov(options).exitCode()).isZero();
        byte[] before = Files.readAllBytes(out.resolve("checkpoint.safetensors"));
        List<String> other = new ArrayList<>(List.of(options));
        other.addAll(List.of("--resume", "--layers", "2"));
        PerronProcess refused = markov(other.toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("nLayers: 1, there 2");
        assertThat(out.resolve("checkpoint.safetensors")).hasBinaryContent(before);
    }

    @Test
    void aLossThatIsNoNumberStopsWithTheStepAndKeepsTheLastGoodOne() {
        Path out = folder.resolve("run");
        List<String> options =
                List.of(
                        ("--p 0.3 --q 0.1 --batch 2 --norm none --optimiser sgd --schedule constant"
                                        + " --warm-up 1 --rate 1e6 --steps 40 --save-every 1 --out "
                                        + out)
                                .split(" ", -1));
        PerronProcess run = markov(options.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err())
                .contains(
                        "the loss or its gradient at step 2 is NaN, must be a number",
                        "is untouched",
                        "--rate");
        assertThat(run.err().lines()).hasSize(1);
        Checkpoint kept = CheckpointFile.read(out.resolve("checkpoint.safetensors")).checkpoint();
        assertThat(kept.done()).isEqualTo(1);
        assertThat(kept.curve().training()).hasSize(1).allMatch(Double::isFinite);
    }

    /// A limit on the size of files does what a full disk does: a write fails in the middle.
    @Test
    void aCheckpointThatHasNoRoomIsOneLineAndLeavesNothing() throws Exception {
        Path out = folder.resolve("run");
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -f 60; exec \"$@\"", "perron"));
        command.addAll(
                PerronProcess.command(
                        ("train markov --p 0.3 --q 0.1 --batch 1 --steps 2 --out " + out)
                                .split(" ", -1)));
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        assertThat(Files.readAllLines(folder.resolve("err")))
                .filteredOn(line -> !line.contains("incubator"))
                .singleElement()
                .asString()
                .contains("checkpoint.safetensors: can't be written", "File too large");
        assertThat(out).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--p 1.2 --q 0.5 | 2 | --p 1.2, must be from 0 to 1",
                "--p 0 --q 0 | 3 | recurrent classes",
                "--p 0.5 --q 0.8 --heads 3 | 2 | d_model 8 and heads 3",
                "--p 0.5 --q 0.8 --window 33 | 2 | window 33, must be 1 to the context of 32",
                "--p 0.5 --q 0.8 --layers 17 | 2 | layers 17, must be 1 to 16",
                "--p 0.5 --q 0.8 --tied --untied | 2 | exclude each other",
                "--p 0.5 --q 0.8 --steps 0 | 2 | steps 0, must be at least 1",
                "--p 0.5 --q 0.8 --optimiser adam | 2 | must be adamw or sgd",
                "--p 0.5 --q 0.8 --resume | 2 | --resume needs the folder",
                "--p 0.5 --q 0.8 --resume --out nowhere | 3 | there is no nowhere/checkpoint",
                "--switch 0.1 --symbols 3 --scalar | 2 | must be 2 for a head of one logit",
                "--p 0.5 --q 0.8 --scalar --probabilities relu | 2 | must be softmax for a head of"
                        + " one logit",
                "--p 0.5 --q 0.8 --steps 1000000 --watch --json --evaluate-every 1 | 2 |"
                        + " give a larger --evaluate-every than 1",
                "--p 0.5 --q 0.8 --no-attention --d-mlp 0 | 2 | neither attention nor MLP",
            })
    void whatDoesNotFitIsOneLine(String options, int exitCode, String message) {
        PerronProcess run = markov(options.split(" ", -1));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(message);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }
}
