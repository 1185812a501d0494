package dev.perron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `perron context`, as processes.
class ContextCommandTest {
    @TempDir Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static JsonObject json(String... arguments) {
        return PerronProcess.run(arguments).json();
    }

    @Test
    void mapGoesThereAndBackToTwelveDigits() {
        JsonObject map =
                json(
                        "context",
                        "map",
                        "--dirichlet",
                        "4",
                        "--prompt",
                        "0 1 1 3",
                        "--seed",
                        "2",
                        "--json");
        assertThat(map.get("roundTripDifference").getAsDouble()).isLessThan(1e-12);
        assertThat(map.get("attentionDifference").getAsDouble()).isLessThan(1e-12);
        assertThat(map.get("identifiableDimension").getAsInt()).isEqualTo(12);
        assertThat(map.get("next").getAsJsonArray().get(2).getAsDouble()).isZero();
    }

    @Test
    void theSlopeOfACollapseIsAsPredicted() throws IOException {
        Path svg = folder.resolve("slopes.svg");
        Path phases = folder.resolve("phases.png");
        JsonObject collapse =
                json(
                        "context",
                        "collapse",
                        "--q",
                        "0.2",
                        "--length",
                        "20000",
                        "--runs",
                        "200",
                        "--seed",
                        "1",
                        "--figure",
                        svg.toString(),
                        "--phase-diagram",
                        phases.toString(),
                        "--json");
        assertThat(collapse.get("predicted").getAsDouble()).isCloseTo(-.75, within(1e-12));
        assertThat(collapse.get("slope").getAsDouble()).isCloseTo(-.75, within(.04));
        JsonArray interval = collapse.get("slopeInterval").getAsJsonArray();
        assertThat(interval.get(0).getAsDouble())
                .isLessThan(collapse.get("slope").getAsDouble())
                .isLessThan(interval.get(1).getAsDouble());
        assertThat(collapse.get("phase").getAsString()).isEqualTo("0 wins");
        assertThat(Files.readString(svg)).contains("t^-0.750");
        assertThat(phases).isNotEmptyFile();
    }

    @Test
    void learningCoexistenceAndTheUrnAreTold() {
        PerronProcess learned =
                PerronProcess.run(
                        "context",
                        "collapse",
                        "--rows",
                        "0.5,0.3,0.2;0.3,0.3,0.4;0.4,0.4,0.2",
                        "--length",
                        "4000",
                        "--runs",
                        "20",
                        "--learn");
        assertThat(learned.exitCode()).as(learned.err()).isZero();
        assertThat(learned.out()).contains("can win: [0]").contains("median error");
        JsonObject both =
                json("context", "collapse", "--a", ".6", "--b", ".2", "--length", "9000", "--json");
        assertThat(both.get("predictedShare").getAsDouble()).isCloseTo(.3077, within(1e-4));
        assertThat(both.get("meanShare").getAsJsonArray().get(1).getAsDouble())
                .isCloseTo(.3077, within(.01));
        JsonObject urn = json("context", "collapse", "--q", ".5", "--length", "2000", "--json");
        assertThat(urn.get("urnPValue").getAsDouble()).isGreaterThan(1e-3);
    }

    /// Sample, find that a query is not covered, add what `identify` proposes, fit.
    @Test
    void whatIdentifyProposesMakesAFitConverge() throws IOException {
        Path prompts =
                file(
                        "p.csv",
                        """
                        prompt,next
                        a b c a,a
                        a b c a,b
                        a b c a,c
                        a b b,a
                        a b b,b
                        b c c,b
                        b c c,c
                        """);
        PerronProcess fit = PerronProcess.run("context", "fit", prompts.toString(), "--json");
        assertThat(fit.exitCode()).isEqualTo(4);
        assertThat(fit.err())
                .contains("2 of 3 queries can't be identified")
                .contains("{a b} with {c}");
        JsonObject identify = json("context", "identify", prompts.toString(), "--json");
        assertThat(identify.get("identified").getAsBoolean()).isFalse();
        StringBuilder more = new StringBuilder(Files.readString(prompts));
        for (var query : identify.get("queries").getAsJsonArray()) {
            for (var add : query.getAsJsonObject().get("add").getAsJsonArray()) {
                more.append(add.getAsJsonObject().get("prompt").getAsString())
                        .append(',')
                        .append(add.getAsJsonObject().get("next").getAsString())
                        .append('\n');
            }
        }
        Path complete = file("more.csv", more.toString());
        JsonObject fitted = json("context", "fit", complete.toString(), "--json");
        assertThat(fitted.get("outcome").getAsString()).isEqualTo("converged");
        Path svg = folder.resolve("graphs.svg");
        PerronProcess again =
                PerronProcess.run(
                        "context", "identify", prompts.toString(), "--figure", svg.toString());
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("to be observed");
        assertThat(Files.readString(svg)).contains("not identified");
    }

    @Test
    void samplesAreReadBackAndRowsComeOut() throws IOException {
        Path prompts = folder.resolve("p.csv");
        assertThat(
                        PerronProcess.run(
                                        "context",
                                        "sample",
                                        "--rows",
                                        "0.6,0.4;0.3,0.7",
                                        "--prompts",
                                        "4000",
                                        "--length",
                                        "6",
                                        "-o",
                                        prompts.toString())
                                .exitCode())
                .isZero();
        JsonObject fit = json("context", "fit", prompts.toString(), "--json");
        JsonObject first =
                fit.get("queries")
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject()
                        .get("probabilities")
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject();
        assertThat(first.get("probability").getAsDouble()).isCloseTo(.6, within(.05));
        assertThat(first.get("low").getAsDouble()).isLessThan(.6);
        assertThat(first.get("high").getAsDouble()).isGreaterThan(.6);
        Path runs = folder.resolve("runs.csv");
        Path strips = folder.resolve("strips.svg");
        PerronProcess sampled =
                PerronProcess.run(
                        "context",
                        "sample",
                        "--q",
                        "0.4",
                        "--runs",
                        "3",
                        "--steps",
                        "500",
                        "--length",
                        "4",
                        "-o",
                        runs.toString(),
                        "--figure",
                        strips.toString());
        assertThat(sampled.exitCode()).as(sampled.err()).isZero();
        assertThat(Files.readAllLines(runs)).hasSize(1 + 3 * 504);
        assertThat(json("context", "fit", runs.toString(), "--json").get("samples").getAsInt())
                .isEqualTo(1500);
        Path archive = folder.resolve("runs.npz");
        assertThat(
                        PerronProcess.run(
                                        "context",
                                        "sample",
                                        "--dirichlet",
                                        "20",
                                        "--runs",
                                        "2",
                                        "--steps",
                                        "100",
                                        "--length",
                                        "20",
                                        "-o",
                                        archive.toString())
                                .exitCode())
                .isZero();
        assertThat(archive).isNotEmptyFile();
    }

    @Test
    void positionWeightsAreFittedTogetherWithTheRows() throws IOException {
        StringBuilder text = new StringBuilder("prompt,next\n");
        java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        for (int i = 0; i < 3000; i++) {
            int[] prompt = random.ints(3, 0, 2).toArray();
            // the first position counts four times as much as the others
            int at = random.nextInt(6);
            text.append(
                    "%d %d %d,%d\n"
                            .formatted(
                                    prompt[0], prompt[1], prompt[2], prompt[at < 4 ? 0 : at - 3]));
        }
        JsonObject fit =
                json(
                        "context",
                        "fit",
                        file("p.csv", text.toString()).toString(),
                        "--positions",
                        "--json");
        JsonArray weights =
                fit.get("queries")
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject()
                        .get("positionWeights")
                        .getAsJsonArray();
        JsonObject second = weights.get(1).getAsJsonObject();
        assertThat(second.get("weight").getAsDouble()).isCloseTo(.25, within(.1));
        assertThat(second.get("low").getAsDouble()).isLessThan(.25);
        assertThat(second.get("high").getAsDouble()).isGreaterThan(.25);
    }

    @Test
    void theRateIsThatOfWilks() {
        JsonObject rate =
                json(
                        "context",
                        "rate",
                        "--rows",
                        "0.5,0.3,0.2;0.2,0.5,0.3;0.3,0.2,0.5",
                        "--samples",
                        "2000",
                        "--replicates",
                        "60",
                        "--json");
        JsonObject one = rate.get("rates").getAsJsonArray().get(0).getAsJsonObject();
        assertThat(one.get("ratio").getAsDouble()).isCloseTo(1, within(.3));
    }

    @Test
    void aRealModelsRepetitionIsHeldAgainstTheLaw() {
        JsonObject observed =
                json(
                        "context",
                        "observe",
                        "--model",
                        SharedModels.stories().toString(),
                        "--tokenizer",
                        SharedModels.storiesTokenizer().toString(),
                        "--text",
                        "Once upon a time",
                        "--steps",
                        "60",
                        "--runs",
                        "20",
                        "--json");
        JsonArray texts = observed.get("texts").getAsJsonArray();
        assertThat(texts).hasSize(2);
        JsonObject greedy = texts.get(0).getAsJsonObject();
        assertThat(greedy.get("written").getAsInt()).isEqualTo(60);
        assertThat(greedy.get("newTokens").getAsDouble()).isBetween(0.0, 1.0);
        assertThat(greedy.get("text").getAsString()).startsWith("Once upon a time");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prompt,next~0 1 0,2 | line 2: '2' follows a prompt that doesn't have it",
                "prompt,next~,0 | line 2, column 1 (prompt): an empty prompt",
                "prompt,next~0 1 | line 2: 1 cells; expected 2",
                "prompt,next | a header alone",
                "a,b~0,1 | line 1: columns [a, b]; expected prompt,next",
                "run,step,token~0,0,0~0,2,1 | line 3, column 2 (step): step 2 of run 0; expected 1:"
                        + " steps without gaps",
                "run,step,token~0,0,0~0,x,1 | line 3, column 2 (step): 'x'; expected a whole"
                        + " number",
                "run,step,token~0,0,0~0,1,1 | line 3: '1' wasn't in run 0 before",
                "prompt,next~0 0,0 | 1 token, must be at least 2",
            })
    void aWrongFileIsRefusedWithItsPlace(String text, String message) throws IOException {
        Path wrong = file("wrong.csv", text.strip().replace('~', '\n') + "\n");
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(
                        () -> {
                            SampleFile read = SampleFile.read(wrong, null);
                            read.counts(new SampleOptions().vocabulary(read));
                        })
                .withMessageContaining(message.strip())
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rows;0.5,0.5;1,0 | row 1: probability[1] = 0.0, must be > 0",
                "--rows;0.5,0.6;1,0 | row 0: masses sum to 1.1, must be 1 within 1.0E-9",
                "--rows;-0.5,1.5;1,0 | row 0: mass[0] = -0.5, must be >= 0",
                "--rows;1 | 1 token, must be at least 2",
                "--q;1 | must be between 0 and 1",
                "--a;0.3 | --b is missing",
                "--dirichlet;1 | must be from 2 to 8192",
            })
    void aWrongBaseChainIsRefused(String option, String message) {
        int cut = option.indexOf(';');
        BaseChainOptions options = new BaseChainOptions();
        new CommandLine(
                        CommandLine.Model.CommandSpec.create()
                                .addMixin(
                                        "base",
                                        CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs(option.substring(0, cut).strip(), option.substring(cut + 1).strip());
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> options.read(1))
                .withMessageContaining(message.strip())
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void anUnknownTokenAndSamplesThatSayNothingHaveAClearOutcome() throws IOException {
        PerronProcess unknown =
                PerronProcess.run(
                        "context",
                        "fit",
                        file("u.csv", "prompt,next\na x a,a\n").toString(),
                        "--vocabulary",
                        "a,b");
        assertThat(unknown.exitCode()).isEqualTo(3);
        assertThat(unknown.err()).contains("line 2: no token 'x', must be one of a b");
        PerronProcess same =
                PerronProcess.run(
                        "context",
                        "fit",
                        file("s.csv", "prompt,next,times\n0 1,1,500\n1 0,0,500\n").toString());
        assertThat(same.exitCode()).isEqualTo(4);
        assertThat(same.err()).contains("never came out").doesNotContain("NaN");
        assertThat(List.of(same.out().split("\n"))).noneMatch(line -> line.contains("NaN"));
        PerronProcess one =
                PerronProcess.run(
                        "context", "fit", file("o.csv", "prompt,next\n0 1 2,1\n").toString());
        assertThat(one.exitCode()).isEqualTo(4);
        assertThat(PerronProcess.run("context").exitCode()).isEqualTo(2);
    }
}
