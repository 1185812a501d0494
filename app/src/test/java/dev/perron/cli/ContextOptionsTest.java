package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.perron.format.IntegerArchive;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Options of `perron context` and what they do together, within this process.
class ContextOptionsTest {
    @TempDir Path folder;

    /// What a command said.
    private record Said(int exitCode, String out, String err) {
        JsonObject json() {
            assertThat(exitCode).as(err).isZero();
            JsonObject json = JsonParser.parseString(out).getAsJsonObject();
            json.remove("provenance");
            return json;
        }
    }

    private static Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Perron.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(arguments);
        return new Said(code, out.toString(), err.toString());
    }

    /// The words of a line, FOLDER being the test's.
    private Said line(String line) {
        return run(
                Arrays.stream(line.strip().split(" +"))
                        .map(word -> word.replace("FOLDER", folder.toString()))
                        .toArray(String[]::new));
    }

    /// The same samples give the same fit, whichever way they are written down.
    @ParameterizedTest
    @ValueSource(strings = {"--prompts 300", "--runs 3 --steps 100"})
    void whatSampleWritesAsAnArchiveIsFittedLikeItsTable(String samples) {
        for (String ending : List.of("csv", "npz")) {
            assertThat(
                            line("context sample --rows 0.6,0.4;0.3,0.7 --length 5 %s -o FOLDER/s.%s"
                                            .formatted(samples, ending))
                                    .exitCode())
                    .isZero();
        }
        JsonObject table = line("context fit FOLDER/s.csv --json").json();
        JsonObject archive = line("context fit FOLDER/s.npz --json").json();
        assertThat(table.remove("file")).isNotEqualTo(archive.remove("file"));
        assertThat(archive).isEqualTo(table);
        assertThat(archive.get("samples").getAsInt()).isEqualTo(300);
        Said positions = line("context fit FOLDER/s.npz --positions --csv");
        if (samples.startsWith("--prompts")) {
            assertThat(positions.out()).startsWith("query,of,name,value,standard_error,low,high");
            assertThat(positions.out()).contains(",position,0,1.0,0.0,1.0,1.0");
        } else {
            assertThat(positions.exitCode()).isEqualTo(3);
            assertThat(positions.err()).contains("100 tokens after the 5 given");
        }
    }

    @Test
    void anArrayIsReadWithItsPromptSaid() {
        new IntegerArchive()
                .with(
                        "runs",
                        40,
                        4,
                        (row, out) -> {
                            out[0] = row % 3;
                            out[1] = (row + 1) % 3;
                            out[2] = (row + 2) % 3;
                            out[3] = row * row % 3;
                        })
                .write(folder.resolve("a.npz"));
        Said first = line("context fit FOLDER/a.npz");
        assertThat(first.exitCode()).isEqualTo(3);
        assertThat(first.err())
                .contains("row 0, column 1: token 1 wasn't in that row before")
                .contains("--given N");
        Said given = line("context identify FOLDER/a.npz --given 3 --json");
        assertThat(given.json().get("tokens").getAsJsonArray()).hasSize(3);
        assertThat(line("context fit FOLDER/a.npz --given 4").err())
                .contains("40 rows of 4 tokens, 4 of them given");
        assertThat(line("context fit FOLDER/a.npz --given 3 --vocabulary a,b").err())
                .contains("row 0, column 2: token 2, must be from 0 to 1");
    }

    /// A row that is connected but has a token that always lost gets lines to add, too.
    @Test
    void whatIdentifyProposesForATokenThatAlwaysLostMakesAFitConverge() throws IOException {
        Path samples = Files.writeString(folder.resolve("l.csv"), "prompt,next\n0 1,1\n1 0,0\n");
        Said fit = line("context fit FOLDER/l.csv");
        assertThat(fit.exitCode()).isEqualTo(4);
        assertThat(fit.err()).contains("never came out").contains("perron context identify");
        Said identify = line("context identify FOLDER/l.csv");
        assertThat(identify.out()).contains("never came out: {0}").contains("\n0 1,0\n0 1,1\n");
        String lines = identify.out().substring(identify.out().indexOf("once:\n") + 6);
        Files.writeString(samples, Files.readString(samples) + lines);
        assertThat(line("context fit FOLDER/l.csv --json").json().get("outcome").getAsString())
                .isEqualTo("converged");
    }

    @Test
    void aRateOfFitsThatHaveNoMaximumIsNoNumber() {
        Said said = line("context rate --q .3 --samples 2 --replicates 3 --fresh 10");
        assertThat(said.exitCode()).isEqualTo(4);
        assertThat(said.err()).contains("2 samples: 3 of 3 fits have no maximum");
        assertThat(said.out()).contains("none").doesNotContain("NaN");
    }

    /// Confidence reaches probabilities and weights alike.
    @Test
    void intervalsOfPositionWeightsHaveTheConfidenceThatWasAskedFor() {
        line("context sample --rows 0.6,0.4;0.3,0.7 --length 4 --prompts 800 -o FOLDER/p.csv");
        double[] widths = new double[2];
        for (int i = 0; i < 2; i++) {
            JsonObject first =
                    line("context fit FOLDER/p.csv --positions --json --confidence "
                                    + (i == 0 ? "0.5" : "0.95"))
                            .json()
                            .get("queries")
                            .getAsJsonArray()
                            .get(0)
                            .getAsJsonObject();
            JsonArray weights = first.get("positionWeights").getAsJsonArray();
            JsonObject second = weights.get(1).getAsJsonObject();
            widths[i] =
                    Math.log(second.get("high").getAsDouble() / second.get("low").getAsDouble());
            assertThat(second.get("weight").getAsDouble()).isBetween(.4, 2.5);
            assertThat(first.get("penalty").getAsDouble()).isZero();
        }
        assertThat(widths[1] / widths[0]).isCloseTo(1.959964 / 0.67449, within(1e-3));
        assertThat(line("context fit FOLDER/p.csv --positions --figure FOLDER/p.svg").exitCode())
                .isZero();
        assertThat(folder.resolve("p.svg")).isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "collapse --a .3 --b .7 --length 2000 --runs 40 --learn",
                "rate --rows 0.6,0.4;0.3,0.7 --samples 300 --replicates 8 --fresh 50"
            })
    void theNumberOfThreadsChangesNothing(String command) {
        JsonObject one = line("context " + command + " --json --threads 1").json();
        assertThat(line("context " + command + " --json --threads 3").json()).isEqualTo(one);
        assertThat(line("context " + command + " --json").json()).isEqualTo(one);
    }

    /// Run 0 and the rows must not come from the same numbers.
    @Test
    void theBaseChainHasAStreamOfItsOwn() {
        double[] first = new double[2];
        for (int seed = 1; seed <= 2; seed++) {
            first[seed - 1] = BaseChainOptions.drawn(3, seed).base().probability(0, 0);
            double[] ofRun =
                    new java.util.SplittableRandom(seed)
                            .split()
                            .doubles(3)
                            .map(Math::log1p)
                            .toArray();
            assertThat(first[seed - 1])
                    .isNotCloseTo(ofRun[0] / Arrays.stream(ofRun).sum(), within(1e-6));
        }
        assertThat(first[0]).isNotEqualTo(first[1]);
        assertThat(BaseChainOptions.drawn(3, 1).base().probability(0, 0)).isEqualTo(first[0]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sample --q .3 --prompts 2 --law chain --frequencies .5,.5"
                        + " | --law and --frequencies each say what prompts are",
                "sample --q .3 --prompts 2 --law chain --prompt 0,1 | --law and --prompt each say",
                "sample --q .3 --prompts 2 --steps 9 | --steps is for --runs",
                "sample --q .3 --runs 2 --prompt 0 --length 9 | leave it out with --prompt",
                "sample --q .3 --runs 1 --steps 2147483647 -o FOLDER/x.npz | must be at most"
                        + " 2147483639 together",
                "sample --q .3 --runs 1 --steps 2147483647 | must be at most 2147483639 together",
                "sample --q .3 --prompts 2 --law other | --law other, must be uniform or chain",
                "collapse --q .3 --threads 0 | --threads 0, must be from 1",
                "rate --q .3 --threads 0 | --threads 0, must be from 1",
            })
    void optionsThatWouldBeIgnoredAreRefused(String command, String message) {
        Said said = line("context " + command);
        assertThat(said.exitCode()).as(said.err()).isEqualTo(2);
        assertThat(said.err()).contains(message.strip()).hasLineCount(1);
        assertThat(said.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--position-vectors FOLDER/u3.csv | position vector 0 has 3 entries, must have 2",
                "--position-vectors FOLDER/u.csv --prompt 0_1_1 | --prompt has 3 tokens",
                "--position-vectors FOLDER/huge.csv | --position-vectors",
                "--embeddings FOLDER/u3.csv | 1 embeddings, must be at least 2",
                "--prompt 7 | no token '7'",
            })
    void wrongInputOfMapIsOneLine(String options, String message) throws IOException {
        Files.writeString(folder.resolve("u3.csv"), "1,2,3\n");
        Files.writeString(folder.resolve("u.csv"), "1,2\n3,4\n");
        Files.writeString(folder.resolve("huge.csv"), "1e300,-1e300\n-1e300,1e300\n");
        Said said =
                run(
                        Arrays.stream(("context map --q .3 " + options).strip().split(" +"))
                                .map(
                                        word ->
                                                word.replace("FOLDER", folder.toString())
                                                        .replace('_', ' '))
                                .toArray(String[]::new));
        assertThat(said.exitCode()).as(said.err()).isEqualTo(3);
        assertThat(said.err()).contains(message.strip()).hasLineCount(1);
    }
}
