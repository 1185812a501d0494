package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `perron train markov` can be told to train on, and to start from.
class TrainSourcesTest {
    @TempDir private Path folder = Path.of("");

    private static PerronProcess markov(String... options) {
        List<String> all = new ArrayList<>(List.of("train", "markov", "--context", "24"));
        all.addAll(List.of(options));
        return PerronProcess.run(all.toArray(String[]::new));
    }

    @Test
    void randomKernelsAreJudgedByStrategiesInContext() {
        Path figure = folder.resolve("loss.svg");
        PerronProcess run =
                markov(
                        "--random-kernels",
                        "--symbols",
                        "2",
                        "--order",
                        "2",
                        "--steps",
                        "3",
                        "--json",
                        "--figure",
                        figure.toString());
        JsonObject document = run.json();
        assertThat(document.get("verdict").getAsString()).isEqualTo("uniform");
        assertThat(document.getAsJsonArray("strategies")).hasSize(4);
        JsonObject best = document.getAsJsonArray("strategies").get(3).getAsJsonObject();
        assertThat(best.get("strategy").getAsString()).isEqualTo("order 2");
        assertThat(best.get("distance").getAsDouble()).isGreaterThan(.02);
        assertThat(document.getAsJsonObject("sourceIs").get("concentration").getAsDouble())
                .isEqualTo(1);
        assertThat(figure).content().contains("unigram", "order 2");
    }

    @Test
    void aTextIsJudgedByWhatIsCountedInIt() throws IOException {
        Path text = Files.writeString(folder.resolve("t.txt"), "ab ab\n".repeat(200));
        Path out = folder.resolve("run");
        PerronProcess run =
                markov(
                        "--text-file",
                        text.toString(),
                        "--steps",
                        "2",
                        "--out",
                        out.toString(),
                        "--json");
        JsonObject document = run.json();
        assertThat(document.get("verdict").getAsString()).isEqualTo("neither");
        assertThat(document.getAsJsonArray("conditionalEntropies")).hasSize(4);
        // after b a blank or the end of a line; anything else is certain
        assertThat(document.get("entropyRate").getAsDouble())
                .isCloseTo(Math.log(2) / 3, within(1e-9));
        assertThat(document.getAsJsonArray("learned")).hasSize(4);
        assertThat(out.resolve("tokenizer.json")).content().contains("\\u000a");

        Path checkpoint = out.resolve("checkpoint.safetensors");
        PerronProcess rank = rank(checkpoint, "ab a");
        assertThat(rank.json().getAsJsonArray("tokens")).hasSize(4);
        PerronProcess unknown = rank(checkpoint, "ab axb");
        assertThat(unknown.exitCode()).isEqualTo(3);
        assertThat(unknown.err()).contains("--text: 'x' of 'axb' isn't in the vocabulary");
        assertThat(unknown.err().lines()).hasSize(1);
    }

    private static PerronProcess rank(Path model, String text, String... more) {
        List<String> all =
                new ArrayList<>(List.of("rank", "--model", model.toString(), "--text", text));
        all.addAll(List.of(more));
        all.add("--json");
        return PerronProcess.run(all.toArray(String[]::new));
    }

    @Test
    void aTokenizersTextHasItsTokenizerRenumbered() throws IOException {
        Path text =
                Files.writeString(folder.resolve("t.txt"), "the quick fox saw a fox. ".repeat(60));
        Path tokenizer =
                Files.write(folder.resolve("t.json"), RenumberedTokenizerTest.wordPieces());
        Path out = folder.resolve("run");
        JsonObject document =
                markov(
                                "--text-file",
                                text.toString(),
                                "--tokenizer",
                                tokenizer.toString(),
                                "--steps",
                                "2",
                                "--out",
                                out.toString(),
                                "--json")
                        .json();
        assertThat(document.getAsJsonObject("sourceIs").get("symbols").getAsInt()).isEqualTo(8);
        Path checkpoint = out.resolve("checkpoint.safetensors");
        JsonObject own = rank(checkpoint, "a quick fox").json();
        JsonObject exported = rank(out.resolve("model.onnx"), "a quick fox").json();
        assertThat(own.getAsJsonArray("tokens")).hasSize(5);
        for (int t = 0; t < 5; t++) {
            JsonObject token = own.getAsJsonArray("tokens").get(t).getAsJsonObject();
            JsonObject same = exported.getAsJsonArray("tokens").get(t).getAsJsonObject();
            assertThat(token.get("token")).isEqualTo(same.get("token"));
            assertThat(token.get("score").getAsDouble())
                    .isCloseTo(same.get("score").getAsDouble(), within(1e-5));
        }
        for (Path model : List.of(checkpoint, out.resolve("model.onnx"))) {
            PerronProcess unknown = rank(model, "a quick dog");
            assertThat(unknown.exitCode()).isEqualTo(3);
            assertThat(unknown.err()).contains("token 3, dog, has id", "an id from 0 to 7");
        }
        PerronProcess other = rank(checkpoint, "a fox", "--tokenizer", tokenizer.toString());
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.err()).contains("isn't the tokenizer that", "was trained with");
    }

    @Test
    void aTrainingBeginsWhereAnotherEnded() {
        Path out = folder.resolve("run");
        String[] source = {"--p", "0.2", "--q", "0.4", "--scalar", "--norm", "none", "--steps"};
        List<String> first = new ArrayList<>(List.of(source));
        first.addAll(List.of("1", "--rate", "1e-9", "--activation", "relu", "--init"));
        first.addAll(List.of("global-minimum", "--out", out.toString(), "--json"));
        JsonObject minimum = markov(first.toArray(String[]::new)).json();
        assertThat(minimum.get("verdict").getAsString()).isEqualTo("bigram");
        assertThat(minimum.get("distanceToBigram").getAsDouble()).isLessThan(1e-6);

        List<String> second = new ArrayList<>(List.of(source));
        second.addAll(List.of("1", "--rate", "1e-9", "--activation", "relu", "--init"));
        second.addAll(List.of(out.resolve("checkpoint.safetensors").toString(), "--json"));
        JsonObject again = markov(second.toArray(String[]::new)).json();
        assertThat(again.get("distanceToBigram").getAsDouble()).isLessThan(1e-6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--random-kernels | 2 | --random-kernels needs --symbols",
                "--random-kernels --symbols 3 --p 0.5 | 2 | leave them out",
                "--switch 0.5 --symbols 100000 | 2 | --symbols 100000, must be 2 to 4096",
                "--p 0.5 --q 0.8 --d-model 400000 | 3 | of memory, Java has",
                "--p 0.5 --q 0.8 --init nowhere | 2 | --init nowhere, must be gaussian",
                "--p 0.5 --q 0.8 --init global-minimum | 2 | no explicit minimum",
                "--p 0.5 --q 0.8 --init good --init-std 1 | 2 | --init-std is of",
                "--p 0.5 --q 0.8 --out pom.xml | 3 | --out pom.xml is a file, must be a folder",
                "--text-file src | 3 | --text-file src is a folder",
                "--text-file nowhere.txt | 3 | nowhere.txt can't be read",
            })
    void whatDoesNotFitIsOneLine(String options, int exitCode, String message) {
        PerronProcess run = markov(options.split(" ", -1));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(message);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }
}
