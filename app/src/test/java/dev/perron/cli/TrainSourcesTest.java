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
